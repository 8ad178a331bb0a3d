"""What is in a lane's databases at one moment: schema, rows, and the revisions that Alembic noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from lab_app.evidence.joined import joined
from lab_app.evidence.rows import TableData, read_rows
from lab_app.evidence.schema import read_schema
from lab_app.evidence.state import State
from lab_app.evidence.types import Schema, Table

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
        quote = connection.dialect.identifier_preparer.quote
        table = ".".join(quote(part) for part in (self.schema, self.name) if part)
        try:
            return sorted(connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalars())  # noqa: S608
        except sa.exc.DBAPIError:
            return []


def slot_of(table: str, slots: Collection[str]) -> str:
    """Return the slot of the database that a table is in, by its name in what was read."""
    slot, dot, _ = table.partition(".")
    return slot if dot and slot in slots else MAIN


def observe(
    connections: Mapping[str, sa.Connection],
    version_table: VersionTable,
    seen: Sequence[State] = (),
    touched: Collection[str] | None = None,
) -> State:
    """Read every database of a lane, by slots. What is in a bind's has the key ``BIND.table``.

    ``seen`` is what was read before, the last first: of that all tables but those that were ``touched`` are taken
    over, where there is one database. One that is as it was at any of these moments is the same object again.
    """
    last = seen[0] if seen else None
    states: dict[str | None, State] = {}
    for slot, connection in connections.items():
        known, rows = _known(last, touched) if len(connections) == 1 else ({}, {})
        found = read_schema(connection, known)
        noted = version_table.read(connection) if found.pop(version_table.key, None) or slot == MAIN else []
        new = {name: table for name, table in found.items() if known.get(name) is not table}
        rows = {name: data for name, data in rows.items() if name in found} | read_rows(connection, new)
        states[slot or None] = State(found, {name: rows[name] for name in found if name in rows}, noted)
    if states.keys() == {None}:
        return _with_same_objects(states[None], seen)
    whole = joined(states)
    return _with_same_objects(replace(whole, revisions=sorted(whole.revisions)), seen)


def _with_same_objects(state: State, seen: Sequence[State]) -> State:
    """Put what was read before in the place of what is the same: it is told by that, and held once."""
    for name, table in state.schema.items():
        for then in seen:
            if (was := then.schema.get(name)) is not None and _same(was, table):
                state.schema[name] = was
                break
        rows = state.rows.get(name)
        for then in seen:
            if (held := then.rows.get(name)) is not None and (held is rows or repr(held) == repr(rows)):
                state.rows[name] = held
                break
    return state


def _same(one: Table, other: Table) -> bool:
    """Tell whether two tables are the same, in the order of their columns, too."""
    return one is other or (one == other and [*one["columns"]] == [*other["columns"]])


def _known(last: State | None, touched: Collection[str] | None) -> tuple[Schema, dict[str, TableData]]:
    """Return what is known: the tables that were not touched, and their rows."""
    if last is None or touched is None:
        return {}, {}
    names = [name for name in last.rows if name not in touched]
    return {name: last.schema[name] for name in names}, {name: last.rows[name] for name in names}
