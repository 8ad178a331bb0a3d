"""A fingerprint of each column of a long table, worked out where the rows are.

On a server it is a count and a sum of 60-bit or 64-bit hashes, one for each value and each bound to
its row's key, so the order of the rows does not matter, and a value that changed, moved to another
row or went away with its row does. SQLite has no hash function: an aggregate of the lab's own reads
the values in the order of the key inside the connection, 256 rows at a time.

Digests are compared within one run only. NULL counts as no value, which differs from ``''``.
"""

import hashlib
import marshal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lab_app.evidence.cell import Table

#: Stands for whole rows, where a table has no key that would bind a value to its row.
WHOLE_ROW = "*"
_BATCH = 256
#: SQLITE_MAX_FUNCTION_ARG was 100 until 3.48: https://www.sqlite.org/limits.html
_ARGUMENTS = 100


_Scan = Callable[[sa.Connection, str, Table], tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class _Recipe:
    """SQL that folds the key's columns into one value, and digests a column under that key."""

    start: str
    fold: str
    column: str


_HASHTEXT = _Recipe(
    start="0",
    fold="hashtextextended(coalesce('=' || {column}::text, '-'), {key})",
    column="count({column}) || ':' || coalesce(sum(hashtextextended({column}::text, {key})), 0)",
)
# MySQL 9.7 has no MD5() and no SHA1(); the length in front of each part keeps ('a','bc') from ('ab','c').
_SHA2 = _Recipe(
    start="''",
    fold="CONCAT({key}, COALESCE(CONCAT(LENGTH({column}), ':', CAST({column} AS BINARY)), '-'))",
    column="CONCAT(COUNT({column}), ':', COALESCE(SUM(CAST(CONV(LEFT(SHA2("
    "CONCAT({key}, CAST({column} AS BINARY)), 256), 15), 16, 10) AS UNSIGNED)), 0))",
)


def digest(connection: sa.Connection, name: str, table: Table) -> tuple[int, dict[str, str]]:
    """How many rows a table has, and a digest for each of its columns, in one scan.

    Where there is no key the digest called ``*`` is of whole rows: the others then do not see two rows
    that swapped a value. On SQLite such a table is read in the order in which it is stored.
    """
    return _SCANS[connection.dialect.name](connection, name, table)


def _in_server(recipe: _Recipe) -> _Scan:
    def scan(connection: sa.Connection, name: str, table: Table) -> tuple[int, dict[str, str]]:
        quote = connection.dialect.identifier_preparer.quote
        source, parts = quote(name), {column: quote(column) for column in table["columns"]}
        key = _folded(recipe, [parts[column] for column in table["primary_key"]])
        digests = [recipe.column.format(column=part, key="lab_key") for part in parts.values()]
        if not table["primary_key"]:
            parts[WHOLE_ROW] = _folded(recipe, list(parts.values()))
            digests.append(recipe.column.format(column=parts[WHOLE_ROW], key="lab_key"))
        count, *values = connection.exec_driver_sql(
            f"SELECT COUNT(*), {', '.join(digests)} FROM (SELECT {source}.*, {key} AS lab_key FROM {source}) t"  # noqa: S608
        ).one()
        return count, dict(zip(parts, values, strict=True))

    return scan


def _folded(recipe: _Recipe, columns: list[str]) -> str:
    key = recipe.start
    for column in columns:
        key = recipe.fold.format(column=column, key=key)
    return key


def _in_connection(connection: sa.Connection, name: str, table: Table) -> tuple[int, dict[str, str]]:
    quote = connection.dialect.identifier_preparer.quote
    columns, key = list(table["columns"]), table["primary_key"]
    driver: Any = connection.connection.driver_connection
    driver.create_aggregate("lab_digest", -1, _Digest)
    source = f"{quote(name)} NOT INDEXED"
    if key and [table["columns"][column]["type"] for column in key] != ["INTEGER"]:
        # The rowid is the key of INTEGER PRIMARY KEY only: a plain scan has another order than other keys.
        source = f"(SELECT * FROM {source} ORDER BY {', '.join(map(quote, key))})"  # noqa: S608
    batches = [columns[place : place + _ARGUMENTS] for place in range(0, len(columns), _ARGUMENTS)]
    # As text, like the servers: a value is the same whether it is stored as 36 or as '36'.
    texts = {column: f"CAST({quote(column)} AS TEXT)" for column in columns}
    calls = ", ".join(f"lab_digest({', '.join(texts[column] for column in batch)})" for batch in batches)
    count, *digests = connection.exec_driver_sql(f"SELECT COUNT(*), {calls} FROM {source}").one()  # noqa: S608
    return count, dict(zip(columns, " ".join(digests).split(" "), strict=True))


class _Digest:
    """The aggregate: one SHA-256 a column over its values in the order they come."""

    def __init__(self) -> None:
        # A closure, not a method: SQLite calls it a million times, and it is the price of a digest.
        rows: list[tuple[Any, ...]] = []
        add, flush = rows.append, self._flush

        def step(*row: Any) -> None:
            add(row)
            if len(rows) == _BATCH:
                flush()

        self._rows, self.step = rows, step
        self._hashes: list[Any] = []

    def _flush(self) -> None:
        if self._rows and not self._hashes:
            self._hashes = [hashlib.sha256() for _ in self._rows[0]]
        for sha, values in zip(self._hashes, zip(*self._rows, strict=True), strict=False):
            # Version 0 writes a type and a length before each value, and knows no shared objects.
            sha.update(marshal.dumps(values, 0))
        self._rows.clear()

    def finalize(self) -> str:
        self._flush()
        return " ".join(sha.hexdigest() for sha in self._hashes)


_SCANS: dict[str, _Scan] = {
    "sqlite": _in_connection,
    "postgresql": _in_server(_HASHTEXT),
    "mysql": _in_server(_SHA2),
    "mariadb": _in_server(_SHA2),
}
