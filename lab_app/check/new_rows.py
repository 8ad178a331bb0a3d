"""Whether the application can still add a row to each table, with the id that the engine gives it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from lab_app.check.folding import fold
from lab_app.check.lane import Lane
from lab_app.check.seeding.seed import insert
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State
from lab_app.evidence.types import Table


def no_new_row(lane: Lane, state: State) -> dict[str, str]:
    """Return the tables that take no further row, each with the engine's words; everything is rolled back.

    It finds a sequence that inserted ids have left behind. A table with other unique columns is not tried: a copy of
    a row would be refused for them.
    """
    refused: dict[str, str] = {}
    for name, table in state.schema.items():
        if table["kind"] != "table" or not state.rows[name].rows or not _counted(table) or _has_unique(table):
            continue
        with lane.writer(name) as connection:
            try:
                insert(connection, name, _copy(table, state.rows[name]))
            except sa.exc.SQLAlchemyError as error:
                refused[name] = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            connection.rollback()
    return refused


def _counted(table: Table) -> bool:
    key = table["primary_key"]
    return len(key) == 1 and fold(table["columns"][key[0]]["type"]).kind == "integer" and (
        table["columns"][key[0]]["autoincrement"] or table["columns"][key[0]]["type"] == "INTEGER"
    )  # fmt: skip


def _has_unique(table: Table) -> bool:
    return bool(table["unique"]) or any(index["unique"] for index in table["indexes"])


def _copy(table: Table, data: TableData) -> dict[str, Any]:
    row = dict(zip(data.columns, data.rows[0], strict=True))
    left_out = {table["primary_key"][0]} | {name for name, column in table["columns"].items() if column["computed"]}
    return {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in row.items()
        if name not in left_out
    }
