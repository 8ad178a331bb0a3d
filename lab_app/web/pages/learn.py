"""The path of the exercises, and a mirror of each: what the judges say of the files beside it, as they are saved."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request

from lab_app.exercise.declared import Exercise
from lab_app.exercise.places import learn_folder
from lab_app.exercise.progress import done, how_far
from lab_app.exercise.read import exercises
from lab_app.web.pages.matrix import results_cache
from lab_app.web.pages.run_events import LONGEST, SILENCE
from lab_app.web.problems import unknown
from lab_app.web.processes.mirrors import Mirror, Mirrors, Shown
from lab_app.web.processes.run import Runs

learn_pages = Blueprint("learn", __name__, url_prefix="/learn")

#: Streams at once; each holds a thread of the server.
_STREAMS = threading.BoundedSemaphore(6)
#: Seconds that a page waits for the first judgement, and between two looks whether its reader is still there.
_FIRST, _LOOK = 1.5, 1.0


def mirrors() -> Mirrors:
    """Return the server's mirrors."""
    found: Mirrors = current_app.extensions["lab_mirrors"]
    return found


@learn_pages.get("")
def index() -> str:
    """Show the path: every exercise in the order of the lesson, and how far one is."""
    folder = learn_folder(Path.cwd())
    passed = done(folder)
    far = {name: how_far(folder, name, passed) for name in exercises()}
    going_on = [name for name, how in far.items() if how == "begun"] or [n for n, how in far.items() if how != "done"]
    return render_template(
        "learn.html",
        exercises=list(exercises().values()),
        far=far,
        passed=passed,
        now=next(iter(going_on), None),
        titles=_titles(),
    )


@learn_pages.get("/<name>")
def mirror(name: str) -> Response:
    """Show an exercise beside the editor: the list, the engines, the files, the revisions and the rows."""
    exercise = _exercise(name)
    if not _begun(exercise):
        page = render_template("learn_not_begun.html", exercise=exercise, of=len(exercises()))
    else:
        shown = mirrors().mirror(name).wait(0, _FIRST)
        page = render_template("mirror.html", exercise=exercise, of=len(exercises()), shown=shown)
    return Response(page, headers={"Cache-Control": "no-store"})


@learn_pages.get("/<name>/events")
def events(name: str) -> Response | tuple[str, int]:
    """Send the exercise's part of the page each time that it is another one."""
    exercise = _exercise(name)
    if not _begun(exercise):
        raise unknown("begun exercise", name, [], base="/learn")
    if not _STREAMS.acquire(blocking=False):
        return "Too many pages watch exercises. Close some, and load this one again.\n", 503
    runs: Runs = current_app.extensions["lab_runs"]
    gone = request.environ.get("waitress.client_disconnected", lambda: False)
    draw = current_app.jinja_env.get_template("mirror_body.html").render

    def part(shown: Shown) -> str:
        return draw(exercise=exercise, shown=shown, of=len(exercises()))

    body = Response(
        _stream(mirrors().mirror(name), part, lambda: gone() or runs.closed),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
    body.call_on_close(_STREAMS.release)
    return body


def _stream(mirror: Mirror, part: Callable[[Shown], str], gone: Callable[[], bool]) -> Iterator[str]:
    """Stream an exercise's part of the page until nobody reads any more, or its command has ended."""
    end, spoke, seen = time.monotonic() + LONGEST, time.monotonic(), -1
    yield "retry: 1000\n\n"
    while time.monotonic() < end and not gone():
        shown = mirror.wait(seen, _LOOK)
        if shown.number != seen:
            yield f"data: {json.dumps({'html': part(shown), 'judging': shown.judging})}\n\n"
            seen, spoke = shown.number, time.monotonic()
        elif mirror.over:
            return
        elif time.monotonic() - spoke >= SILENCE:
            yield ": still there\n\n"
            spoke = time.monotonic()


def _exercise(name: str) -> Exercise:
    if name not in exercises():
        raise unknown("exercise", name, exercises(), base="/learn")
    return exercises()[name]


def _begun(exercise: Exercise) -> bool:
    return (learn_folder(Path.cwd()) / exercise.name / "app.py").exists()


def _titles() -> dict[str, str]:
    """Return the title of each scenario that there are results of."""
    shown = results_cache().current()
    return {each["name"]: each["title"] for each in shown.document["scenarios"]} if shown else {}
