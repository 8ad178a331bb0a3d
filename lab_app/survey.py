"""Which engines can be had on this machine: found or started, asked for their version, and let go again."""

from __future__ import annotations

from collections.abc import Sequence

from lab_app import leftovers
from lab_app.engines import Engine
from lab_app.progress import Progress
from lab_app.report.servers import ServerLine
from lab_app.servers import Servers
from lab_app.servers.server import Server, Unavailable


def survey(engines: Sequence[Engine]) -> list[ServerLine]:
    """A line for each engine, in their order."""
    progress = Progress()

    def say(engine: Engine, words: str) -> None:
        progress.server(engine.name, words)

    with progress, leftovers.guard(), Servers(engines, say) as servers:
        return [_line(engine, servers.wait(engine.name)) for engine in engines]


def _line(engine: Engine, found: Server | Unavailable) -> ServerLine:
    if isinstance(found, Unavailable):
        return {
            "name": engine.title,
            "up": False,
            "version": None,
            "source": None,
            "address": None,
            "ms": found.ms,
            "reason": found.reason,
            "fix": found.fix,
        }
    return {
        "name": engine.title,
        "up": True,
        "version": found.version,
        "source": found.source,
        "address": found.address,
        "ms": found.ms,
        "reason": None,
        "fix": None,
    }
