"""The scratch databases of one worker: made for their first attempt, and empty again for each that follows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from lab_app.engines import Engine
from lab_app.runner.connections import Connections
from lab_app.servers import Server, scratch
from lab_app.servers.drivers import STATEMENT_LIMIT

#: The file of a database that needs no server, in the folder of its project.
FILE = "app.db"


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Remove databases that are files, and what SQLite keeps beside them."""
    for name in names:
        for file in folder.glob(f"{name}*"):
            file.unlink()


class ScratchDatabases:
    """Databases on one server, known by their names; who leased them drops them when the worker is gone.

    Without a server a name is that of a file. Where the engine can be emptied in place, a database and the connections
    to it are kept: that takes a tenth of the time of making it anew, and the server does not start a process for each
    connection.
    """

    def __init__(self, engine: Engine, connections: Connections) -> None:
        self._engine = engine
        self._connections = connections
        self._admin: sa.Connection | None = None
        self._made: set[str] = set()
        self._inside: dict[str, sa.Connection] = {}

    def address(self, server: Server, name: str, folder: Path, seconds: int) -> str:
        """Return the address of a database, whose statements end after so many seconds; for SQLite a file."""
        return server.url(name, limit=seconds) if self._engine.needs_server else server.url(str(folder / name))

    def empty(self, server: Server, names: Iterable[str], folder: Path) -> None:
        """Make each of these databases, or empty it of everything that an attempt has left."""
        if not self._engine.needs_server:
            remove_files(folder, names)
            return
        for name in names:
            if not self._emptied(server, name):
                self._make(server, name)

    def _emptied(self, server: Server, name: str) -> bool:
        """Tell whether a database could be emptied in place: it is there, and its engine has a way to do that."""
        if name not in self._made or not self._engine.empty_database:
            return False
        try:
            if name not in self._inside:
                self._inside[name] = _connected(server, name)
            self._inside[name].exec_driver_sql(self._engine.empty_database)
        except sa.exc.DBAPIError:  # something is there that lives outside of schemas, or the connection was ended
            return False
        return True

    def _make(self, server: Server, name: str) -> None:
        """Make a database anew, whatever carries its name."""
        self._connections.close()
        if inside := self._inside.pop(name, None):
            with contextlib.suppress(sa.exc.DBAPIError):
                inside.close()
        if self._admin is None:
            self._admin = _connected(server, self._engine.maintenance_database)
        scratch.create(self._admin.exec_driver_sql, self._engine, name)
        self._made.add(name)


def _connected(server: Server, database: str) -> sa.Connection:
    url = server.url(database, limit=STATEMENT_LIMIT)
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
