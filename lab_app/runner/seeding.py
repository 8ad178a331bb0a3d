"""The rows that a scenario's tables hold before an attempt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from lab_app.engines import Engine
from lab_app.errors import LabError
from lab_app.runner.binds import located
from lab_app.scenario.declare import RowsByTable

#: A connection and the tables of each database, by its bind key.
Databases = dict[str | None, tuple[sa.Connection, sa.MetaData]]


def seed(databases: Databases, engine: Engine, rows: RowsByTable, wanted: int | None) -> None:
    """Insert a scenario's rows through its own tables; ``wanted`` grows the first table to that many.

    Whatever numbers rows goes on after them, as in a database whose application has inserted them one by one.

    Raises:
        LabError: there is no such table, or the first one cannot be grown.
    """
    metadatas = {key: metadata for key, (_, metadata) in databases.items()}
    for name, values in rows.items():
        bind, table = located(name, metadatas)
        connection, _ = databases[bind]
        # One statement a row: rows may name different columns.
        for row in values:
            connection.execute(sa.insert(table).values(row))
    if wanted is not None and rows:
        bind, table = located(next(iter(rows)), metadatas)
        _grow(databases[bind][0], table, wanted)
    for connection, metadata in databases.values():
        found = (located(name, metadatas) for name in rows)
        if tables := [table for _, table in found if table.metadata is metadata]:
            _number_after(connection, engine, tables)


def _number_after(connection: sa.Connection, engine: Engine, tables: list[sa.Table]) -> None:
    """Set sequences behind the rows: those that a table's columns draw on, and those that only the models name."""
    if engine.follow_rows and (sql := connection.exec_driver_sql(engine.follow_rows).scalar()):
        connection.exec_driver_sql(sql)
    for sequence, column in _sequences(tables) if engine.move_sequence else ():
        last = connection.scalar(sa.select(sa.func.max(column)))
        # A migrated database may lack it: no migration makes a sequence by itself.
        there = connection.dialect.has_sequence(connection, sequence.name)
        if there and last is not None and last >= (sequence.start or 1):
            name = connection.dialect.identifier_preparer.format_sequence(sequence)
            connection.exec_driver_sql(engine.move_sequence.format(sequence=name, last=last))


def _sequences(tables: list[sa.Table]) -> Iterator[tuple[sa.Sequence, sa.Column[Any]]]:
    """Yield each sequence that the models draw a column's values from."""
    for table in tables:
        for column in table.columns:
            if isinstance(column.default, sa.Sequence):
                yield column.default, column


def _grow(connection: sa.Connection, table: sa.Table, wanted: int) -> None:
    """Double the table in the server until it holds that many rows: no row passes through Python."""
    key = list(table.primary_key.columns)
    if len(key) != 1 or not isinstance(key[0].type, sa.Integer):
        raise LabError(f"ROWS={wanted}: {table.name} has no single integer key to count on. Leave ROWS out.")
    identity = key[0]
    count, last = connection.execute(sa.select(sa.func.count(), sa.func.max(identity)).select_from(table)).one()
    while count < wanted:
        batch = min(count, wanted - count)
        copies = sa.select(*(_copy(column, identity, last) for column in table.columns)).order_by(identity).limit(batch)
        connection.execute(sa.insert(table).from_select([column.name for column in table.columns], copies))
        count, last = connection.execute(sa.select(sa.func.count(), sa.func.max(identity)).select_from(table)).one()


def _copy(column: sa.Column[Any], identity: sa.Column[Any], last: int) -> sa.ColumnElement[Any]:
    if column is identity:
        return column + last
    unique = column.unique or any(
        list(constraint.columns) == [column]
        for constraint in column.table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    )
    if unique and isinstance(column.type, sa.String):
        return column + sa.literal("-") + sa.cast(identity + last, sa.String(20))
    return column
