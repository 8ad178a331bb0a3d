"""The documents of checks that are kept in the lab's own folder, a file a project: the newest of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lab_app import home
from lab_app.document.check import CHECK_SCHEMA, CheckDocument
from lab_app.document.consistent import is_moment, shortened
from lab_app.document.file import NotWhole, dump, read
from lab_app.document.keep import deliver, write_whole
from lab_app.errors import LabError

_LONGEST_NAME = 100
#: What to type when a check's document cannot be kept.
_ANOTHER_HOME = "Set LAB_HOME to a folder of your own."


def folder() -> Path:
    """Return the folder of the checks that are kept, made when it is missing.

    Raises:
        LabError: it cannot be made.
    """
    return home.place("checks")


def file_of(name: str) -> Path:
    """Return the file in which the check of a project is kept, by the name of the project's folder.

    Raises:
        LabError: the folder of the checks cannot be made.
    """
    plain = re.sub(r"[^\w.-]", "_", name).lstrip(".")[:_LONGEST_NAME]
    return folder() / f"{plain or 'project'}.json"


def files() -> list[Path]:
    """List the files of the checks that are kept.

    Raises:
        LabError: the lab's folder cannot be made.
    """
    return sorted(folder().glob("*.json"))


def keep(document: CheckDocument, out: Path | None) -> None:
    """Keep a check's document in place of the project's last one; ``out`` is written, too.

    Raises:
        LabError: a file cannot be written.
    """
    text = dump(document)
    write_whole(file_of(document["project"]["name"]), text, _ANOTHER_HOME)
    if out and out.exists() and not out.is_file():
        deliver(text.encode(), out)  # a device or a pipe, which must not be replaced by a file
    elif out:
        write_whole(out, text)


def load(path: Path) -> CheckDocument:
    """Read the document of a check.

    Raises:
        LabError: there is none in the file that this version reads.
    """
    from lab_app.document.decode import Wrong, check_of  # a run reads nothing

    again = "Type flask lab check --out and the file's name"
    try:
        document = check_of(read(path))
    except OSError as error:
        raise LabError(f"{path.name} cannot be read ({error.strerror}). {again}") from None
    except (NotWhole, Wrong) as error:
        raise LabError(f"{path.name} is {error}. {again}") from None
    if said := next(_unfit(document), ""):
        raise LabError(f"{path.name} is a check whose parts do not fit together ({said}). {again}")
    return document


def _unfit(document: CheckDocument) -> Iterator[str]:
    """Tell what types cannot say: what a report takes for granted, and is not so."""
    if document["schema"] != CHECK_SCHEMA:
        yield f"it is of schema {document['schema']}, and this lab reads schema {CHECK_SCHEMA}"
    if not is_moment(document["recorded_at"]):
        yield f"recorded_at is {shortened(document['recorded_at'])}, and no moment with its offset from UTC"
    targets = {target["name"] for target in document["targets"]}
    revisions = {revision["revision"] for revision in document["revisions"]}
    for number, cell in enumerate(document["cells"]):
        if cell["target"] not in targets:
            yield f"cells[{number}] is of a target that is not listed, {shortened(cell['target'])}"
        if cell["revision"] not in revisions:
            yield f"cells[{number}] is of a revision that is not listed, {shortened(cell['revision'])}"
    for number, finding in enumerate(document["findings"]):
        unlisted = [name for name in finding["engines"] or () if name not in targets]
        if unlisted:
            yield f"findings[{number}] is of a target that is not listed, {shortened(unlisted[0])}"
