"""Result documents that are kept: the last one, for the page, and the recorded one, in the repository."""

from __future__ import annotations

import os
from pathlib import Path

from lab_app import home
from lab_app.errors import LabError
from lab_app.evidence.cell import Document
from lab_app.folders import recorded_results, scenarios_folder
from lab_app.report.document import dump, load
from lab_app.report.index import scenario_index
from lab_app.report.record import record_text


def latest() -> Path:
    """Where the last run's document is: LAB_RESULTS, or a file in the lab's own folder."""
    given = os.environ.get("LAB_RESULTS")
    return Path(given) if given else home.place("results") / "latest.json"


def save(document: Document, out: Path | None) -> None:
    """Keep a document as the last one, in its small form; ``out`` is written as the contract has it.

    Raises:
        LabError: a file cannot be written.
    """
    _write(latest(), record_text(document))
    if out:
        _write(out, dump(document))


def recorded() -> Document | None:
    """The document that was recorded for the repository; None before there is one."""
    path = recorded_results()
    return load(path) if path.exists() else None


def record(document: Document) -> list[Path]:
    """Keep a document in the repository, with the page that lists the scenarios; returns the files written.

    Raises:
        LabError: a file cannot be written.
    """
    index = scenarios_folder() / "README.md"
    for path, text in ((recorded_results(), record_text(document)), (index, index_text(document))):
        _write(path, text)
    return [recorded_results(), index]


def index_text(document: Document) -> str:
    """The page that lists the scenarios, with what is not told and why at its end."""
    left_out = scenarios_folder() / "left_out.md"
    return scenario_index(document, left_out.read_text(encoding="utf-8") if left_out.exists() else "")


def _write(path: Path, text: str) -> None:
    """Replace the file as a whole: a page that reads it meanwhile sees the old one or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise LabError(f"{path} cannot be written: {error.strerror}. Name another file with --out.") from None
