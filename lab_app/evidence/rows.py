"""The rows of every table, as the driver hands them over: nothing is converted on the way."""

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab_app.evidence.digest import digest
from lab_app.evidence.names import quoted
from lab_app.evidence.types import Rows, Schema, Table, TableRows
from lab_app.evidence.values import encode

#: The longest table that is read and compared value by value.
ROWS_COMPARED = 10_000
#: How many rows of a table are kept in the result document.
ROWS_SHOWN = 20
#: psycopg2 loads JSON: then null is NULL, and digits of a number are gone.
_LOADED = dict.fromkeys([("postgresql", "JSON"), ("postgresql", "JSONB")], "{0}::text AS {0}")


@dataclass(frozen=True)
class TableData:
    """The rows of one table in the order of its key, or what stands for them.

    Without ``digests`` the ``rows`` are all there are; with them, one for each column, they are the
    first few. ``types`` are the columns' types in the order of the table.
    """

    types: dict[str, str]
    key: list[str]
    rows: list[tuple[Any, ...]]
    count: int
    digests: dict[str, str] | None = None

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in the order of the values of a row."""
        return list(self.types)


def read_rows(
    connection: Connection, schema: Schema, limit: int = ROWS_COMPARED, shown: int = ROWS_SHOWN
) -> dict[str, TableData]:
    """Read the rows of each table of the schema; views are left out.

    A table of more than ``limit`` rows is digested by the engine, and ``shown`` of its rows are kept.
    """
    found: dict[str, TableData] = {}
    for name, table in schema.items():
        if table["kind"] != "table":
            continue
        try:
            found[name] = _read_table(connection, name, table, limit, shown)
        except sa.exc.OperationalError:
            # A virtual table whose module, or the table that holds its text, is gone has no rows that can be read.
            if "definition" not in table:
                raise
    return found


def _read_table(connection: Connection, name: str, table: Table, limit: int, shown: int) -> TableData:
    quote = connection.dialect.identifier_preparer.quote
    types = {column: definition["type"] for column, definition in table["columns"].items()}
    key = table["primary_key"]
    order = f" ORDER BY {', '.join(map(quote, key))}" if key else ""
    columns = ", ".join(_as_stored(connection, quote(column), type_) for column, type_ in types.items())
    found = connection.exec_driver_sql(
        f"SELECT {columns} FROM {quoted(connection, name, table)}{order} LIMIT {limit + 1}"  # noqa: S608
    )
    # psycopg2 hands BYTEA over as a view of memory, which has neither order nor text.
    rows = [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in found]
    if len(rows) > limit:
        count, digests = digest(connection, name, table)
        return TableData(types, key, rows[:shown], count, digests)
    return TableData(types, key, rows if key else sorted(rows, key=repr), len(rows))


def _as_stored(connection: Connection, column: str, type_: str) -> str:
    """Return the SQL for a column, in which a driver does not read JSON for us."""
    return _LOADED.get((connection.dialect.name, type_), "{0}").format(column)


def to_json(data: dict[str, TableData], shown: int = ROWS_SHOWN) -> Rows:
    """Return the part of it that goes into a result document."""
    return {
        name: TableRows(
            columns=table.columns,
            key=table.key,
            rows=[[encode(value) for value in row] for row in table.rows[:shown]],
            count=table.count,
            digest=_short(table, shown),
        )
        for name, table in data.items()
    }


def _short(table: TableData, shown: int) -> str | None:
    """Return what stands for the rows that are not shown; None where all are."""
    if table.count <= shown:
        return None
    whole = sorted(table.digests.items()) if table.digests else table.rows
    return hashlib.sha256(repr(whole).encode("utf-8", "backslashreplace")).hexdigest()[:16]
