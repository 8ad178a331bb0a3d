"""Whether the application can still add a row to each table, with the id that the engine gives it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from lab_app.check.answers import first_line
from lab_app.check.folding import fold
from lab_app.check.lane import Lane
from lab_app.check.seeding.seed import insert
from lab_app.evidence.names import quoted
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State
from lab_app.evidence.types import Table


def no_new_row(lane: Lane, before: State | None, after: State) -> dict[str, str]:
    """Return the tables that take no further row, each with the engine's words; everything is rolled back.

    Those are tried that are not as they were before. It finds a sequence that inserted ids have left behind. A table
    with other unique columns is not tried: a copy of a row would be refused for them.
    """
    numbers = bool(lane.engine.numbers_keys)
    tried = {
        name: table
        for name, table in after.schema.items()
        if counted(table, every_key=numbers) and _may_be_tried(name, table, before, after)
    }
    refused: dict[str, str] = {}
    for slot in sorted({lane.slot_of(name) for name in tried}):
        names = [name for name in tried if lane.slot_of(name) == slot]
        with lane.writer(names[0]) as connection:
            for name in names:
                try:
                    table = quoted(connection, lane.in_its_database(name), tried[name])
                    insert(connection, table, _copy(tried[name], after.rows[name]))
                except sa.exc.SQLAlchemyError as error:
                    refused[name] = first_line(str(getattr(error, "orig", None) or error))
                connection.rollback()
    return refused


def _may_be_tried(name: str, table: Table, before: State | None, after: State) -> bool:
    if table["kind"] != "table" or not after.rows[name].rows or _has_unique(table):
        return False
    return before is None or before.schema.get(name) != table or before.rows.get(name) != after.rows[name]


def counted(table: Table, *, every_key: bool) -> bool:
    """Tell whether the engine numbers the rows of a table: where it does so for ``every_key``, or the column says it.

    A key that is another table's is given by the application.
    """
    key = table["primary_key"]
    if len(key) != 1 or any(key == each["columns"] for each in table["foreign_keys"]):
        return False
    column = table["columns"][key[0]]
    return fold(column["type"]).kind == "integer" and (
        column["autoincrement"] or (every_key and column["type"] == "INTEGER")
    )


def _has_unique(table: Table) -> bool:
    return bool(table["unique"]) or any(index["unique"] for index in table["indexes"])


def _copy(table: Table, data: TableData) -> dict[str, Any]:
    row = dict(zip(data.columns, data.rows[0], strict=True))
    left_out = {table["primary_key"][0]} | {name for name, column in table["columns"].items() if column["computed"]}
    return {
        name: json.dumps(value) if isinstance(value, dict | list) and fold(data.types[name]).kind != "array" else value
        for name, value in row.items()
        if name not in left_out
    }
