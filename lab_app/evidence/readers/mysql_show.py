"""How the definition of one thing is asked for: SHOW CREATE, and what else one must know to read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import Connection

#: Modes under which SHOW CREATE quotes otherwise, or leaves out a table's options.
_OTHER_QUOTES = ("ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "NO_TABLE_OPTIONS", "NO_FIELD_OPTIONS", "NO_KEY_OPTIONS")


@dataclass(frozen=True)
class Shown:
    """A database, and what is usual in it and is therefore not mentioned: the sql_mode and the collation."""

    connection: Connection
    database: str
    usual_mode: str
    usual_collation: str

    def show(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the row of SHOW CREATE TABLE, VIEW, TRIGGER, …."""
        quoted = self.connection.dialect.identifier_preparer.quote_identifier(name)
        return tuple(self.connection.exec_driver_sql(f"SHOW CREATE {kind} {quoted}").one())


@contextmanager
def usual_quotes(connection: Connection, mode: str) -> Iterator[None]:
    """Let SHOW CREATE quote as usual, whatever sql_mode the session is in, and give the session its mode back."""
    if not any(other in mode for other in _OTHER_QUOTES):
        yield
        return
    connection.exec_driver_sql("SET SESSION sql_mode = ''")
    try:
        yield
    finally:
        connection.exec_driver_sql("SET SESSION sql_mode = %s", (mode,))
