"""What is in a lane's databases at one moment: schema, rows, and the revisions that Alembic noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from lab_app.evidence.joined import joined
from lab_app.evidence.rows import read_rows
from lab_app.evidence.schema import read_schema
from lab_app.evidence.state import State

#: The slot of the application's own database; other slots are bind keys.
MAIN = ""


@dataclass(frozen=True)
class VersionTable:
    """Where a project keeps its revisions: Alembic's default, or as its env.py says."""

    name: str = "alembic_version"
    schema: str | None = None

    @property
    def key(self) -> str:
        """What the table is called in a schema that was read."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def read(self, connection: sa.Connection) -> list[str]:
        """Read the revisions that are noted; none where there is no such table."""
        table = sa.table(self.name, sa.column("version_num"), schema=self.schema)
        try:
            return sorted(connection.execute(sa.select(table.c.version_num)).scalars())
        except sa.exc.DBAPIError:
            return []


def observe(connections: Mapping[str, sa.Connection], version_table: VersionTable) -> State:
    """Read every database of a lane, by slots. What is in a bind's has the key ``BIND.table``."""
    states: dict[str | None, State] = {}
    for slot, connection in connections.items():
        found = read_schema(connection)
        noted = version_table.read(connection) if found.pop(version_table.key, None) or slot == MAIN else []
        states[slot or None] = State(found, read_rows(connection, found), noted)
    if states.keys() == {None}:
        return states[None]
    whole = joined(states)
    return replace(whole, revisions=sorted(whole.revisions))
