"""The scratch database of one worker: made for its first attempt, and empty again for each that follows."""

from __future__ import annotations

import contextlib
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from lab_app.engines import Engine
from lab_app.runner.connections import Connections
from lab_app.servers import Server, scratch
from lab_app.servers.drivers import STATEMENT_LIMIT

#: The file of a database that needs no server, in the folder of its project.
FILE = "app.db"


def remove_file(folder: Path) -> None:
    """Remove a database that is a file, and what SQLite keeps beside it."""
    for file in folder.glob(f"{FILE}*"):
        file.unlink()


class ScratchDatabase:
    """One database on one server, known by its name; who leased it drops it when the worker is gone.

    Where the engine can be emptied in place, the database and the connections to it are kept: that takes a tenth of
    the time of making it anew, and the server does not start a process for each connection.
    """

    def __init__(self, engine: Engine, connections: Connections) -> None:
        self._engine = engine
        self._connections = connections
        self._admin: sa.Connection | None = None
        self._inside: sa.Connection | None = None

    def address(self, server: Server, name: str, folder: Path, seconds: int) -> str:
        """Return the address of the database, whose statements end after so many seconds; for SQLite a file."""
        return server.url(name, limit=seconds) if self._engine.needs_server else server.url(str(folder / FILE))

    def empty(self, server: Server, name: str, folder: Path) -> None:
        """Make the database, or empty it of everything that an attempt has left."""
        if not self._engine.needs_server:
            remove_file(folder)
        elif not self._emptied(server, name):
            self._make(server, name)

    def _emptied(self, server: Server, name: str) -> bool:
        """Tell whether the database could be emptied in place: there is one, and its engine has a way to do that."""
        if self._admin is None or not self._engine.empty_database:
            return False
        try:
            if self._inside is None:
                self._inside = _connected(server, name)
            self._inside.exec_driver_sql(self._engine.empty_database)
        except sa.exc.DBAPIError:  # something is there that lives outside of schemas, or the connection was ended
            return False
        return True

    def _make(self, server: Server, name: str) -> None:
        """Make the database anew, whatever carries its name."""
        self._connections.close()
        if self._inside is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                self._inside.close()
            self._inside = None
        if self._admin is None:
            self._admin = _connected(server, self._engine.maintenance_database)
        scratch.create(self._admin.exec_driver_sql, self._engine, name)


def _connected(server: Server, database: str) -> sa.Connection:
    url = server.url(database, limit=STATEMENT_LIMIT)
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
