"""The SQL that brought a database to where it is, kept to be sent again to an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from lab_app.evidence.statements import asks_the_catalogue


class Tape:
    """What was sent through the SQLAlchemy engines that it was attached to, but for questions about the schema."""

    def __init__(self) -> None:
        self._sent: list[tuple[str, Any, bool]] = []

    @contextmanager
    def attached(self, engine: sa.Engine, bind: str | None = None) -> Iterator[None]:
        """Keep what goes through this engine inside the block; what goes to a bind is played by nobody."""
        if bind is not None:
            yield
            return
        event.listen(engine, "after_cursor_execute", self._after)
        try:
            yield
        finally:
            event.remove(engine, "after_cursor_execute", self._after)

    def play(self, connection: sa.Connection) -> None:
        """Send everything again, in its order, through the driver itself: nothing is compiled anew.

        Raises:
            Exception: the driver's own error, when the engine does not take a statement again.
        """
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            for sql, parameters, many in self._sent:
                if many:
                    cursor.executemany(sql, parameters)
                else:
                    # None, and not an empty tuple: the driver would look for its marks in the statement.
                    cursor.execute(sql, parameters or None)

    def _after(self, _connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        if not asks_the_catalogue(sql):
            self._sent.append((sql, parameters, many))
