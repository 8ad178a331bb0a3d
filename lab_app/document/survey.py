"""What was found of the engines' servers: the document of ``flask lab servers``, and where it is kept."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from lab_app import home
from lab_app.document.keep import write_whole
from lab_app.errors import LabError


class ServerLine(TypedDict):
    """One engine as it was found; ``name`` is its title.

    ``reason`` and ``fix`` belong to one that is not up; ``address`` has no password.
    """

    engine: str
    name: str
    up: bool
    version: str | None
    source: str | None
    address: str | None
    ms: float
    reason: str | None
    fix: str | None


class Survey(TypedDict):
    """What ``flask lab servers --format json`` prints: every engine, and when it was looked for."""

    schema: int
    looked_at: str
    servers: list[ServerLine]


def survey_text(survey: Survey) -> str:
    """Return what was found of the engines' servers, as JSON text."""
    return json.dumps(survey, ensure_ascii=False, indent=2) + "\n"


def save_survey(survey: Survey) -> None:
    """Keep what was found of the engines' servers, for the page.

    Raises:
        LabError: the file cannot be written.
    """
    write_whole(_survey_file(), survey_text(survey))


def last_survey() -> Survey | None:
    """Read what was found when the engines' servers were looked for last; None when they never were."""
    try:
        found: Survey = json.loads(_survey_file().read_text(encoding="utf-8"))
        datetime.fromisoformat(found["looked_at"])
        return found if found["schema"] == 1 and found["servers"] else None
    except (OSError, ValueError, KeyError, TypeError, LabError):
        return None


def _survey_file() -> Path:
    return home.place("results") / "servers.json"
