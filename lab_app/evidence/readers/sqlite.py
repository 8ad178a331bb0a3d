"""What SQLite knows of a database: its PRAGMAs, and the CREATE statements it keeps as they were typed.

CHECKs, UNIQUEs, the names of constraints, generated columns and expression indexes are in the
statements only. https://www.sqlite.org/schematab.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab_app.evidence.normalise import closing, default_text, expression, groups, tokens, type_text, unquoted
from lab_app.evidence.readers import empty_table
from lab_app.evidence.types import Check, Column, ForeignKey, Index, Schema, Table, Unique

_OBJECTS = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master "
    r"WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY type, name"
)
_COLUMNS = (
    'SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk FROM sqlite_master m, '
    "pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND x.hidden <> 1 ORDER BY m.name, x.cid"
)
_VIEW_COLUMNS = 'SELECT ?1, name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?1) ORDER BY cid'
_FOREIGN_KEYS = (
    'SELECT m.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete FROM sqlite_master m, '
    "pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id DESC, f.seq"
)


@dataclass
class _Declared:
    """What only the CREATE TABLE statement says; a name is None where none was given."""

    checks: list[Check] = field(default_factory=list)
    unique: list[Unique] = field(default_factory=list)
    foreign_keys: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)
    autoincrement: set[str] = field(default_factory=set)


def read(connection: Connection) -> Schema:
    """Read every table and view of the file."""
    schema: Schema = {}
    declared: dict[str, _Declared] = {}
    indexes: list[tuple[str, str, str]] = []
    for kind, name, table, sql in connection.exec_driver_sql(_OBJECTS):
        if kind == "index":
            indexes.append((table, name, sql))
        elif kind in ("table", "view"):
            schema[name] = empty_table(kind)
            declared[name] = _declared(sql) if kind == "table" else _Declared()
    for name, columns in groupby(connection.exec_driver_sql(_COLUMNS), itemgetter(0)):
        if name in schema:
            _add_columns(schema[name], declared[name], columns)
    for name in (name for name, table in schema.items() if table["kind"] == "view"):
        _add_view_columns(connection, name, schema[name])
    for name, declaration in declared.items():
        schema[name]["checks"], schema[name]["unique"] = declaration.checks, declaration.unique
    for table, name, sql in indexes:
        schema[table]["indexes"].append(_index(name, sql))
    _add_foreign_keys(connection, schema, declared)
    return schema


def _add_columns(table: Table, declared: _Declared, rows: Iterable[Sequence[Any]]) -> None:
    key: dict[int, str] = {}
    for _, name, type_, notnull, default, place in rows:
        collation = declared.collations.get(name)
        kind = type_text(type_).removesuffix(" GENERATED ALWAYS")
        table["columns"][name] = Column(
            type=kind + (f" COLLATE {collation}" if collation else ""),
            nullable=not notnull,
            default=default_text(default, kind),
            autoincrement=name in declared.autoincrement,
            computed=declared.computed.get(name),
            comment=None,
        )
        if place:
            key[place] = name
    table["primary_key"] = [key[place] for place in sorted(key)]
    if len(key) == 1 and table["columns"][key[1]]["type"] == "INTEGER":
        # INTEGER PRIMARY KEY is the rowid, which is never NULL: https://www.sqlite.org/lang_createtable.html#rowid
        table["columns"][key[1]]["nullable"] = False


def _add_view_columns(connection: Connection, name: str, view: Table) -> None:
    """Add a view's columns; one whose table is gone stays without: SQLite cannot say what they were."""
    try:
        rows = connection.exec_driver_sql(_VIEW_COLUMNS, (name,)).all()
    except sa.exc.OperationalError:
        return
    _add_columns(view, _Declared(), rows)


def _add_foreign_keys(connection: Connection, schema: Schema, declared: dict[str, _Declared]) -> None:
    rows = connection.exec_driver_sql(_FOREIGN_KEYS)
    for (name, _), parts in groupby(rows, itemgetter(0, 1)):
        if name not in schema:
            continue
        pairs = list(parts)
        _, _, target, _, _, on_update, on_delete = pairs[0]
        columns = [pair[3] for pair in pairs]
        rules = {"onupdate": on_update, "ondelete": on_delete}
        schema[name]["foreign_keys"].append(
            ForeignKey(
                name=declared[name].foreign_keys.get(tuple(columns)),
                columns=columns,
                refers_to=target,
                # No column after REFERENCES means the parent's key.
                refers_columns=[pair[4] for pair in pairs if pair[4]] or _primary_key(schema, target),
                options={rule: action for rule, action in rules.items() if action != "NO ACTION"},
            )
        )


def _primary_key(schema: Schema, table: str) -> list[str]:
    return schema[table]["primary_key"] if table in schema else []


def _index(name: str, sql: str) -> Index:
    parts = tokens(sql)
    start = parts.index("(", [part.upper() for part in parts].index("ON"))
    end = closing(parts, start)
    return Index(
        name=name,
        columns=[_indexed(group) for group in groups(parts[start + 1 : end])],
        unique=parts[1].upper() == "UNIQUE",
        where=expression(parts[end + 2 :]) or None,
    )


def _indexed(parts: list[str]) -> str:
    """Return a column or expression of an index; ascending goes without saying."""
    order = parts[-1].upper()
    if order not in ("ASC", "DESC"):
        return expression(parts)
    return expression(parts[:-1]) + (" DESC" if order == "DESC" else "")


def _declared(sql: str) -> _Declared:
    parts = tokens(sql)
    found = _Declared()
    if "(" in parts:
        start = parts.index("(")
        for item in groups(parts[start + 1 : closing(parts, start)]):
            _read_item(item, found)
    return found


def _read_item(item: list[str], found: _Declared) -> None:
    """Read one column or table constraint: ``CONSTRAINT name`` belongs to what follows it."""
    named = item[0].upper() in ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")
    column = None if named else unquoted(item[0])
    name: str | None = None
    place = 0
    while place < len(item):
        word, group = item[place].upper(), _group(item, place)
        columns = [column] if column else [unquoted(part[0]) for part in groups(group) if part]
        if word == "CONSTRAINT":
            name = unquoted(item[place + 1])
        elif word == "CHECK":
            found.checks.append(Check(name=name, text=expression(group)))
        elif word == "UNIQUE":
            found.unique.append(Unique(name=name, columns=columns))
        elif word == ("REFERENCES" if column else "FOREIGN"):
            found.foreign_keys[tuple(columns)] = name
        elif word == "AS" and column:
            found.computed[column] = expression(group) + (" STORED" if "STORED" in map(str.upper, item) else " VIRTUAL")
        elif word == "COLLATE" and column:
            found.collations[column] = item[place + 1].upper()
        elif word == "AUTOINCREMENT" and column:
            found.autoincrement.add(column)
        place = closing(item, place) + 1 if word == "(" else place + 1


def _group(item: list[str], place: int) -> list[str]:
    """Return what is inside the next parentheses after ``place``; nothing when there are none."""
    if "(" not in item[place:]:
        return []
    start = item.index("(", place)
    return item[start + 1 : closing(item, start)]
