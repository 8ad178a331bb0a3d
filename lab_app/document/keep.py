"""Result documents that are kept: the last run's, the newest of each scenario, and the record in the repository.

The record and this machine's own results are folders of the same kind: a small document for each scenario.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lab_app import home
from lab_app.document.file import dump, load, of_scenario
from lab_app.document.merge import Shown, of_run, overlay
from lab_app.document.packed import record_text
from lab_app.document.types import Document
from lab_app.errors import LabError
from lab_app.folders import recorded_results

#: What to type when a file cannot be written: the one that a person named, or the one that a run is kept in.
_ANOTHER_OUT = "Name another file with --out."
_ANOTHER = "Name another file: LAB_RESULTS=/tmp/lab/latest.json"


def latest() -> Path:
    """Tell where the last run's document is: LAB_RESULTS, or a file in the lab's own folder.

    Raises:
        LabError: LAB_RESULTS is there, and no file: a folder, or a device, which a file must not replace.
    """
    given = os.environ.get("LAB_RESULTS")
    if not given:
        return home.place("results") / "latest.json"
    path = Path(given)
    with suppress(OSError):  # what it is cannot be told, and writing it will
        if path.exists() and not path.is_file():
            raise LabError(f"LAB_RESULTS={given} is no file. Name one, as in LAB_RESULTS=/tmp/lab/latest.json")
    return path


def own_folder() -> Path:
    """Tell where the newest own document of each scenario is, a file each."""
    return latest().with_suffix(".d")


def writable(out: Path | None) -> None:
    """See that the results of a run can be kept, before it begins.

    Raises:
        LabError: they cannot.
    """
    _try(latest(), _ANOTHER)
    writable_out(out)


def writable_out(out: Path | None) -> None:
    """See that the file that a person named can be written.

    Raises:
        LabError: it cannot.
    """
    if out and out.is_dir():
        raise LabError(f"{out} is a folder. {_ANOTHER_OUT}")
    if out and (out.is_file() or not out.exists()):
        _try(out, _ANOTHER_OUT)


def _try(path: Path, instead: str) -> None:
    with _replacing(path, instead) as fresh:
        fresh.touch()
        fresh.unlink()


def save(document: Document, out: Path | None, *, whole: bool = False) -> None:
    """Keep a document as the last one, in its small form; ``out`` is written as the contract has it.

    ``whole`` says that every attempt was asked of every engine: then each scenario's part is kept for the pages, in
    place of an older one.

    Raises:
        LabError: a file cannot be written.
    """
    write_whole(latest(), record_text(document), _ANOTHER)
    if whole:
        _write_each(document, own_folder())
    if out:
        write_out(dump(document), out)


def _write_each(document: Document, folder: Path) -> list[Path]:
    """Write a file for each scenario of a document, and return them."""
    names = [scenario["name"] for scenario in document["scenarios"]]
    files = [folder / f"{name}.json" for name in names]
    for name, file in zip(names, files, strict=True):
        write_whole(file, record_text(of_scenario(document, name)), _ANOTHER)
    return files


def recorded_files() -> list[Path]:
    """List the files of the record, one for each scenario."""
    return sorted(recorded_results().glob("*.json"))


def own_files() -> list[Path]:
    """List the files of this machine's own results, one for each scenario that was run here."""
    try:
        return sorted(own_folder().glob("*.json"))
    except (LabError, OSError):  # there can be no results of its own
        return []


def shown(tell: Callable[[str], None]) -> Shown:
    """Read the record with this machine's results over it; a file that cannot be read is told and left out.

    Raises:
        LabError: there are no results.
    """

    def readable(files: list[Path]) -> Iterator[Document]:
        for file in files:
            try:
                yield load(file, kept=True)
            except LabError as error:
                tell(str(error))

    found = overlay(readable(recorded_files()), readable(own_files()))
    if found is None:
        raise LabError("There are no results yet. Type: flask lab run --all")
    return found


def of_file(path: Path) -> Shown:
    """Read the results that ``flask lab run --format json --out`` wrote.

    Raises:
        LabError: there are none in the file.
    """
    return of_run(load(path, pipe=True))


def recorded() -> Document | None:
    """Read what was recorded for the repository, as one document; None before there is anything.

    Raises:
        LabError: a file of it cannot be read.
    """
    found = overlay(map(load, recorded_files()), ())
    return found.document if found else None


def record(document: Document) -> Path:
    """Keep a document in the repository, in place of all that was recorded before, and return the folder.

    Raises:
        LabError: a file cannot be written, or one of a scenario that is no more cannot be removed.
    """
    folder = recorded_results()
    left = set(recorded_files()) - set(_write_each(document, folder))
    for file in left:
        try:
            file.unlink()
        except OSError as error:
            raise LabError(f"{file} cannot be removed: {error.strerror}. Remove it, it is of no scenario.") from None
    return folder


def write_out(text: str, out: Path) -> None:
    """Write a document to the file that a person named, in place of what it held.

    Raises:
        LabError: the file cannot be written.
    """
    if out.exists() and not out.is_file():
        deliver(text.encode(), out)  # a device or a pipe, which must not be replaced by a file
    else:
        write_whole(out, text)


def deliver(written: bytes, out: Path) -> None:
    """Write to the file that a person named, which may be a pipe or a device.

    Raises:
        LabError: the file cannot be written.
    """
    try:
        out.write_bytes(written)
    except OSError as error:
        raise LabError(f"{out} cannot be written: {error.strerror}. Name another file with --out.") from None


def write_whole(path: Path, text: str, instead: str = _ANOTHER_OUT) -> None:
    """Replace a file as a whole: a page that reads it meanwhile sees the old one or the new one.

    Two labs may write it at once: each has a name of its own for what it writes. ``instead`` is what a person types
    when the file cannot be written.

    Raises:
        LabError: the file cannot be written.
    """
    with _replacing(path, instead) as fresh:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)


@contextmanager
def _replacing(path: Path, instead: str) -> Iterator[Path]:
    """Yield the path of a new file in the same folder, which nobody else writes; of a failure nothing stays."""
    fresh = path.with_name(f".{path.name[:100]}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_cut_off(path)
        yield fresh
    except OSError as error:
        raise LabError(f"{path} cannot be written: {error.strerror}. {instead}") from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _remove_cut_off(path: Path) -> None:
    """Remove what a killed lab has written of a file and not finished."""
    own = re.compile(rf"\.{re.escape(path.name[:100])}\.([0-9]{{1,9}})-[0-9a-f]{{8}}\.new")
    for file in path.parent.glob(".*.new"):
        found = own.fullmatch(file.name)
        if found and not _alive(int(found[1])):
            file.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
