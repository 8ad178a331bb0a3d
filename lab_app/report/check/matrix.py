"""The matrix of a check: revisions as rows, targets as columns, the worst step of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lab_app.document.check import DIRECTIONS, CheckCell, CheckDocument, RevisionRecord
from lab_app.document.outcomes import WORST_FIRST


@dataclass(frozen=True)
class Decided:
    """What became of one revision on one target: the cell of the step that decided, or None where there is none."""

    target: str
    cell: CheckCell | None

    @property
    def step(self) -> str:
        """The step that decided, where it is another than up."""
        return self.cell["direction"] if self.cell and self.cell["direction"] != "up" else ""


@dataclass(frozen=True)
class RevisionRow:
    """One revision with what decided on each target, in the order of the targets."""

    revision: RevisionRecord
    decided: tuple[Decided, ...]


def rows(document: CheckDocument) -> list[RevisionRow]:
    """Return a row for each revision, oldest first."""
    cells: dict[tuple[str, str], list[CheckCell]] = {}
    for cell in document["cells"]:
        cells.setdefault((cell["revision"], cell["target"]), []).append(cell)
    return [
        RevisionRow(
            revision,
            tuple(
                Decided(target["name"], _worst(cells.get((revision["revision"], target["name"]), [])))
                for target in document["targets"]
                if target["up"]
            ),
        )
        for revision in document["revisions"]
    ]


def counted(document: CheckDocument) -> str:
    """Return the findings by severity: 2 errors, 1 warning; or that there are none."""
    found = Counter(finding["severity"] for finding in document["findings"])
    words = [
        f"{found[each]} {each}{'' if found[each] == 1 else 's'}" for each in ("error", "warning", "note") if found[each]
    ]
    return ", ".join(words) or "nothing found"


def _worst(cells: list[CheckCell]) -> CheckCell | None:
    """Return the step with the worst outcome, of equal ones the first; cuts are not the project's doing."""
    steps = [cell for cell in cells if cell["direction"] != "in the middle"]
    return min(
        steps,
        key=lambda cell: (WORST_FIRST.index(cell["outcome"]), DIRECTIONS.index(cell["direction"])),
        default=None,
    )
