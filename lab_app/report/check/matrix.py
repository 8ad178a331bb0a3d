"""The matrix of a check: revisions as rows, targets as columns, the worst step of each; long ones folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from lab_app.document.check import DIRECTIONS, CheckCell, CheckDocument, RevisionRecord
from lab_app.document.outcomes import WORST_FIRST
from lab_app.document.targets import how_many
from lab_app.document.types import TargetRecord

#: Up to so many rows a matrix is shown whole; in a longer one so many rows that say nothing stand as one.
_LONG, _FEW = 16, 3


@dataclass(frozen=True)
class Decided:
    """What became of one revision on one target: the cell of the step that decided, or None where there is none.

    ``code`` is the worst error that was found there.
    """

    target: str
    cell: CheckCell | None
    code: str = ""

    @property
    def step(self) -> str:
        """The step that decided, where it is another than up; what was found, where every step is done."""
        if self.cell is None:
            return ""
        if self.cell["outcome"] == "done":
            return self.code
        return self.cell["direction"] if self.cell["direction"] != "up" else ""


@dataclass(frozen=True)
class RevisionRow:
    """One revision with what decided on each target, in their order; ``found`` tells of errors and warnings of it."""

    revision: RevisionRecord
    decided: tuple[Decided, ...]
    found: bool = False

    @property
    def done(self) -> bool:
        """Whether every engine has done it, and nothing is to be said of it."""
        return self.pattern is not None and "not run" not in self.pattern

    @property
    def pattern(self) -> tuple[str, ...] | None:
        """What became of it, where it is done or blocked by another one and nothing is to be said; else None."""
        outcomes = tuple(each.cell["outcome"] for each in self.decided if each.cell)
        quiet = not self.found and len(outcomes) == len(self.decided) and {*outcomes} <= {"done", "not run"}
        return outcomes if quiet else None


@dataclass(frozen=True)
class Folded:
    """Revisions one after the other that are done, everywhere or where nothing blocks them."""

    rows: tuple[RevisionRow, ...]

    @property
    def sentence(self) -> str:
        """How many they are, and which."""
        first, last = (row.revision["revision"] for row in (self.rows[0], self.rows[-1]))
        outcomes = {*(self.rows[0].pattern or ())}
        what = "done everywhere" if outcomes == {"done"} else "done where nothing before them blocks them"
        if outcomes == {"not run"}:
            what = "blocked everywhere"
        return f"{len(self.rows)} revisions are {what}: {first} to {last}"


def tested(document: CheckDocument) -> tuple[TargetRecord, ...]:
    """Return the targets that have a cell: others are not up, or the project has no driver for them."""
    names = {cell["target"] for cell in document["cells"]}
    return tuple(target for target in document["targets"] if target["name"] in names)


def rows(document: CheckDocument) -> list[RevisionRow]:
    """Return a row for each revision, oldest first."""
    cells: dict[tuple[str, str], list[CheckCell]] = {}
    for cell in document["cells"]:
        cells.setdefault((cell["revision"], cell["target"]), []).append(cell)
    codes: dict[tuple[str | None, str], str] = {}
    for finding in document["findings"]:
        for name in (finding["engines"] or ()) if finding["severity"] == "error" else ():
            codes.setdefault((finding["revision"], name), finding["code"])
    found = {finding["revision"] for finding in document["findings"] if finding["severity"] != "note"}
    names = [target["name"] for target in tested(document)]
    return [_row(revision, names, cells, codes, revision["revision"] in found) for revision in document["revisions"]]


def _row(
    revision: RevisionRecord,
    names: list[str],
    cells: dict[tuple[str, str], list[CheckCell]],
    codes: dict[tuple[str | None, str], str],
    found: bool,
) -> RevisionRow:
    keys = [(revision["revision"], name) for name in names]
    return RevisionRow(
        revision, tuple(Decided(key[1], _worst(cells.get(key, [])), codes.get(key, "")) for key in keys), found
    )


def folded(rows: list[RevisionRow]) -> Iterator[RevisionRow | Folded]:
    """Return the rows, in a long history those that say nothing as one."""
    for pattern, group in groupby(rows, lambda row: row.pattern):
        together = tuple(group)
        if pattern and len(rows) > _LONG and len(together) >= _FEW:
            yield Folded(together)
        else:
            yield from together


def counted(document: CheckDocument) -> str:
    """Return the findings by severity: 2 errors, 1 warning; or that there are none."""
    found = Counter(finding["severity"] for finding in document["findings"])
    return ", ".join(_number(found[each], each) for each in ("error", "warning", "note") if found[each]) or (
        "nothing found"
    )


def size(document: CheckDocument) -> str:
    """Tell how many revisions on how many engines: 6 revisions on four engines."""
    return f"{_number(len(document['revisions']), 'revision')} on {how_many(tested(document))}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _worst(cells: Iterable[CheckCell]) -> CheckCell | None:
    """Return the step with the worst outcome, of equal ones the first; cuts are not the project's doing."""
    steps = [cell for cell in cells if cell["direction"] != "in the middle"]
    return min(
        steps,
        key=lambda cell: (WORST_FIRST.index(cell["outcome"]), DIRECTIONS.index(cell["direction"])),
        default=None,
    )
