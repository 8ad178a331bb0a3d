"""One figure: a number, its target, and what it was made of."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

median = statistics.median


@dataclass(frozen=True)
class Figure:
    """A number that was measured; at most one of ``at_most`` and ``at_least`` is its target.

    ``note`` says what the number was made of, in a few words.
    """

    family: str
    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.value >= self.at_least if self.at_least is not None else None

    @property
    def measured(self) -> str:
        """The number with its unit, three digits or so."""
        return f"{number(self.value)} {self.unit}"

    @property
    def target(self) -> str:
        """What the number should be, or nothing."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g} {self.unit}"
        return f"≥ {self.at_least:g} {self.unit}" if self.at_least is not None else ""

    @property
    def verdict(self) -> str:
        """✓, short, or nothing where there is no target."""
        return {True: "✓", False: "short", None: ""}[self.met]


def number(value: float) -> str:
    """Write a number in about three digits: 123, 12.3, 1.23."""
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def against(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Tell the medians of two contenders in seconds, for a note."""
    return f"{number(median(ours))} s against {number(median(theirs))} s"


def times(rounds: Sequence[float]) -> str:
    """Tell how often something was measured, for a note."""
    return f"median of {len(rounds)}" if len(rounds) > 1 else "once"


def worst_first(figures: Sequence[Figure]) -> list[Figure]:
    """Put those that fall short of their target first; otherwise keep the order in which they were measured."""
    return sorted(figures, key=lambda figure: figure.met is not False)
