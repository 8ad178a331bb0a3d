"""Every scenario on every engine: what it takes in all, for a cell, for half as many, and of the SQL alone."""

from __future__ import annotations

import json
from collections import Counter
from statistics import mean
from typing import Any

from bench import cells_cpu
from bench.cpu import Measured, beside
from bench.figure import Figure, against, number
from bench.process import FLASK, Finished, run, script
from bench.setting import Setting, plain_environment, say
from bench.whole import some, whole
from lab_app.scenario import catalogue

#: A round is more than a thousand cells: once is enough.
_ROUNDS = 1
_SLOWEST = 5


def measure(setting: Setting) -> list[Figure]:
    """Return the figures of the whole catalogue, measured once."""
    found = whole(setting)
    seconds, cells = found.measured.seconds, found.cells
    made = f"{len(cells)} cells of {len(found.document['scenarios'])} scenarios"
    return [
        Figure("catalogue", "every scenario", seconds, "s", at_most=50, note=f"{made}; once"),
        *cells_cpu.figures(setting, found),
        Figure("catalogue", "one cell", seconds / len(cells), "s", at_most=0.25, note=f"on average; {made}"),
        _half(setting, found.measured),
        *_slowest(cells),
        *_by_engine(cells),
        *_sql(),
    ]


def _half(setting: Setting, whole: Measured) -> Figure:
    """Measure both halves of the catalogue: what it takes shall not grow faster than it does."""
    names = list(catalogue.files())
    found = setting.interleaved(
        {"one half of them": lambda: some(setting, names[::2]), "the other half": lambda: some(setting, names[1::2])},
        _ROUNDS,
    )
    halves = [half for rounds in found.values() for half in rounds]
    seconds = mean(half.seconds for half in halves)
    return Figure(
        "catalogue",
        "every scenario against half of them",
        whole.seconds / seconds,
        "times",
        at_most=2,
        note=f"{against([whole.seconds], [seconds])}{beside([whole], halves)}; once",
    )


def _slowest(cells: list[dict[str, Any]]) -> list[Figure]:
    slowest = sorted(cells, key=lambda cell: -cell["ms"])[:_SLOWEST]
    return [
        Figure(
            "catalogue",
            f"slow cell {place}",
            cell["ms"] / 1000,
            "s",
            at_most=5,
            note=f"{cell['scenario']}, {cell['attempt']}, on {cell['engine']}; the last run's",
        )
        for place, cell in enumerate(slowest, start=1)
    ]


def _by_engine(cells: list[dict[str, Any]]) -> list[Figure]:
    spent: Counter[str] = Counter()
    for cell in cells:
        spent[cell["engine"]] += cell["ms"]
    count = Counter(cell["engine"] for cell in cells)
    return [
        Figure(
            "catalogue",
            f"attempts on {engine}",
            ms / 1000,
            "s",
            note=f"{count[engine]} cells, {number(ms / count[engine])} ms each; the last run's",
        )
        for engine, ms in spent.most_common()
    ]


def _sql() -> list[Figure]:
    say("round 1 of 1: the SQL of every scenario")
    everything = run(script("every_sql"), plain_environment())
    each: dict[str, float] = json.loads(everything.printed)
    slowest = max(each, key=lambda name: each[name])
    command = run([FLASK, "lab", "sql", slowest], plain_environment())
    made = f"{len(each)} scenarios in one process{_used(everything)}; once"
    return [
        Figure("catalogue", "the SQL of every scenario, no server", everything.seconds, "s", at_most=8, note=made),
        Figure(
            "catalogue",
            f"flask lab sql {slowest}",
            command.seconds,
            "s",
            at_most=10,
            note=f"the slowest{_used(command)}; once",
        ),
    ]


def _used(finished: Finished) -> str:
    return "" if finished.cpu is None else f"; CPU {number(finished.cpu)} s"
