"""The progress of a run as server-sent events: one message for each change, and an end."""

import json
import threading
import time
from collections.abc import Callable, Iterator

from lab_app.progress import Event
from lab_app.web.processes.command import without_paths
from lab_app.web.processes.run import Run, Runs

#: Streams at once; each holds a thread of the server, and pages must still be served beside them.
STREAMS = 12
#: Seconds after which a stream ends (the browser asks for another), and between signs of life.
LONGEST, SILENCE = 300.0, 10.0
#: Seconds between two looks whether the reader is still there, and between two messages at least.
_LOOK, _PACE = 1.0, 0.1
#: Characters of what an engine does now; a step may be a statement of any length.
_LONGEST_LINE = 120

slots = threading.BoundedSemaphore(STREAMS)


def stream(runs: Runs, gone: Callable[[], bool]) -> Iterator[str]:
    """Stream the run that goes on, from now to its end; ``gone`` says that nobody reads any more."""
    end, spoke, seen = time.monotonic() + LONGEST, time.monotonic(), None
    yield "retry: 2000\n\n"
    while time.monotonic() < end and not gone() and not runs.closed:
        run = runs.wait(seen, _LOOK) if runs.last else None
        if run is not None and run is not seen:
            yield f"data: {message(run)}\n\n"
            seen, spoke = run, time.monotonic()
            time.sleep(_PACE)
        if run is None or run.over:
            yield "event: over\ndata: {}\n\n"
            return
        if time.monotonic() - spoke >= SILENCE:
            yield ": still there\n\n"
            spoke = time.monotonic()


def message(run: Run) -> str:
    """Write what a page needs to know of a run at one moment, as JSON on one line."""
    engines = {name: told(run, name) for name in run.lanes}
    return json.dumps({"run": run.number, "state": run.state, "seconds": round(run.seconds, 1), "engines": engines})


def told(run: Run, engine: str) -> dict[str, str | int]:
    """Return an engine's line: its server, what it does now, and how many of its cells are made."""
    event = run.lanes.get(engine, Event(engine))
    now = without_paths(event.text) if event.state != "ready" else ""
    now = now if len(now) <= _LONGEST_LINE else now[: _LONGEST_LINE - 3] + "..."
    return {
        "server": without_paths(run.found.get(engine, "")),
        "now": now or ("waiting" if event.state == "searching" else event.state),
        "done": event.done,
        "total": event.total,
        "count": _count(run, event),
    }


def _count(run: Run, event: Event) -> str:
    """Write the count in words. Of servers, which are looked for all at once, there is one an engine."""
    if run.asked.survey or not event.total:
        return ""
    return f"{event.done} of {event.total} cells"
