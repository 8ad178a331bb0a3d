"""The columns of the matrix on a terminal: their heads, and what each target did, side by side.

Where more than four stand beside each other, there is room for signs and words alone: reasons stand below the row,
once each, with the targets that they belong to. Where not even that fits, the columns go on below each other.
"""

from collections.abc import Sequence

from rich.text import Text

from lab_app.document.matrix import Row, expected_words
from lab_app.document.outcomes import SIGNS, Outcome
from lab_app.document.targets import head, in_words
from lab_app.document.types import Cell, TargetRecord
from lab_app.report.terminal.layout import STYLES, beside, indented, outcome_text, widest, wrapped

MARGIN, GAP = 2, 2
#: The widest that a column gets, the narrowest with reasons in it, and the narrowest at all: PostgreSQL.
_WIDEST, _FOR_REASONS, _NARROWEST = 36, 18, 10
#: As many columns always have their reasons in them, however narrow the screen.
_FEW = 4


class Columns:
    """A column for each target on a screen of a width."""

    def __init__(self, targets: Sequence[TargetRecord], width: int) -> None:
        self._targets = targets
        self._room = width - MARGIN
        most, count = max(1, (self._room + 1) // (_NARROWEST + 1)), max(1, len(targets))
        banks = -(-count // most)
        across = -(-count // banks)
        self._banks = [targets[first : first + across] for first in range(0, len(targets), across)]
        self._gap = GAP if (self._room + GAP) // across - GAP > _NARROWEST else 1
        self.width = min(_WIDEST, (self._room + self._gap) // across - self._gap)
        self._reasons_below = count > _FEW and (self.width < _FOR_REASONS or banks > 1)

    def heads(self) -> list[Text]:
        """Draw the targets' titles and versions."""
        blocks = [wrapped(_head(target, " "), self.width) for target in self._targets]
        if self._reasons_below:  # all of them on two lines, because some are
            blocks = [wrapped(_head(target, "\n"), self.width) for target in self._targets]
        return self.set(blocks)

    def row(self, row: Row) -> list[Text]:
        """Draw what each target did; a reason that all who ran have stands below the row, once."""
        reasons = {cell["reason"] for cell in row.ran}
        common = row.ran[0]["reason"] if len(row.ran) > 1 and len(reasons) == 1 else None
        cells = row.by_target
        lines = self.set(
            [
                self._cell(cells[target["name"]], target, common) if target["name"] in cells else []
                for target in self._targets
            ]
        )
        if self._reasons_below:
            lines += indented(self._below(row, common), MARGIN + 2)
        if common:
            lines += indented(wrapped(common, self._room - 2), MARGIN + 2)
        return lines

    def set(self, blocks: Sequence[list[Text]]) -> list[Text]:
        """Set a block for each target side by side, and below each other where there are too many."""
        lines: list[Text] = []
        rest = iter(blocks)
        for bank in self._banks:
            lines += beside([next(rest) for _ in bank], [self.width] * len(bank), self._gap)
        return indented(lines, MARGIN)

    def outcome(self, outcome: Outcome) -> list[Text]:
        """Draw sign and word; on two lines where they do not fit on one: half-, and applied below it."""
        whole = outcome_text(outcome)
        if widest([whole]) <= self.width:
            return [whole]
        first, *rest = outcome.replace("-", "- ").split()
        style = STYLES[outcome]
        return [Text(f"{SIGNS[outcome]} {first}", style=style), *(Text(f"  {word}", style=style) for word in rest)]

    def _cell(self, cell: Cell, target: TargetRecord, common: str | None) -> list[Text]:
        """Draw sign, word and reason. What a whole row shares, and why a target is not up, is said elsewhere once."""
        if self._reasons_below:
            return self.outcome(cell["outcome"])
        lines = [outcome_text(cell["outcome"])]
        if told := unexpected(cell):
            lines += indented(wrapped(told, self.width - 2, "bold magenta"))
        if target["up"] and cell["reason"] != common:
            lines += indented(wrapped(cell["reason"], self.width - 2))
        return lines

    def _below(self, row: Row, common: str | None) -> list[Text]:
        """Draw each reason with the targets that have it, in their order."""
        up = {target["name"] for target in self._targets if target["up"]}
        found: dict[tuple[str, str], list[str]] = {}
        for cell in row.cells:
            told = unexpected(cell), "" if cell["reason"] == common else cell["reason"]
            if any(told) and cell["target"] in up:
                found.setdefault(told, []).append(cell["target"])
        lines: list[Text] = []
        for (wrong, reason), names in found.items():
            said = Text(f"{', '.join(in_words(names, self._targets))}: ", style="dim")
            said = Text.assemble(said, (wrong, "bold magenta"), "; " if wrong and reason else "", reason)
            lines += wrapped(said, self._room - 2, hang=2)
        return lines


def unexpected(cell: Cell) -> str:
    """Tell what was declared of a cell that was observed and is not as declared; else nothing."""
    wrong = not cell["as_expected"] and cell["outcome"] != "not run"
    return f"not as expected: expected {expected_words(cell)}" if wrong else ""


def _head(target: TargetRecord, between: str) -> Text:
    return Text.assemble((target["title"], "bold"), between, (head(target), "dim"))
