"""Proving that every row of a long table survived, against reading the table once."""

from __future__ import annotations

import json
from typing import Any

from bench.figure import Figure, against, median, number
from bench.process import run, script
from bench.setting import Setting, plain_environment, say


def measure(setting: Setting) -> list[Figure]:
    """Measure for each engine the time of one scan and of the whole proof, and the growth of memory, in SELECT *."""
    figures = []
    with setting.databases() as urls:
        for name, url in urls.items():
            say(f"{setting.rows:,} rows on {name}, {setting.rounds} rounds")
            answer = run([*script("scan"), str(setting.rows), str(setting.rounds)], plain_environment(), url)
            figures += _figures(setting.servers[name].engine.title, setting.rows, json.loads(answer.printed))
    return figures


def _figures(title: str, rows: int, found: dict[str, Any]) -> list[Figure]:
    select = found["select"]
    return [
        _time(f"{title}: proof of {rows:,} rows", found["proof"], select, "; before and after, two scans"),
        _time(f"{title}: one scan", found["scan"], select, ""),
        *_memory(title, *found["peaks"]),
    ]


def _time(name: str, ours: list[float], select: list[float], words: str) -> Figure:
    times = median(ours) / median(select)
    return Figure("rows", name, times, "SELECT *", at_most=1, note=against(ours, select) + words)


def _memory(title: str, begin: float | None, scanned: float | None, selected: float | None) -> list[Figure]:
    if begin is None or scanned is None or selected is None:
        return []
    ours, theirs = scanned - begin, selected - begin
    note = f"{number(ours)} MB more after a scan, {number(theirs)} MB more after SELECT *"
    return [Figure("rows", f"{title}: memory of the proof", ours / theirs, "SELECT *", at_most=0.1, note=note)]
