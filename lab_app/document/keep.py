"""Result documents that are kept: the last run's, the newest of each scenario, and the record in the repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from lab_app import home
from lab_app.document.file import dump, load, of_scenario
from lab_app.document.merge import Shown, of_run, overlay
from lab_app.document.packed import record_text
from lab_app.document.types import Document
from lab_app.errors import LabError
from lab_app.folders import recorded_results


def latest() -> Path:
    """Tell where the last run's document is: LAB_RESULTS, or a file in the lab's own folder."""
    given = os.environ.get("LAB_RESULTS")
    return Path(given) if given else home.place("results") / "latest.json"


def own_folder() -> Path:
    """Tell where the newest own document of each scenario is, a file each."""
    return latest().with_suffix(".d")


def save(document: Document, out: Path | None, *, whole: bool = False) -> None:
    """Keep a document as the last one, in its small form; ``out`` is written as the contract has it.

    ``whole`` says that every attempt was asked of every engine: then each scenario's part is kept for the pages, in
    place of an older one.

    Raises:
        LabError: a file cannot be written.
    """
    write_whole(latest(), record_text(document))
    for scenario in document["scenarios"] if whole else []:
        name = scenario["name"]
        write_whole(own_folder() / f"{name}.json", record_text(of_scenario(document, name)))
    if out and out.exists() and not out.is_file():
        deliver(dump(document).encode(), out)  # a device or a pipe, which must not be replaced by a file
    elif out:
        write_whole(out, dump(document))


def shown_files(*, recorded_only: bool = False) -> list[Path]:
    """List the files behind what is shown: the record first, then this machine's own, a file each scenario."""
    if recorded_only:
        return [recorded_results()]
    try:
        return [recorded_results(), *sorted(own_folder().glob("*.json"))]
    except LabError:  # the lab's folder cannot be made: there are no results of its own
        return [recorded_results()]


def shown(tell: Callable[[str], None]) -> Shown:
    """Read the record with this machine's results over it; a file that cannot be read is told and left out.

    Raises:
        LabError: there are no results.
    """
    documents: list[Document | None] = []
    for file in shown_files():
        try:
            documents.append(load(file) if file.exists() else None)
        except LabError as error:
            documents.append(None)
            tell(str(error))
    record, *own = documents
    found = overlay(record, filter(None, own))
    if found is None:
        raise LabError("There are no results yet. Type: flask lab run --all")
    return found


def of_file(path: Path) -> Shown:
    """Read the results that ``flask lab run --format json --out`` wrote.

    Raises:
        LabError: there are none in the file.
    """
    return of_run(load(path))


def recorded() -> Document | None:
    """Read the document that was recorded for the repository; None before there is one."""
    path = recorded_results()
    return load(path) if path.exists() else None


def record(document: Document) -> Path:
    """Keep a document in the repository and return the file.

    Raises:
        LabError: the file cannot be written.
    """
    write_whole(recorded_results(), record_text(document))
    return recorded_results()


def deliver(written: bytes, out: Path) -> None:
    """Write to the file that a person named, which may be a pipe or a device.

    Raises:
        LabError: the file cannot be written.
    """
    try:
        out.write_bytes(written)
    except OSError as error:
        raise LabError(f"{out} cannot be written: {error.strerror}. Name another file with --out.") from None


def write_whole(path: Path, text: str) -> None:
    """Replace a file as a whole: a page that reads it meanwhile sees the old one or the new one.

    Raises:
        LabError: the file cannot be written.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise LabError(f"{path} cannot be written: {error.strerror}. Name another file with --out.") from None
