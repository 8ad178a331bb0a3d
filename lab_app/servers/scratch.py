"""Scratch databases: named lab_<random>, leased on somebody's server, dropped wherever a kill has left them."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from lab_app.engines import Engine
from lab_app.leases import Lease, lease
from lab_app.servers.connection import LIMIT, connect
from lab_app.servers.drivers import Cursor, driver_of, rows
from lab_app.servers.search import NoServer
from lab_app.servers.server import Server

#: Seconds that dropping one may take, its sessions' end with it.
DROP_LIMIT = 15.0
#: The same while a run goes on.
LET_GO_LIMIT = 2.0
_NAME = re.compile(r"lab_[a-z0-9]+\Z")


def new_name() -> str:
    """Make a name for a scratch database that no other run has."""
    return f"lab_{secrets.token_hex(5)}"


def create(execute: Callable[[str], Any], engine: Engine, name: str) -> None:
    """Create it anew; whatever carried the name before is dropped. ``execute`` sends a statement in autocommit."""
    drop(execute, engine, name)
    execute(engine.create_database.format(name=name))


def drop(execute: Callable[[str], Any], engine: Engine, name: str) -> None:
    """Drop it if it is there.

    Raises:
        ValueError: the lab does not give such a name.
    """
    execute(engine.drop_database.format(name=_checked(name)))


def remove(server: Server, name: str, limit: float = LIMIT, patience: float = DROP_LIMIT) -> None:
    """Drop a scratch database that a killed process may still be connected to; one that has gone is no error.

    Raises:
        NoServer: as ``connect`` does.
    """
    with connect(server, limit, patience) as cursor:
        if server.engine.list_sessions:
            # MySQL's DROP DATABASE would wait for their locks.
            for (session,) in rows(cursor, server.engine.list_sessions.format(name=name)):
                _unless_gone(cursor, f"KILL {int(session)}", lambda: True)
        sql = server.engine.drop_database.format(name=_checked(name))
        _unless_gone(cursor, sql, lambda: not is_there(cursor, server.engine, name))


def is_there(cursor: Cursor, engine: Engine, name: str) -> bool:
    """Tell whether a server has a scratch database of this name, as far as the lab's user can see."""
    return (name,) in [(str(found),) for (found,) in rows(cursor, driver_of(engine).databases)]


def _unless_gone(cursor: Cursor, sql: str, gone: Callable[[], bool]) -> None:
    """Send a statement whose object may go meanwhile, by its own end or by another lab that cleans up.

    Raises:
        Exception: the driver's error, where the object is still there.
    """
    try:
        cursor.execute(sql)
    except Exception:  # a driver's own kind, with a code for each way in which it can be gone
        if not gone():
            raise


def _checked(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is not a scratch database's name")
    return name


def remove_all(server: Server) -> None:
    """Drop every scratch database of a server that is the lab's own."""
    with connect(server) as cursor:
        for (name,) in rows(cursor, driver_of(server.engine).databases):
            drop(cursor.execute, server.engine, name)


class ScratchNames:
    """The scratch databases of one owner on one server, as many as are asked for at one time.

    Each has its name and its lease before anybody makes it. On an engine without servers they are names, and no more.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._names: list[str] = []
        self._leases: list[Lease] = []
        self._taken: set[str] = set()

    def take(self, count: int) -> tuple[str, ...]:
        """Return the first so many names, for somebody who makes databases of them.

        Raises:
            LabError: the lab's folder, where leases are, cannot be written.
        """
        while len(self._names) < count:
            name = new_name()
            if held := lease_database(self._server, name):
                self._leases.append(held)
            self._names.append(name)
        names = tuple(self._names[:count])
        self._taken.update(names)
        return names

    def drop(self, limit: float = LIMIT, patience: float = DROP_LIMIT) -> None:
        """Drop those that were taken, though somebody may still be connected to them.

        Raises:
            NoServer: the server cannot be reached now.
        """
        for name in sorted(self._taken):
            if self._server.engine.needs_server:
                remove(self._server, name, limit, patience)
            self._taken.discard(name)

    def let_go(self, limit: float = LET_GO_LIMIT) -> None:
        """Drop and forget them; where that cannot be done now the leases are kept, and the next sweep tries again."""
        try:
            self.drop(limit, patience=max(limit, LET_GO_LIMIT))
        except NoServer:
            return
        self.release()

    def release(self) -> None:
        """Forget them, because they were dropped."""
        for held in self._leases:
            held.release()


def lease_database(server: Server, name: str) -> Lease | None:
    """Lease a scratch database before it is made; None on a server that the lab started, which goes as a whole."""
    if server.source not in ("given", "compose"):
        return None
    return lease(
        "database",
        f"database {name} of {server.engine.title} at {server.address}",
        engine=server.engine.name,
        source=server.source,
        address=server.address,
        name=name,
    )
