"""A fingerprint of each column of a long table, worked out where the rows are.

On a server it is a count of the column's values and a sum of their hashes, each bound to its row's
key, so the order of the rows does not matter, and a value that changed, moved to another row or went
away with its row does. A sum is of 64-bit numbers, or on MySQL the XOR of whole SHA-224 hashes. SQLite
has no hash function: it hands over a thousand values at a time as one JSON array, in the order of the
key, and each column's arrays are hashed here.

Digests are compared within one run only. NULL counts as no value, which differs from ``''``.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.engine import Connection

from lab_app.evidence.names import quoted
from lab_app.evidence.types import Table

#: Stands for whole rows, where a table has no key that would bind a value to its row.
WHOLE_ROW = "*"
#: Rows in one answer of SQLite: more are hardly faster, and one answer is limited to 10**9 bytes.
_BATCH = 1_000


_Scan = Callable[[Connection, str, Table], tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class _Recipe:
    """SQL that folds the key's columns into one value, and digests a column under that key.

    ``keyless`` digests a column of a table without a key, where equal values meet.
    """

    start: str
    fold: str
    column: str
    keyless: str


_HASHTEXT = "count({column}) || ':' || coalesce(sum(hashtextextended({column}::text, {key})), 0)"
_POSTGRESQL = _Recipe(
    start="0",
    fold="hashtextextended(coalesce('=' || {column}::text, '-'), {key})",
    column=_HASHTEXT,
    keyless=_HASHTEXT,
)
# MySQL 9.7 has no MD5() and no SHA1().
_SHA2 = "SHA2(CONCAT({key}, CAST({column} AS BINARY)), 224)"
# A number of 15 hexadecimal digits would be plainer, but CONV() costs as much as all the rest.
_PRODUCTS = (
    f"CONCAT(COUNT({{column}}), ':', COALESCE(SUM(CRC32({_SHA2}) * (1 + CRC32(CAST({{column}} AS BINARY)))), 0))"
)
_MARIADB = _Recipe(
    start="''",
    # The length in front of each part keeps ('a','bc') from ('ab','c').
    fold="CONCAT({key}, COALESCE(CONCAT(LENGTH({column}), ':', CAST({column} AS BINARY)), '-'))",
    column=_PRODUCTS,
    keyless=_PRODUCTS,
)
# BIT_XOR() of binary strings is MySQL's own. Two equal hashes would cancel each other, and no two keys are equal.
_MYSQL = replace(_MARIADB, column=f"CONCAT(COUNT({{column}}), ':', HEX(BIT_XOR(UNHEX({_SHA2}))))")


def digest(connection: Connection, name: str, table: Table) -> tuple[int, dict[str, str]]:
    """Count the rows of a table, and make a digest for each of its columns, in one scan.

    Where there is no key the digest called ``*`` is of whole rows: the others then do not see two rows
    that swapped a value. On SQLite such a table is read in the order in which it is stored.
    """
    return _SCANS[connection.dialect.name](connection, name, table)


def _in_server(recipe: _Recipe) -> _Scan:
    def scan(connection: Connection, name: str, table: Table) -> tuple[int, dict[str, str]]:
        quote = connection.dialect.identifier_preparer.quote
        source, parts = quoted(connection, name, table), {column: quote(column) for column in table["columns"]}
        key = _folded(recipe, [parts[column] for column in table["primary_key"]])
        if not table["primary_key"]:
            parts[WHOLE_ROW] = _folded(recipe, list(parts.values()))
        form = recipe.column if table["primary_key"] else recipe.keyless
        digests = [form.format(column=part, key="lab_key") for part in parts.values()]
        count, *values = connection.exec_driver_sql(
            f"SELECT COUNT(*), {', '.join(digests)} FROM (SELECT s.*, {key} AS lab_key FROM {source} s) t"  # noqa: S608
        ).one()
        return count, dict(zip(parts, values, strict=True))

    return scan


def _folded(recipe: _Recipe, columns: list[str]) -> str:
    key = recipe.start
    for column in columns:
        key = recipe.fold.format(column=column, key=key)
    return key


def _in_connection(connection: Connection, name: str, table: Table) -> tuple[int, dict[str, str]]:
    columns = list(table["columns"])
    count, hashes = 0, [hashlib.sha256() for _ in columns]
    for rows, *arrays in _batches(connection, name, table):
        count += rows
        for sha, array in zip(hashes, arrays, strict=True):
            sha.update(array)
    return count, {column: sha.hexdigest() for column, sha in zip(columns, hashes, strict=True)}


def _batches(connection: Connection, name: str, table: Table) -> Iterator[tuple[Any, ...]]:
    """Read a table in the order of its key: how many rows each batch has, and one JSON array a column."""
    quote = connection.dialect.identifier_preparer.quote
    driver: Any = connection.connection.driver_connection
    # As text, like the servers: a value is the same whether it is stored as 36 or as '36'. Then as bytes,
    # because those of a BLOB need not be UTF-8.
    arrays = ", ".join(f"CAST(json_group_array(CAST({quote(column)} AS TEXT)) AS BLOB)" for column in table["columns"])
    keys, stored = _order(table)
    order, marks = ", ".join(map(quote, keys)), ", ".join("?" * len(keys))
    source = f"{quote(name)} NOT INDEXED" if stored else f"(SELECT * FROM {quote(name)} ORDER BY {order})"  # noqa: S608
    begin: tuple[Any, ...] = ()
    while True:
        where = f"({order}) > ({marks})" if begin else "TRUE"
        last = f"SELECT {order} FROM {quote(name)} WHERE {where} ORDER BY {order} LIMIT 1 OFFSET {_BATCH - 1}"  # noqa: S608
        end = driver.execute(last, begin).fetchone()
        where += f" AND ({order}) <= ({marks})" if end else ""
        yield driver.execute(f"SELECT COUNT(*), {arrays} FROM {source} WHERE {where}", begin + (end or ())).fetchone()  # noqa: S608
        if end is None:
            return
        begin = end


def _order(table: Table) -> tuple[list[str], bool]:
    """Return the columns that order a table's rows, and whether it is stored in that order.

    A key that may hold NULL orders nothing, because no row comes after NULL.
    """
    key = [table["columns"][column] for column in table["primary_key"]]
    if not key or any(column["nullable"] for column in key):
        return ["_rowid_"], True
    # INTEGER PRIMARY KEY DESC is no rowid: https://www.sqlite.org/lang_createtable.html#rowid
    rowid = [column["type"] for column in key] == ["INTEGER"] and "DESC" not in table.get("primary_key_clause", "")
    return table["primary_key"], rowid


_SCANS: dict[str, _Scan] = {
    "sqlite": _in_connection,
    "postgresql": _in_server(_POSTGRESQL),
    "mysql": _in_server(_MYSQL),
    "mariadb": _in_server(_MARIADB),
}
