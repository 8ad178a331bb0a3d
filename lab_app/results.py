"""Result documents that are kept: the last run's, the newest of each scenario, and the record in the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lab_app import home
from lab_app.errors import LabError
from lab_app.evidence.cell import Document
from lab_app.folders import recorded_results, scenarios_folder
from lab_app.report.document import dump, load, of_scenario
from lab_app.report.index import scenario_index
from lab_app.report.overlay import Shown, of_run, overlay
from lab_app.report.record import record_text

if TYPE_CHECKING:
    from lab_app.report.servers import Survey


def latest() -> Path:
    """Where the last run's document is: LAB_RESULTS, or a file in the lab's own folder."""
    given = os.environ.get("LAB_RESULTS")
    return Path(given) if given else home.place("results") / "latest.json"


def own_folder() -> Path:
    """Where the newest own document of each scenario is, a file each."""
    return latest().with_suffix(".d")


def save(document: Document, out: Path | None, *, whole: bool = False) -> None:
    """Keep a document as the last one, in its small form; ``out`` is written as the contract has it.

    ``whole`` says that every attempt was asked of every engine: then each scenario's part is kept for the pages, in
    place of an older one.

    Raises:
        LabError: a file cannot be written.
    """
    _write(latest(), record_text(document))
    for scenario in document["scenarios"] if whole else []:
        name = scenario["name"]
        _write(own_folder() / f"{name}.json", record_text(of_scenario(document, name)))
    if out and out.exists() and not out.is_file():
        deliver(dump(document).encode(), out)  # a device or a pipe, which must not be replaced by a file
    elif out:
        _write(out, dump(document))


def shown_files(*, recorded_only: bool = False) -> list[Path]:
    """The files behind what is shown: the record first, then this machine's own, a file each scenario."""
    if recorded_only:
        return [recorded_results()]
    try:
        return [recorded_results(), *sorted(own_folder().glob("*.json"))]
    except LabError:  # the lab's folder cannot be made: there are no results of its own
        return [recorded_results()]


def shown(tell: Callable[[str], None]) -> Shown:
    """The record with this machine's results over it, read now; a file that cannot be read is told and left out.

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
    """The results that ``flask lab run --format json --out`` wrote.

    Raises:
        LabError: there are none in the file.
    """
    return of_run(load(path))


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


def survey_text(survey: Survey) -> str:
    """What was found of the engines' servers, as JSON text."""
    return json.dumps(survey, ensure_ascii=False, indent=2) + "\n"


def save_survey(survey: Survey) -> None:
    """Keep what was found of the engines' servers, for the page.

    Raises:
        LabError: the file cannot be written.
    """
    _write(_survey_file(), survey_text(survey))


def last_survey() -> Survey | None:
    """What was found of the engines' servers when they were looked for last; None when they never were."""
    try:
        found: Survey = json.loads(_survey_file().read_text(encoding="utf-8"))
        datetime.fromisoformat(found["looked_at"])
        return found if found["schema"] == 1 and found["servers"] else None
    except (OSError, ValueError, KeyError, TypeError, LabError):
        return None


def deliver(written: bytes, out: Path) -> None:
    """Write to the file that a person named, which may be a pipe or a device.

    Raises:
        LabError: the file cannot be written.
    """
    try:
        out.write_bytes(written)
    except OSError as error:
        raise LabError(f"{out} cannot be written: {error.strerror}. Name another file with --out.") from None


def _survey_file() -> Path:
    return home.place("results") / "servers.json"


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
