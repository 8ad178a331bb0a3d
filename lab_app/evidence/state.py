"""A database at one moment, read through a connection of the observer's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lab_app.evidence.bookkeeping import VERSION_TABLE
from lab_app.evidence.rows import TableData, read_rows
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Schema

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True)
class State:
    """A database at one moment: its schema, its rows, and the revisions that Alembic noted in it."""

    schema: Schema
    rows: dict[str, TableData]
    revisions: list[str]


def read_state(connection: Connection) -> State:
    """Read everything that there is to observe."""
    schema = read_schema(connection)
    return State(schema, read_rows(connection, schema), read_revisions(connection))


def read_revisions(connection: Connection) -> list[str]:
    """Read the revisions that Alembic noted, in the order of their names; none where it noted nothing."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return []
    found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608
    return sorted(row[0] for row in found)
