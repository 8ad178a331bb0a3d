"""The SQLAlchemy engines of one worker: one an address, kept from the first attempt to the last.

A new SQLAlchemy engine asks its server a handful of questions before its first query, and compiles every statement
anew. Each application gets a view of the address's engine instead: it has its own events, and shares what is learnt.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.pool import NullPool, QueuePool

from lab_app.engines import Engine

#: The key of an application's configuration under which ApplicationDatabase finds its engines.
ENGINES = "LAB_ENGINES"
#: Connections that are kept; an attempt may open more at once.
_KEPT, _MORE = 4, 30


class ApplicationDatabase(SQLAlchemy):
    """Flask-SQLAlchemy on the engines that the application's configuration holds.

    ``bind_keys`` are those that its models name, in their order.
    """

    bind_keys: tuple[str, ...] = ()

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Any) -> sa.Engine:
        engine: sa.Engine | None = app.config.get(ENGINES, {}).get(bind_key)
        return super()._make_engine(bind_key, options, app) if engine is None else engine


class Connections:
    """The engines of one worker by their addresses. Nothing is connected before the first query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, sa.Engine] = {}

    def of_application(self, url: str) -> sa.Engine:
        """Return a view of the address's engine: its events are its own, and what is compiled is shared."""
        return self._shared(url).execution_options()

    def of_observer(self, url: str) -> sa.Engine:
        """Return a view in autocommit, so that the observer never holds a lock that the attempt waits for."""
        return self._shared(url).execution_options(isolation_level="AUTOCOMMIT")

    def fresh(self, url: str) -> sa.Engine:
        """Make an engine that shares nothing, for an application that does something to its engines."""
        return self._listening(sa.create_engine(url, poolclass=NullPool))

    def close(self) -> None:
        """Close the connections that nobody uses now."""
        for engine in self._kept.values():
            engine.dispose()

    def _shared(self, url: str) -> sa.Engine:
        if url not in self._kept:
            self._kept[url] = self._listening(self._made(url))
        return self._kept[url]

    def _made(self, url: str) -> sa.Engine:
        if not (self._engine.reset_session and sa.make_url(url).get_backend_name() == self._engine.name):
            return sa.create_engine(url, poolclass=NullPool)
        made = sa.create_engine(url, poolclass=QueuePool, pool_size=_KEPT, max_overflow=_MORE, pool_use_lifo=True)
        event.listen(made, "reset", self._reset)
        return made

    def _listening(self, made: sa.Engine) -> sa.Engine:
        """Have every new connection told what the engine's scratch databases can do without."""
        if self._engine.on_connect:
            event.listen(made, "connect", lambda dbapi, _record: dbapi.execute(self._engine.on_connect).close())
        return made

    def _reset(self, dbapi: Any, _record: Any, state: Any) -> None:
        """Give a connection back as new: no transaction, no setting, no temporary table, no lock of a session."""
        if dbapi.closed or state.terminate_only:
            return
        dbapi.rollback()
        before, dbapi.autocommit = dbapi.autocommit, True
        with dbapi.cursor() as cursor:
            cursor.execute(self._engine.reset_session)
        dbapi.autocommit = before
