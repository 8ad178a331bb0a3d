"""What was found of a server or of a scenario's file, as a result document and the survey tell it."""

from __future__ import annotations

from lab_app.document.survey import ServerLine
from lab_app.document.types import ScenarioRecord, TargetRecord
from lab_app.servers import Server, Unavailable, Wanted

#: The one attempt of a scenario whose file cannot be read.
UNREADABLE = "file"


def unreadable_scenario(name: str, sentence: str) -> ScenarioRecord:
    """Describe a scenario whose file cannot be read: its row says why."""
    return {
        "name": name,
        "title": f"{name}.py cannot be read",
        "level": "beginner",
        "story": sentence,
        "lesson": [],
        "hints": [],
        "reference": "",
        "attempts": [{"name": UNREADABLE, "title": "The scenario's file", "better": False, "code": ""}],
    }


def target_record(wanted: Wanted, found: Server | Unavailable) -> TargetRecord:
    """Describe a target by its server, under the name of its search; one that is not up by the version asked for."""
    return {
        "name": wanted.name,
        "engine": found.engine.name,
        "title": found.engine.title,
        "up": isinstance(found, Server),
        "version": found.version if isinstance(found, Server) else wanted.version or None,
        "source": found.source if isinstance(found, Server) else None,
        "reason": None if isinstance(found, Server) else found.reason,
        "fix": None if isinstance(found, Server) else found.fix,
    }


def server_line(wanted: Wanted, found: Server | Unavailable) -> ServerLine:
    """Describe a server where it stands: its address, and how long it took to find or start it."""
    address = found.address if isinstance(found, Server) else None
    return {**target_record(wanted, found), "address": address, "ms": found.ms}
