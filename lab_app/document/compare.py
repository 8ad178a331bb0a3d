"""What is different from the record: one run beside another, cell by cell."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lab_app.document.align import counterparts
from lab_app.document.targets import labels
from lab_app.document.types import Cell, Document, TargetRecord


@dataclass(frozen=True)
class Change:
    """A cell that ran twice and came out differently; ``label`` is what its target is called in a sentence."""

    scenario: str
    attempt: str
    target: str
    label: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.scenario} {self.attempt} on {self.label}: was {self.was}, is {self.now}"


def changes(recorded: Document, document: Document) -> list[str]:
    """Write a sentence for each target of another version, and each cell that ran in both and came out differently."""
    return [*_versions(recorded, document), *map(str, changed(recorded, document))]


def compared(recorded: Document, document: Document) -> str:
    """Tell what the two runs come to, as a heading."""
    day = recorded["recorded_at"][:10]
    if changed(recorded, document):
        return f"CHANGED SINCE THE RECORD of {day}"
    if any(in_both(recorded, document)):
        return f"SAME AS RECORDED on {day}"
    return f"NOTHING TO COMPARE WITH THE RECORD of {day}"


def changed(before: Document, after: Document) -> list[Change]:
    """Return the cells that ran in both and came out differently."""
    said = labels(after["targets"])
    return [
        Change(now["scenario"], now["attempt"], now["target"], said[now["target"]], _told(was), _told(now))
        for was, now in in_both(before, after)
        if _told(was) != _told(now)
    ]


def in_both(before: Document, after: Document) -> Iterator[tuple[Cell, Cell]]:
    """Yield the cells that ran in both, as they were and as they are."""
    names = counterparts(before["targets"], after["targets"])
    known = {(cell["scenario"], cell["attempt"], names.get(cell["target"])): cell for cell in before["cells"]}
    for now in after["cells"]:
        was = known.get((now["scenario"], now["attempt"], now["target"]))
        if was and "not run" not in (was["outcome"], now["outcome"]):
            yield was, now


def other_versions(
    before: Collection[TargetRecord], after: Collection[TargetRecord]
) -> Iterator[tuple[str, str, str | None]]:
    """Yield each target that is of another version than its counterpart was: its label, that version, and its own."""
    names = counterparts(before, after)
    known = {names.get(target["name"]): target["version"] for target in before if target["up"]}
    said = labels(after)
    for target in after:
        was = known.get(target["name"])
        if target["up"] and was and was != target["version"]:
            yield said[target["name"]], was, target["version"]


def _versions(recorded: Document, document: Document) -> Iterator[str]:
    for label, was, now in other_versions(recorded["targets"], document["targets"]):
        yield f"{label} is {now} here; the record was made with {was}."


def _told(cell: Cell) -> str:
    error = cell["error"]
    return cell["outcome"] + (f" ({error['class']} {error['code'] or ''})".replace(" )", ")") if error else "")
