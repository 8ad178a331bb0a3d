"""The scratch databases of one lane: made, made anew under the same name, read, kept and brought back."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from lab_app.check.copying import copy_tables
from lab_app.leases import Lease
from lab_app.servers import Server, scratch

#: Seconds that a statement of the lab's own may take.
_SECONDS = 60
#: PostgreSQL waits 5 s for sessions that were ended to be gone, and then says so: object_in_use. A server that is busy
#: needs longer. https://www.postgresql.org/docs/current/errcodes-appendix.html
_IN_USE = "55006"
#: What belongs to a SQLite file: what is not yet in it, and what was in it before.
_BESIDE = ("-wal", "-journal")


class Database(Protocol):
    """One scratch database.

    ``url`` is its address, which never changes: it holds the password. ``keep`` remembers the database as it is, and
    ``restore`` brings that back; who is connected then loses the connection. Tables that are the ``same`` now and in
    what was remembered need not be copied. ``left_out`` is what could not be remembered, by kind and name.
    """

    url: str
    left_out: list[str]

    def anew(self) -> None:
        """Make it, or make it anew: empty."""

    def observer(self) -> sa.Connection:
        """Return a connection in autocommit, the same one until the database is made anew, kept or restored."""

    def writer(self) -> sa.Connection:
        """Return a new connection with transactions; whoever asks for it closes it."""

    def keep(self, same: Collection[str] = (), /) -> None:
        """Remember the database as it is now."""

    def restore(self, same: Collection[str] = (), /) -> None:
        """Bring back what was remembered."""

    def close(self) -> None:
        """Remove it and what was remembered."""


def database(server: Server, folder: Path) -> Database:
    """Make a scratch database on a server; for an engine without one a file in the folder."""
    made: Database = _OnServer(server) if server.engine.needs_server else _File(server, folder)
    made.anew()
    return made


class _File:
    """A database that is a file; what SQLite keeps beside it goes with it."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._file = folder / f"{scratch.new_name()}.db"
        self._kept = self._file.with_suffix(".kept")
        self.left_out: list[str] = []
        self.url = server.url(str(self._file))
        self._observer = _Observer(self.url)
        self._writers = sa.create_engine(self.url, poolclass=NullPool)
        # Those that write rows hold the foreign keys that servers hold by themselves.
        _, checked = server.engine.without_foreign_keys
        sa.event.listen(self._writers, "connect", lambda dbapi, _record: dbapi.execute(checked).close())

    def anew(self) -> None:
        self._observer.close()
        _remove_file(self._file)

    def observer(self) -> sa.Connection:
        return self._observer.connection()

    def writer(self) -> sa.Connection:
        return self._writers.connect()

    def keep(self, _same: Collection[str] = ()) -> None:
        self._observer.close()
        _copy_file(self._file, self._kept)

    def restore(self, _same: Collection[str] = ()) -> None:
        self._observer.close()
        _copy_file(self._kept, self._file)

    def close(self) -> None:
        self.anew()
        _remove_file(self._kept)


def _copy_file(source: Path, target: Path) -> None:
    """Copy a database with what SQLite keeps beside it while somebody is connected, or after a crash."""
    _remove_file(target)
    for suffix in ("", *_BESIDE):
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(f"{source}{suffix}", f"{target}{suffix}")


def _remove_file(file: Path) -> None:
    for suffix in ("", *_BESIDE, "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


class _OnServer:
    """A database on a server, and a second one beside it that holds what is remembered."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._name, self._kept = scratch.new_name(), scratch.new_name()
        self._leases: list[Lease] = []
        self.left_out: list[str] = []
        self._admin = _Observer(server.url(server.engine.maintenance_database, limit=_SECONDS))
        self.url = server.url(self._name, limit=_SECONDS)
        self._observer = _Observer(self.url)
        self._writers = sa.create_engine(self.url, poolclass=NullPool)
        for name in (self._name, self._kept):
            if held := scratch.lease_database(server, name):
                self._leases.append(held)

    def anew(self) -> None:
        self._end_sessions()
        _when_free(lambda: scratch.create(self._execute, self._server.engine, self._name))

    def observer(self) -> sa.Connection:
        return self._observer.connection()

    def writer(self) -> sa.Connection:
        return self._writers.connect()

    def keep(self, same: Collection[str] = ()) -> None:
        self._copy(self._name, self._kept, same)

    def restore(self, same: Collection[str] = ()) -> None:
        self._copy(self._kept, self._name, same)

    def close(self) -> None:
        self._end_sessions()
        for name in (self._name, self._kept):
            _when_free(partial(scratch.drop, self._execute, self._server.engine, name))
        self._admin.close()
        for held in self._leases:
            held.release()

    def _copy(self, source: str, target: str, same: Collection[str]) -> None:
        engine = self._server.engine
        self._end_sessions()
        if engine.copy_database:
            _when_free(lambda: self._copy_whole(source, target))
            return
        if not same:
            scratch.create(self._execute, engine, target)
        self.left_out += copy_tables(self._admin.connection(), source, target, same)

    def _copy_whole(self, source: str, target: str) -> None:
        engine = self._server.engine
        scratch.drop(self._execute, engine, target)
        self._execute(engine.end_sessions.format(name=source))
        self._execute(engine.copy_database.format(name=target, source=source))

    def _end_sessions(self) -> None:
        """End who is still connected: a DROP would wait for what they hold."""
        self._observer.close()
        if self._server.engine.list_sessions:
            for (session,) in self._admin.connection().exec_driver_sql(
                self._server.engine.list_sessions.format(name=self._name)
            ):
                with contextlib.suppress(sa.exc.DBAPIError):  # it has just ended by itself
                    self._execute(f"KILL {int(session)}")

    def _execute(self, sql: str) -> object:
        return self._admin.connection().exec_driver_sql(sql)


def _when_free(act: Callable[[], None]) -> None:
    """Do something to a database, and again while sessions that were ended are still in it.

    Raises:
        DBAPIError: somebody is still connected, or anything else is wrong.
    """
    end = time.monotonic() + _SECONDS
    while True:
        try:
            return act()
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "pgcode", None) != _IN_USE or time.monotonic() > end:
                raise


class _Observer:
    """One connection in autocommit, made when it is first wanted: in a transaction it would block who acts."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._connection: sa.Connection | None = None

    def connection(self) -> sa.Connection:
        if self._connection is None or self._connection.closed or self._connection.invalidated:
            self._connection = self._engine.connect()
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                self._connection.close()
            self._connection = None
