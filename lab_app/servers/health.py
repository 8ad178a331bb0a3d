"""Whether a server is in trouble: asked in a thread, over and over until it is well or nobody waits any longer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from lab_app.servers.connection import LIMIT, connect
from lab_app.servers.drivers import rows
from lab_app.servers.scratch import create, drop
from lab_app.servers.search import NoServer
from lab_app.servers.server import Server

#: Seconds in which a server has to be well again: one that was restarted takes two or three.
PATIENCE = 5.0
_PAUSE = 0.3
#: Of a table with a row, made where a full disk or a read-only server shows.
_WRITES = ("CREATE TABLE {name}.lab_probe (n INT)", "INSERT INTO {name}.lab_probe VALUES (1)")


class Checkup:
    """One question to a server, asked from the moment that this is made.

    Once it is over, ``trouble`` is the answer, None for a server that is well.
    """

    def __init__(self, ask: Callable[[float], None], then: Callable[[NoServer | None], None] | None = None) -> None:
        self.trouble: NoServer | None = None
        self._ask = ask
        self._then = then
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether the server was found to be well or in trouble."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._find_out()
        if self._then:
            self._then(self.trouble)

    def _find_out(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._ask(max(1.0, min(LIMIT, end - time.monotonic())))
            except NoServer as none:
                self.trouble = none
            except Exception as error:  # a defect of ours is told in the cells, and holds nobody up
                self.trouble = NoServer(f"{type(error).__name__}: {error}")
            else:
                self.trouble = None
                return
            if time.monotonic() + _PAUSE >= end:
                return
            time.sleep(_PAUSE)


def answers(server: Server) -> Checkup:
    """Ask a server whether it answers; one that says no in words of its own does."""

    def ask(limit: float) -> None:
        try:
            with connect(server, limit, patience=limit) as cursor:
                rows(cursor, "SELECT 1")
        except NoServer as none:
            if not none.answered:
                raise

    return Checkup(ask)


def takes_databases(server: Server, name: str, then: Callable[[NoServer | None], None]) -> Checkup:
    """Ask a server whether it makes, fills and drops a scratch database of this name; ``then`` is told first."""

    def ask(limit: float) -> None:
        with connect(server, limit, patience=limit) as cursor:
            create(cursor.execute, server.engine, name)
            if server.engine.list_sessions:  # where one connection reaches every database
                for sql in _WRITES:
                    cursor.execute(sql.format(name=name))
            drop(cursor.execute, server.engine, name)

    return Checkup(ask, then)
