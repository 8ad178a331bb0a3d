"""Every statement that goes to the engine, with its time, as SQLAlchemy's events tell it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from lab_app.evidence.bookkeeping import VERSION_TABLE
from lab_app.evidence.errors import shortened
from lab_app.evidence.types import Statement

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

#: What is asked to learn the schema, or the revision that Alembic noted: no part of the change.
_CATALOGUE = re.compile(
    r"\s*(PRAGMA\s+(main\.|temp\.|table_|index_|foreign_key_list)|SHOW\b|DESCRIBE\b"
    rf"|SELECT\b.*\b(pg_catalog|pg_class|information_schema|sqlite_(temp_)?master|FROM\s+(\S+\.)?[\"`\[]?{VERSION_TABLE})\b)",
    re.IGNORECASE | re.DOTALL,
)
#: In such a question: what makes more of it than a question.
_MORE = re.compile(r";\s*\S|\bINTO\b", re.IGNORECASE)
#: A statement that says how many rows it found to change.
_CHANGES_ROWS = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE|REPLACE)\b", re.IGNORECASE)
_PARAMETERS_SHOWN = 300


def asks_the_catalogue(sql: str) -> bool:
    """Tell whether a statement only asks for the schema, or for the revision that Alembic noted."""
    return bool(_CATALOGUE.match(sql)) and not _MORE.search(sql)


class Recorder:
    """Collects the statements of every SQLAlchemy engine that it is attached to.

    ``step`` names the command that is running; each statement is filed under it, one of a bind's database under
    ``flask db upgrade (analytics)``. COMMIT and ROLLBACK are recorded when something was sent since the last one,
    whatever the engine makes of them.
    """

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.step = ""
        self._open: set[str | None] = set()
        self._binds: dict[str, str] = {}
        self._dialects: list[Any] = []

    @contextmanager
    def attached(self, engine: Engine, bind: str | None = None) -> Iterator[None]:
        """Record what goes through this engine inside the block; ``bind`` is the key of a database beside the first."""
        if bind is not None:
            self._binds[str(engine.url)] = bind
        listeners: dict[str, Callable[..., Any]] = {
            "before_cursor_execute": self._before,
            "after_cursor_execute": self._after,
            "commit": self._committed,
            "rollback": self._rolled_back,
        }
        for name, listener in listeners.items():
            event.listen(engine, name, listener)
        # An error is the dialect's event: engines that share one would each tell it.
        dialect = engine.dialect
        first = dialect not in self._dialects
        self._dialects.append(dialect)
        if first:
            event.listen(engine, "handle_error", self._failed)
        try:
            yield
        finally:
            self._dialects.remove(dialect)
            if dialect not in self._dialects:
                event.remove(engine, "handle_error", self._failed)
            for name, listener in listeners.items():
                event.remove(engine, name, listener)

    def _before(self, _connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:
        if context is not None:
            context.lab_started = time.perf_counter()

    def _after(self, connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        added = self._add(connection.engine, sql, parameters, context, None)
        # Few statements find no row, and the others need not be looked at.
        if added and cursor.rowcount == 0 and not many and cursor.description is None and _CHANGES_ROWS.search(sql):
            added["rows"] = 0

    def _failed(self, failure: Any) -> None:
        if failure.statement is not None:
            error = shortened(str(failure.original_exception))
            self._add(failure.engine, failure.statement, failure.parameters, failure.execution_context, error)

    def _add(self, engine: Engine, sql: str, parameters: Any, context: Any, error: str | None) -> Statement | None:
        if error is None and asks_the_catalogue(sql):
            return None
        started = getattr(context, "lab_started", None)
        bind = self._bind(engine)
        self._open.add(bind)
        added: Statement = {
            "sql": sql.strip(),
            "parameters": _shown(parameters),
            "ms": round((time.perf_counter() - started) * 1000, 2) if started else 0.0,
            "error": error,
            "step": self._step(bind),
        }
        self.statements.append(added)
        return added

    def _committed(self, connection: Any) -> None:
        self._transaction("COMMIT", self._bind(connection.engine))

    def _rolled_back(self, connection: Any) -> None:
        self._transaction("ROLLBACK", self._bind(connection.engine))

    def _transaction(self, word: str, bind: str | None) -> None:
        if bind in self._open:
            self._open.discard(bind)
            step = self._step(bind)
            self.statements.append({"sql": word, "parameters": None, "ms": 0.0, "error": None, "step": step})

    def _bind(self, engine: Engine | None) -> str | None:
        return self._binds.get(str(engine.url)) if self._binds and engine is not None else None

    def _step(self, bind: str | None) -> str:
        return self.step if bind is None else f"{self.step} {_mark(bind)}"


def of_bind(statement: Statement, bind: str) -> bool:
    """Tell whether a statement went to the database of this bind."""
    return statement["step"].endswith(f" {_mark(bind)}")


def _mark(bind: str) -> str:
    return f"({bind})"


def _shown(parameters: Any) -> str | None:
    if not parameters:
        return None
    # SQLAlchemy's multi-row INSERT fills its dictionary in another order each time.
    text = repr(dict(sorted(parameters.items())) if isinstance(parameters, dict) else parameters)
    return text if len(text) <= _PARAMETERS_SHOWN else text[:_PARAMETERS_SHOWN] + " …"
