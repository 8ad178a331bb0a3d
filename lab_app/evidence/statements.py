"""Every statement that goes to the engine, with its time, as SQLAlchemy's events tell it."""

from __future__ import annotations

import re
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from lab_app.evidence.bookkeeping import VERSION_TABLE
from lab_app.evidence.types import Statement

#: What SQLAlchemy and Alembic ask to learn the schema: no part of the change.
_CATALOGUE = re.compile(
    r"\s*(PRAGMA\s+(main\.|temp\.|table_|index_|foreign_key_list)|SHOW\b|DESCRIBE\b"
    rf"|SELECT\b.*\b(pg_catalog|pg_class|information_schema|sqlite_(temp_)?master|{VERSION_TABLE})\b)",
    re.IGNORECASE | re.DOTALL,
)
_PARAMETERS_SHOWN = 300


class Recorder:
    """Collects the statements of every SQLAlchemy engine that it is attached to.

    ``step`` names the command that is running; each statement is filed under it. COMMIT and ROLLBACK are
    recorded when something was sent since the last one, whatever the engine makes of them.
    """

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.step = ""
        self._open = False

    def attach(self, engine: sa.Engine) -> None:
        """Record what goes through this engine from now on."""
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "handle_error", self._failed)
        event.listen(engine, "commit", lambda _connection: self._transaction("COMMIT"))
        event.listen(engine, "rollback", lambda _connection: self._transaction("ROLLBACK"))

    def _before(self, _connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:
        if context is not None:
            context.lab_started = time.perf_counter()

    def _after(self, _connection: Any, _cursor: Any, sql: str, parameters: Any, context: Any, _many: bool) -> None:
        self._add(sql, parameters, context, None)

    def _failed(self, failure: Any) -> None:
        if failure.statement is not None:
            self._add(failure.statement, failure.parameters, failure.execution_context, str(failure.original_exception))

    def _add(self, sql: str, parameters: Any, context: Any, error: str | None) -> None:
        if error is None and _CATALOGUE.match(sql):
            return
        started = getattr(context, "lab_started", None)
        self._open = True
        self.statements.append(
            {
                "sql": sql.strip(),
                "parameters": _shown(parameters),
                "ms": round((time.perf_counter() - started) * 1000, 2) if started else 0.0,
                "error": error,
                "step": self.step,
            }
        )

    def _transaction(self, word: str) -> None:
        if self._open:
            self._open = False
            self.statements.append({"sql": word, "parameters": None, "ms": 0.0, "error": None, "step": self.step})


def _shown(parameters: Any) -> str | None:
    if not parameters:
        return None
    # SQLAlchemy's multi-row INSERT fills its dictionary in another order each time.
    text = repr(dict(sorted(parameters.items())) if isinstance(parameters, dict) else parameters)
    return text if len(text) <= _PARAMETERS_SHOWN else text[:_PARAMETERS_SHOWN] + " …"
