"""The result document as a file: read and written."""

import json
import os
import stat
from pathlib import Path

from lab_app.document.packed import without_halves
from lab_app.document.types import Document
from lab_app.errors import LabError

#: The whole catalogue on four engines is 15 MB as the contract has it.
LARGEST = 64 << 20


class NotWhole(ValueError):  # noqa: N818 - it is what a file is
    """What is at a path is no file, or too large: the end of a sentence."""


def dump(document: Document) -> str:
    """Write the document as JSON text: two spaces deep, letters as they are, keys in the order of the contract."""
    return without_halves(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def load(path: Path, *, pipe: bool = False, kept: bool = False) -> Document:
    """Read a document from a file; one of schema 1 becomes one of today. With ``pipe`` it may be a pipe, too.

    ``kept`` says that it is of the record or of this machine's results, and nobody has named it.

    Raises:
        LabError: there is none in it that this version reads.
    """
    from lab_app.document.decode import NotJSON, Wrong, document_of  # a run reads nothing

    own = f". Type: flask lab run {path.stem}"
    another, again = (
        (own, own) if kept else (": name a file that --format json wrote", ": run it again with --format json")
    )
    try:
        return document_of(read(path, pipe=pipe))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise LabError(f"{path.name} cannot be read ({why}){another}") from error
    except (NotWhole, NotJSON) as error:
        raise LabError(f"{path.name} is {error}{another}") from None
    except Wrong as error:
        raise LabError(f"{path.name} is {error}{again}") from None


def read(path: Path, *, pipe: bool = False) -> bytes:
    """Read a file of at most LARGEST bytes; anything that is no file (a folder, a pipe, a device) is not waited for.

    Raises:
        OSError: it cannot be read.
        NotWhole: it is no file, or too large.
    """
    # A pipe that nobody writes to would be waited for at its opening already.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        found = os.fstat(file.fileno())
        if not (stat.S_ISREG(found.st_mode) or (pipe and not stat.S_ISDIR(found.st_mode))):
            raise NotWhole("no file")
        os.set_blocking(file.fileno(), True)
        data = b"" if found.st_size > LARGEST else file.read(LARGEST + 1)
    if max(found.st_size, len(data)) > LARGEST:
        raise NotWhole(f"larger than {LARGEST >> 20} MB, and no result document is")
    return data


def of_scenario(document: Document, name: str) -> Document:
    """Return the part of a document that one scenario is.

    Raises:
        LabError: the document holds no such scenario.
    """
    scenarios = [scenario for scenario in document["scenarios"] if scenario["name"] == name]
    if not scenarios:
        names = ", ".join(scenario["name"] for scenario in document["scenarios"])
        raise LabError(f"these results hold no scenario {name!r}: name one of {names}")
    cells = [cell for cell in document["cells"] if cell["scenario"] == name]
    return {**document, "scenarios": scenarios, "cells": cells}
