"""The rows of a matrix by scenario, and which of them says most."""

from collections.abc import Sequence
from dataclasses import dataclass

from lab_app.document.matrix import AGREEMENTS, Agreement, Matrix, Row
from lab_app.document.outcomes import WORST_FIRST
from lab_app.document.types import ScenarioRecord


@dataclass(frozen=True)
class ScenarioView:
    """A scenario with its rows, in the order in which it declares its attempts."""

    scenario: ScenarioRecord
    rows: tuple[Row, ...]

    @property
    def agreement(self) -> Agreement:
        """The worst that one of its rows comes to."""
        return min((row.agreement for row in self.rows), key=AGREEMENTS.index)

    @property
    def key_row(self) -> Row:
        """The row that says most: the worst agreement, in it targets that differ, in it the worst word."""
        return min(self.rows, key=weight)

    @property
    def differs(self) -> bool:
        """Whether there is a row in which targets differ."""
        return any(row.differs for row in self.rows)


def scenario_views(view: Matrix) -> list[ScenarioView]:
    """Group the rows by scenario, in the order of ``weight`` of their key rows, and then by name."""
    found: dict[str, list[Row]] = {}
    for row in view.rows:
        found.setdefault(row.scenario["name"], []).append(row)
    told = [ScenarioView(rows[0].scenario, tuple(sorted(rows, key=_place))) for _, rows in sorted(found.items())]
    return sorted(told, key=lambda story: weight(story.key_row))


def next_difference(told: Sequence[ScenarioView], name: str) -> ScenarioView | None:
    """Find the scenario after a named one in which targets differ; after the last of them the first, never itself."""
    names = [story.scenario["name"] for story in told]
    place = names.index(name) + 1 if name in names else 0
    return next((one for one in (*told[place:], *told[:place]) if one.differs and one.scenario["name"] != name), None)


def weight(row: Row) -> tuple[int, bool, int]:
    """Tell how much a row says; the smallest says most."""
    words = [WORST_FIRST.index(cell["outcome"]) for cell in row.ran]
    return AGREEMENTS.index(row.agreement), len(set(words)) < 2, min(words, default=len(WORST_FIRST))


def _place(row: Row) -> int:
    return row.scenario["attempts"].index(row.attempt)
