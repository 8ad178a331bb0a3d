"""The view that every report shares: attempts as rows, targets as columns, and what the rows come to."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from lab_app.document.outcomes import DATA_AT_RISK, WORST_FIRST, Outcome
from lab_app.document.targets import kind, labels
from lab_app.document.types import AttemptRecord, Cell, Document, ScenarioRecord, TargetRecord

Agreement = Literal["data at risk", "differ", "all agree", "not compared"]
AGREEMENTS: tuple[Agreement, ...] = ("data at risk", "differ", "all agree", "not compared")
#: The order in which outcomes are counted: done first, not run last.
COUNTED: tuple[Outcome, ...] = (*(word for word in reversed(WORST_FIRST) if word != "not run"), "not run")


@dataclass(frozen=True)
class Row:
    """One attempt with its cells in the order of the targets."""

    scenario: ScenarioRecord
    attempt: AttemptRecord
    cells: tuple[Cell, ...]

    @cached_property
    def ran(self) -> tuple[Cell, ...]:
        """The cells that were observed."""
        return tuple(cell for cell in self.cells if cell["outcome"] != "not run")

    @cached_property
    def by_target(self) -> dict[str, Cell]:
        """The cells by the names of their targets."""
        return {cell["target"]: cell for cell in self.cells}

    @cached_property
    def agreement(self) -> Agreement:
        """What the observed cells come to; a cell that was not run agrees with nothing."""
        words = {cell["outcome"] for cell in self.ran}
        if words & DATA_AT_RISK:
            return "data at risk"
        if len(words) > 1:
            return "differ"
        return "all agree" if len(self.ran) > 1 else "not compared"

    @property
    def differs(self) -> bool:
        """Whether the targets that ran did not all do the same, whatever it puts at risk."""
        return len({cell["outcome"] for cell in self.ran}) > 1

    @property
    def note(self) -> str:
        """How much of the row was observed, or nothing when all of it was."""
        return "" if len(self.ran) == len(self.cells) else f"{len(self.ran)} of {len(self.cells)} ran"


@dataclass(frozen=True)
class Matrix:
    """All rows, those with data at risk first, and otherwise in the order of the document."""

    targets: tuple[TargetRecord, ...]
    scenarios: int
    rows: tuple[Row, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, in the order of the rows."""
        return tuple(cell for row in self.rows for cell in row.cells)

    @property
    def groups(self) -> dict[Agreement, tuple[Row, ...]]:
        """The rows by agreement, the worst first; agreements that no row has are left out."""
        found = {agreement: tuple(row for row in self.rows if row.agreement == agreement) for agreement in AGREEMENTS}
        return {agreement: rows for agreement, rows in found.items() if rows}

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many cells have each outcome; outcomes that no cell has are left out."""
        found = Counter(cell["outcome"] for cell in self.cells)
        return {word: found[word] for word in COUNTED if found[word]}

    @property
    def unexpected(self) -> tuple[tuple[Row, Cell], ...]:
        """What was observed and is not what the scenario declared."""
        return tuple((row, cell) for row in self.rows for cell in row.ran if not cell["as_expected"])

    @property
    def not_run(self) -> tuple[tuple[str, str, str | None], ...]:
        """What a target is called, the reason and the command that fixes it, once each, of everything not run."""
        said = labels(self.targets)
        missing = [cell for cell in self.cells if cell["outcome"] == "not run"]
        return tuple(dict.fromkeys((said[cell["target"]], cell["reason"], cell["fix"]) for cell in missing))

    @property
    def size(self) -> str:
        """How large the matrix is: 3 scenarios, 7 attempts × 4 engines = 28 cells; a product only where it is one."""
        parts = _plural(self.scenarios, "scenario"), _plural(len(self.rows), "attempt")
        columns, cells = f"{len(self.targets)} {kind(self.targets)}", _plural(len(self.cells), "cell")
        if len(self.rows) * len(self.targets) == len(self.cells):
            return f"{', '.join(parts)} × {columns} = {cells}"
        return ", ".join([*parts, columns, cells])

    @property
    def counted(self) -> str:
        """The cells by outcome: 12 done, 9 ignored, 4 refused, 3 not run."""
        return ", ".join(f"{count} {word}" for word, count in self.counts.items())

    @property
    def counting_line(self) -> str:
        """The size and the cells by outcome, as one line."""
        return f"{self.size}: {self.counted}"


def matrix(document: Document) -> Matrix:
    """Return the matrix of a document."""
    order = {target["name"]: place for place, target in enumerate(document["targets"])}
    cells: dict[tuple[str, str], list[Cell]] = {}
    for cell in sorted(document["cells"], key=lambda cell: order[cell["target"]]):
        cells.setdefault((cell["scenario"], cell["attempt"]), []).append(cell)
    rows = [
        Row(scenario, attempt, tuple(cells[scenario["name"], attempt["name"]]))
        for scenario in document["scenarios"]
        for attempt in scenario["attempts"]
        if (scenario["name"], attempt["name"]) in cells
    ]
    rows.sort(key=lambda row: AGREEMENTS.index(row.agreement))
    return Matrix(tuple(document["targets"]), len(document["scenarios"]), tuple(rows))


def heading(agreement: Agreement, rows: tuple[Row, ...]) -> str:
    """Word an agreement as the heading of its rows; agreement is only claimed for what ran."""
    partly = agreement == "all agree" and any(row.note for row in rows)
    return agreement.upper() + (", of those that ran" if partly else "")


def expected_words(cell: Cell) -> str:
    """Tell the outcome that was declared, and the error when the outcome alone does not tell them apart."""
    expected = cell["expected"]
    if expected is None:
        return "nothing declared"
    if expected["outcome"] == cell["outcome"] and expected["error"]:
        return f"{expected['outcome']} with {expected['error']}"
    return expected["outcome"]


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
