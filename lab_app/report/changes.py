"""What is different from the record: one run beside another, cell by cell."""

from collections.abc import Iterator

from lab_app.evidence.cell import Cell, Document


def changes(recorded: Document, document: Document) -> list[str]:
    """A sentence for each engine of another version, and for each cell that ran in both and came out differently."""
    return [*_versions(recorded, document), *_cells(recorded, document)]


def compared(recorded: Document, document: Document) -> str:
    """What the two runs come to, as a heading."""
    count = len(list(_cells(recorded, document)))
    day = recorded["recorded_at"][:10]
    return f"SAME AS RECORDED on {day}" if not count else f"CHANGED SINCE THE RECORD of {day}"


def _versions(recorded: Document, document: Document) -> Iterator[str]:
    before = {engine["name"]: engine["version"] for engine in recorded["engines"]}
    for engine in document["engines"]:
        was = before.get(engine["name"])
        if engine["up"] and was and was != engine["version"]:
            yield f"{engine['title']} is {engine['version']} here; the record was made with {was}."


def _cells(recorded: Document, document: Document) -> Iterator[str]:
    before = {_key(cell): cell for cell in recorded["cells"]}
    titles = {engine["name"]: engine["title"] for engine in document["engines"]}
    for cell in document["cells"]:
        was = before.get(_key(cell))
        if was and "not run" not in (was["outcome"], cell["outcome"]) and _told(was) != _told(cell):
            place = f"{cell['scenario']} {cell['attempt']} on {titles[cell['engine']]}"
            yield f"{place}: was {_told(was)}, is {_told(cell)}"


def _key(cell: Cell) -> tuple[str, str, str]:
    return cell["scenario"], cell["attempt"], cell["engine"]


def _told(cell: Cell) -> str:
    error = cell["error"]
    return cell["outcome"] + (f" ({error['class']} {error['code'] or ''})".replace(" )", ")") if error else "")
