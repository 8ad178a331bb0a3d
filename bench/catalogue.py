"""Every scenario on every engine: the time in all, for a cell, for half as many, and of the SQL alone."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from bench.figure import Figure, against, median, number, times
from bench.process import FLASK, run, script
from bench.setting import Setting, plain_environment
from lab_app.scenario import catalogue

#: A round is more than a thousand cells: once is enough.
_ROUNDS = 1
_SLOWEST = 5
#: 1 says that a cell is not what its scenario expects: that is for the tests.
_RAN = (0, 1)


def measure(setting: Setting) -> list[Figure]:
    """Return the figures of the whole catalogue, measured once."""
    names = list(catalogue.files())
    documents: list[dict[str, Any]] = []

    def everything() -> float:
        seconds = _run(setting, ["--all"])
        documents.append(json.loads(setting.results.read_text()))
        return seconds

    seconds = setting.interleaved(
        {
            "every scenario": everything,
            "one half of them": lambda: _run(setting, names[::2]),
            "the other half": lambda: _run(setting, names[1::2]),
        },
        _ROUNDS,
    )
    whole, one, other = seconds.values()
    halves = [(a + b) / 2 for a, b in zip(one, other, strict=True)]
    cells = [cell for cell in documents[-1]["cells"] if cell["outcome"] != "not run"]
    made = f"{len(cells)} cells of {len(documents[-1]['scenarios'])} scenarios"
    return [
        Figure("catalogue", "every scenario", median(whole), "s", at_most=90, note=f"{made}; {times(whole)}"),
        Figure("catalogue", "one cell", median(whole) / len(cells), "s", at_most=0.25, note=f"on average; {made}"),
        Figure(
            "catalogue",
            "every scenario against half of them",
            median(whole) / median(halves),
            "times",
            at_most=2,
            note=f"{against(whole, halves)}; {times(whole)}",
        ),
        *_slowest(cells),
        *_by_engine(cells),
        *_sql(setting),
    ]


def _run(setting: Setting, names: list[str]) -> float:
    return run([FLASK, "lab", "run", "--quiet", *names], setting.environment, allowed=_RAN).seconds


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


def _sql(setting: Setting) -> list[Figure]:
    each: dict[str, float] = {}

    def all_of_it() -> float:
        finished = run(script("every_sql"), plain_environment())
        each.update(json.loads(finished.printed))
        return finished.seconds

    whole = setting.interleaved({"the SQL of every scenario": all_of_it}, _ROUNDS)["the SQL of every scenario"]
    slowest = max(each, key=lambda name: each[name])
    command = run([FLASK, "lab", "sql", slowest], plain_environment())
    made = f"{len(each)} scenarios in one process; {times(whole)}"
    return [
        Figure("catalogue", "the SQL of every scenario, no server", median(whole), "s", at_most=10, note=made),
        Figure("catalogue", f"flask lab sql {slowest}", command.seconds, "s", at_most=10, note="the slowest, once"),
    ]
