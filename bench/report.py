"""The figures as a plain table of 80 columns, as Markdown, and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.figure import Figure, worst_first

_WIDTH = 80


@dataclass(frozen=True)
class Conditions:
    """What the figures depend on. ``engines`` are lines such as ``MySQL 9.7.4 (container)``."""

    measured_on: str
    python: str
    cores: int
    rounds: int
    engines: list[str]

    def __str__(self) -> str:
        cores, rounds = f"{self.cores} core{'s'[: self.cores != 1]}", f"medians of {self.rounds}"
        return " · ".join([self.measured_on, f"Python {self.python}", cores, rounds, *self.engines])


def table(figures: Sequence[Figure], conditions: Conditions) -> str:
    """Draw the table for a terminal: those that fall short first, and under each figure what it was made of."""
    lines = [*textwrap.wrap(str(conditions), _WIDTH), "", _line("", "figure", "measured", "target"), "─" * _WIDTH]
    for figure in worst_first(figures):
        name, *more = textwrap.wrap(f"{figure.family}: {figure.name}", 40)
        lines.append(_line(figure.verdict, name, figure.measured, figure.target))
        lines += [_line("", part, "", "") for part in more]
        lines += textwrap.wrap(figure.note, _WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)
    return "\n".join(lines) + "\n"


def _line(verdict: str, name: str, measured: str, target: str) -> str:
    return f"{verdict:<6}{name:<41}{measured:>16}  {target:>15}".rstrip()


def markdown(figures: Sequence[Figure], conditions: Conditions) -> str:
    """Write the same for a page; it is made by `make bench`, never by hand."""
    head = ["# Figures", "", f"`make bench`, {conditions}.", ""]
    columns = [_row("", "figure", "measured", "target", "made of"), _row("---", "---", "---:", "---:", "---")]
    rows = [_row(f.verdict, f"{f.family}: {f.name}", f.measured, f.target, f.note) for f in worst_first(figures)]
    return "\n".join([*head, *columns, *rows]) + "\n"


def _row(*cells: str) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def document(figures: Sequence[Figure], conditions: Conditions) -> str:
    """Write the same for a program."""
    lines = [asdict(figure) | {"met": figure.met} for figure in worst_first(figures)]
    return json.dumps(asdict(conditions) | {"figures": lines}, ensure_ascii=False, indent=1) + "\n"
