"""The pages: how long the matrix takes to draw, when a browser shows it, and what readers cost a run."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.figure import Figure, against, median, number, times
from bench.paint import first_paints
from bench.process import run, script
from bench.readers import Readers
from bench.served import run_seconds, served
from bench.setting import Setting, plain_environment, say
from lab_app.errors import LabError
from lab_app.scenario import catalogue

_REQUESTS = 100
_READERS = 50
#: Seconds that a person looks at a page before opening the next.
_PAUSE = 2.0
#: How many scenarios are run beside the readers, and how often: each round takes as long as the run.
_SCENARIOS = 12
_ROUNDS = 3


def measure(setting: Setting) -> list[Figure]:
    """Return the figures of the pages. Without Chromium there is none of the browser's."""
    return [*_drawn(setting), *_painted(setting), *_read(setting)]


def _drawn(setting: Setting) -> list[Figure]:
    say(f"the matrix page, {_REQUESTS} times")
    found = json.loads(run([*script("render"), str(_REQUESTS)], _record_only(setting)).printed)
    milliseconds = [1000 * each for each in found["seconds"]]
    note = f"{_REQUESTS} requests in process after one warm-up, each drawn anew"
    return [
        Figure("pages", "the whole matrix drawn, median", median(milliseconds), "ms", at_most=60, note=note),
        Figure("pages", "the whole matrix drawn, p95", _p95(milliseconds), "ms", at_most=150, note=note),
        Figure("pages", "HTML of the whole matrix", found["bytes"] / 1000, "kB", at_most=600, note="not compressed"),
    ]


def _painted(setting: Setting) -> list[Figure]:
    say(f"first contentful paint, {setting.rounds} times")
    with served(_record_only(setting)) as port:
        try:
            seconds = first_paints(f"http://127.0.0.1:{port}/", setting.rounds)
        except LabError as error:
            say(f"no first contentful paint: {error}")
            return []
    note = f"Chromium, nothing cached; {times(seconds)}, the slowest {number(max(seconds))} s"
    return [Figure("pages", "first contentful paint of the whole matrix", median(seconds), "s", at_most=1, note=note)]


@dataclass
class _Crowd:
    """What the readers of all rounds have seen."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def _read(setting: Setting) -> list[Figure]:
    every = list(catalogue.files())
    names = every[:: max(1, len(every) // _SCENARIOS)][:_SCENARIOS]
    crowd = _Crowd()
    setting.interleaved({"a run of its own": lambda: _run(setting, names)}, 1)  # not counted: the first of all
    seconds = setting.interleaved(
        {
            "a run with readers": lambda: _run(setting, names, crowd),
            "the same without": lambda: _run(setting, names),
        },
        _ROUNDS,
    )
    ours, alone = seconds.values()
    who = f"{_READERS} readers, {_PAUSE:g} s a page"
    ran = f"{len(names)} scenarios on {len(setting.servers)} engines, run by flask lab web --run"
    opened = f"{len(crowd.seconds)} pages opened by {who}"
    first = f"; the first: {crowd.errors[0]}" if crowd.errors else ""
    return [
        Figure("pages", "errors while a run goes on", len(crowd.errors), "errors", at_most=0, note=opened + first),
        Figure(
            "pages",
            f"time of a run with {_READERS} readers",
            median(ours) / median(alone),
            "times",
            at_most=1.5,
            note=f"{against(ours, alone)} without them; {ran}; {times(ours)}",
        ),
        Figure("pages", "a page while a run goes on, p95", _p95(crowd.seconds), "s", note=opened),
    ]


def _run(setting: Setting, names: Sequence[str], crowd: _Crowd | None = None) -> float:
    """Return the seconds of a run that the web server starts when it is up; with a crowd it is read meanwhile."""
    results = {"LAB_RESULTS": str(setting.folder / "pages.json")}
    with served(setting.environment | results, "--run", " ".join(names)) as port:
        if crowd is None:
            return run_seconds(port)
        with Readers(port, _pages(names), _READERS, _PAUSE) as readers:
            seconds = run_seconds(port)
    crowd.seconds += readers.seconds
    crowd.errors += readers.errors
    return seconds


def _pages(names: Sequence[str]) -> list[str]:
    """List what a reader opens, one after another: the matrix, a filter, and scenarios between them."""
    filters = ["/", "/?show=risk", "/?level=beginner", "/?show=differ&a=postgresql&b=mysql", "/?q=enum"]
    return [
        page
        for place, name in enumerate(names)
        for page in (filters[place % len(filters)], f"/scenario/{name}", f"/scenario/{name}?show=differ")
    ]


def _record_only(setting: Setting) -> dict[str, str]:
    """Return an environment in which the pages show what comes with the lab, whatever this computer has run."""
    return plain_environment() | {"LAB_RESULTS": str(setting.folder / "none.json")}


def _p95(numbers: Sequence[float]) -> float:
    return statistics.quantiles(numbers, n=20)[-1]
