"""How the definition of one thing is asked for: SHOW CREATE, and what else one must know to read it."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection


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
