"""The documents of checks that are kept in the lab's home, a file a project: the newest of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from lab_app import home
from lab_app.document.check import CheckDocument
from lab_app.document.file import NotWhole, read
from lab_app.document.keep import write_whole
from lab_app.document.packed import without_halves
from lab_app.errors import LabError

_FOLDER = "checks"
_LONGEST_NAME = 100
#: What to type when a check's document cannot be kept.
_ANOTHER_HOME = "Set LAB_HOME to a folder of your own."


def text_of(document: CheckDocument) -> str:
    """Write a check's document as JSON text, a line for each revision, cell and finding, letters as they are."""
    parts = (f'"{key}": {_lines(map(_line, value)) if isinstance(value, list) else _line(value)}'
             for key, value in document.items())  # fmt: skip
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value: object) -> str:
    return without_halves(json.dumps(value, ensure_ascii=False))


def _lines(texts: Iterable[str]) -> str:
    return "[\n" + ",\n".join(texts) + "\n]"


def keep(document: CheckDocument) -> None:
    """Keep a check's document in place of the project's last one.

    Raises:
        LabError: it cannot be written.
    """
    name = re.sub(r"[^\w.-]", "_", document["project"]["name"]).lstrip(".")[:_LONGEST_NAME]
    write_whole(home.place(_FOLDER) / f"{name or 'project'}.json", text_of(document), _ANOTHER_HOME)


def load(path: Path) -> CheckDocument:
    """Read the document of a check.

    Raises:
        LabError: there is none in the file that this version reads.
    """
    from lab_app.document.decode import Wrong, check_of  # a run reads nothing

    again = "Type flask lab check --out and the file's name"
    try:
        return check_of(read(path))
    except OSError as error:
        raise LabError(f"{path.name} cannot be read ({error.strerror}). {again}") from None
    except (NotWhole, Wrong) as error:
        raise LabError(f"{path.name} is {error}. {again}") from None


def kept() -> dict[str, CheckDocument]:
    """Return the documents that are kept by their names, the newest first; what is no check is left out."""
    found = {name: document for name in _files() if (document := kept_as(name))}
    return dict(sorted(found.items(), key=lambda each: each[1]["recorded_at"], reverse=True))


def kept_as(name: str) -> CheckDocument | None:
    """Return the document that is kept under a name; None where there is none, or no check."""
    file = _files().get(name)
    try:
        return load(file) if file else None
    except LabError:
        return None


def _files() -> dict[str, Path]:
    """Return the files by the names of the checks; their folder may not be there."""
    return {file.stem: file for file in sorted((home.home() / _FOLDER).glob("*.json"))}
