"""Which engines can be had on this machine: found or started, asked for their version, and let go again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lab_app.cleanup import guard
from lab_app.document.survey import SURVEY_SCHEMA, ServerLine, Survey
from lab_app.engines import Engine
from lab_app.progress import Progress
from lab_app.runner.found import server_line
from lab_app.servers import Servers


def survey(engines: Sequence[Engine], progress: Progress) -> Survey:
    """Look for each engine's server, and return what was found, in the engines' order.

    Raises:
        LabError: a source or an address cannot be used as it stands.
    """
    lines: list[ServerLine] = []

    def say(engine: Engine, words: str) -> None:
        progress.server(engine.name, words)

    with guard(), Servers(engines, say) as servers:
        for engine in engines:
            lines.append(server_line(servers.wait(engine.name)))
            progress.count(engine.name, 1, 1)
    return {"schema": SURVEY_SCHEMA, "looked_at": datetime.now(UTC).isoformat(timespec="seconds"), "servers": lines}
