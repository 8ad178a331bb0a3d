"""The checks that were kept in the lab's home, a file each: read where they are what a report can take for granted."""

from collections.abc import Iterator
from pathlib import Path

from lab_app.document.check import CHECK_SCHEMA, CheckDocument
from lab_app.document.consistent import is_moment, unfit_rows
from lab_app.document.decode import Wrong, decoded
from lab_app.document.file import NotWhole, read
from lab_app.home import home


def checks_folder() -> Path:
    """Return the folder of the checks that are kept; it may not be there."""
    return home() / "checks"


def checks() -> dict[str, CheckDocument]:
    """Return the documents that were kept by their names, the newest first; what is no check is left out."""
    found: list[tuple[str, CheckDocument]] = []
    for file in sorted(checks_folder().glob("*.json")):
        try:
            found.append((file.stem, check_of(read(file))))
        except (OSError, NotWhole, Wrong):
            continue
    return dict(sorted(found, key=lambda each: each[1]["recorded_at"], reverse=True))


def check_of(data: bytes) -> CheckDocument:
    """Return the check that a file holds.

    Raises:
        Wrong: there is none, or its parts do not fit together.
    """
    document: CheckDocument = decoded(data, CheckDocument)
    if document["schema"] != CHECK_SCHEMA:
        raise Wrong(f"a check of schema {document['schema']}, and this lab reads schema {CHECK_SCHEMA}")
    if said := next(_unfit(document), ""):
        raise Wrong(f"a check whose parts do not fit together ({said})")
    return document


def _unfit(document: CheckDocument) -> Iterator[str]:
    if not is_moment(document["recorded_at"]):
        yield "recorded_at is no moment"
    for name, names in (
        ("target", [target["name"] for target in document["targets"]]),
        ("revision", [revision["revision"] for revision in document["revisions"]]),
    ):
        if len(set(names)) < len(names):
            yield f"a {name} is there twice"
    for cell in document["cells"]:
        yield from unfit_rows(cell["rows_before"], cell["rows_after"])
