"""The scratch database that the app under study runs on: made, made anew, dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lab_app.leases import run_folder
from lab_app.servers import Server, scratch
from lab_app.servers.connection import connect

#: Seconds that a statement of the app may take; less than the page waits for an answer.
STATEMENT_SECONDS = 30


@dataclass(frozen=True)
class Database:
    """An empty database at an address; ``renew`` empties it again. The address holds the password."""

    url: str = field(repr=False)
    renew: Callable[[], None]


@contextmanager
def scratch_database(server: Server) -> Iterator[Database]:
    """Make a scratch database on the server, dropped at the end; for SQLite a file in a folder of this run.

    Raises:
        NoServer: the server does not answer, now or at the end; a lease then keeps what must still be dropped.
    """
    if server.engine.needs_server:
        with _on_server(server) as database:
            yield database
        return
    with run_folder() as folder:
        file = folder / "app.db"
        yield Database(server.url(str(file)), lambda: file.unlink(missing_ok=True))


@contextmanager
def _on_server(server: Server) -> Iterator[Database]:
    name = scratch.new_name()

    def renew() -> None:
        with connect(server) as cursor:
            scratch.create(cursor.execute, server.engine, name)

    held = scratch.lease_database(server, name)
    renew()
    try:
        yield Database(server.url(name, limit=STATEMENT_SECONDS), renew)
    finally:
        scratch.remove(server, name)
        if held:
            held.release()
