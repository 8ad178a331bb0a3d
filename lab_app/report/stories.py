"""The rows of a matrix by scenario, and which of them says most."""

from dataclasses import dataclass

from lab_app.evidence.cell import WORST_FIRST, ScenarioRecord
from lab_app.report.matrix import VERDICTS, Matrix, Row, Verdict


@dataclass(frozen=True)
class Story:
    """A scenario with its rows, in the order in which it declares its attempts."""

    scenario: ScenarioRecord
    rows: tuple[Row, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst that one of its rows comes to."""
        return min((row.verdict for row in self.rows), key=VERDICTS.index)

    @property
    def telling(self) -> Row:
        """The row that says most: the worst verdict, in it engines that differ, in it the worst word."""
        return min(self.rows, key=weight)


def stories(view: Matrix) -> list[Story]:
    """The rows by scenario, in the order of ``weight`` of their telling rows, and then by name."""
    found: dict[str, list[Row]] = {}
    for row in view.rows:
        found.setdefault(row.scenario["name"], []).append(row)
    told = [Story(rows[0].scenario, tuple(sorted(rows, key=_place))) for _, rows in sorted(found.items())]
    return sorted(told, key=lambda story: weight(story.telling))


def weight(row: Row) -> tuple[int, bool, int]:
    """How much a row says; the smallest says most."""
    words = [WORST_FIRST.index(cell["outcome"]) for cell in row.ran]
    return VERDICTS.index(row.verdict), len(set(words)) < 2, min(words, default=len(WORST_FIRST))


def _place(row: Row) -> int:
    return row.scenario["attempts"].index(row.attempt)
