"""What is different from the record: one run beside another, cell by cell."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab_app.document.types import Cell, Document


@dataclass(frozen=True)
class Change:
    """A cell that ran twice and came out differently; ``title`` is the engine's."""

    scenario: str
    attempt: str
    engine: str
    title: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.scenario} {self.attempt} on {self.title}: was {self.was}, is {self.now}"


def changes(recorded: Document, document: Document) -> list[str]:
    """Write a sentence for each engine of another version, and each cell that ran in both and came out differently."""
    return [*_versions(recorded, document), *map(str, changed(recorded, document))]


def compared(recorded: Document, document: Document) -> str:
    """Tell what the two runs come to, as a heading."""
    count = len(changed(recorded, document))
    day = recorded["recorded_at"][:10]
    return f"SAME AS RECORDED on {day}" if not count else f"CHANGED SINCE THE RECORD of {day}"


def changed(before: Document, after: Document) -> list[Change]:
    """Return the cells that ran in both and came out differently."""
    titles = {engine["name"]: engine["title"] for engine in after["engines"]}
    return [
        Change(now["scenario"], now["attempt"], now["engine"], titles[now["engine"]], _told(was), _told(now))
        for was, now in in_both(before, after)
        if _told(was) != _told(now)
    ]


def in_both(before: Document, after: Document) -> Iterator[tuple[Cell, Cell]]:
    """Yield the cells that ran in both, as they were and as they are."""
    known = {_key(cell): cell for cell in before["cells"]}
    for now in after["cells"]:
        was = known.get(_key(now))
        if was and "not run" not in (was["outcome"], now["outcome"]):
            yield was, now


def _versions(recorded: Document, document: Document) -> Iterator[str]:
    before = {engine["name"]: engine["version"] for engine in recorded["engines"]}
    for engine in document["engines"]:
        was = before.get(engine["name"])
        if engine["up"] and was and was != engine["version"]:
            yield f"{engine['title']} is {engine['version']} here; the record was made with {was}."


def _key(cell: Cell) -> tuple[str, str, str]:
    return cell["scenario"], cell["attempt"], cell["engine"]


def _told(cell: Cell) -> str:
    error = cell["error"]
    return cell["outcome"] + (f" ({error['class']} {error['code'] or ''})".replace(" )", ")") if error else "")
