"""What goes to a worker, and the door it comes in by: light, so that the parent imports no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.connection import Connection

from lab_app.servers.server import Server


@dataclass(frozen=True)
class Job:
    """One cell to be made: an attempt of a scenario file, on a server, in a scratch database of this name.

    ``rows`` is how many to seed, None for those declared. The path is whole: a worker's current folder is that of
    the process that it was forked from.
    """

    scenario: str
    attempt: str
    server: Server
    database: str
    rows: int | None


def entry(channel: Connection, engine: str, folder: str) -> None:
    """Where a worker process begins."""
    from lab_app.runner.worker import main

    main(channel, engine, folder)
