"""What was found of the engines' servers: the document of ``flask lab servers``, and where it is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from lab_app import home
from lab_app.document.consistent import is_moment
from lab_app.document.file import NotWhole, read
from lab_app.document.keep import write_whole
from lab_app.document.packed import without_halves
from lab_app.document.types import TargetRecord
from lab_app.errors import LabError

SURVEY_SCHEMA = 2


class ServerLine(TargetRecord):
    """One server as it was found: a target, its address, which has no password, and how long finding it took."""

    address: str | None
    ms: float


class Survey(TypedDict):
    """What ``flask lab servers --format json`` prints: every server, and when it was looked for."""

    schema: int
    looked_at: str
    servers: list[ServerLine]


def line_of(target: TargetRecord) -> ServerLine:
    """Return a target of a run as a server that was found: where it was, and for how long, nobody knows any more."""
    return {**target, "address": None, "ms": 0.0}


def called(line: ServerLine) -> str:
    """Return what a line begins with: the title, and of one that is not up the version that was asked for."""
    return line["title"] if line["up"] or not line["version"] else f"{line['title']} {line['version']}"


def survey_text(survey: Survey) -> str:
    """Return what was found of the engines' servers, as JSON text."""
    return without_halves(json.dumps(survey, ensure_ascii=False, indent=2)) + "\n"


def save_survey(survey: Survey) -> None:
    """Keep what was found of the engines' servers, for the page.

    Raises:
        LabError: the file cannot be written.
    """
    write_whole(_survey_file(), survey_text(survey), "Set LAB_HOME to a folder with space.")


def last_survey() -> Survey | None:
    """Read what was found when the engines' servers were looked for last; None when they never were."""
    from lab_app.document.decode import Wrong, decoded

    try:
        found: Survey = decoded(read(_survey_file()), Survey)
    except (OSError, NotWhole, Wrong, LabError):
        return None
    sound = found["schema"] == SURVEY_SCHEMA and found["servers"] and is_moment(found["looked_at"])
    return found if sound else None


def _survey_file() -> Path:
    return home.place("results") / "servers.json"
