"""What SQLite knows of a database: its PRAGMAs, and the CREATE statements it keeps as they were typed.

CHECKs, UNIQUEs, the names of constraints, generated columns and expression indexes are in the
statements only. https://www.sqlite.org/schematab.html
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab_app.evidence.normalise import type_text
from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers.sqlite_body import Bodies, virtual
from lab_app.evidence.readers.sqlite_default import default
from lab_app.evidence.readers.sqlite_table import Declared, Reference, declared, index
from lab_app.evidence.types import Column, Definition, ForeignKey, Schema, Table

_OBJECTS = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master "
    r"WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY type, name"
)
# A virtual table has no root page. One whose module is not there would end the whole question.
_COLUMNS = (
    'SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk FROM sqlite_master m, '
    "pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND m.rootpage AND x.hidden <> 1 ORDER BY m.name, x.cid"
)
_OWN_COLUMNS = (
    'SELECT ?1, name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid'
)
_FOREIGN_KEYS = (
    'SELECT m.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete FROM sqlite_master m, '
    "pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND m.rootpage ORDER BY m.name, f.id DESC, f.seq"
)
# Where a virtual table keeps what is in it. https://www.sqlite.org/pragma.html#pragma_table_list is of SQLite 3.37.
_SHADOWS = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"
_VIRTUAL = "CREATE VIRTUAL TABLE "


def read(connection: Connection, known: Schema) -> Schema:
    """Read every table and view of the file, with what hangs on them; of tables that are known nothing is read."""
    texts: dict[str, dict[str, str]] = {"table": {}, "view": {}}
    hanging: dict[str, list[tuple[str, str, str]]] = {"index": [], "trigger": []}
    for kind, name, table, sql in connection.exec_driver_sql(_OBJECTS):
        if kind in texts:
            texts[kind][name] = sql
        else:
            hanging[kind].append((name, table, sql))
    if texts["view"] or hanging["trigger"]:
        known = {}
    virtuals = {name: sql for name, sql in texts["table"].items() if sql.startswith(_VIRTUAL)}
    hidden = {*virtuals, *(_shadows(connection) if virtuals else ())}
    ordinary = {name: declared(sql) for name, sql in texts["table"].items() if name not in hidden}
    kept = {name: known[name] for name in ordinary if name in known}
    asked = [name for name in ordinary if name not in kept]
    schema: Schema = {name: empty_table("table") for name in (*asked, *virtuals)} | kept
    schema |= {name: empty_table("view") for name in texts["view"]}
    for name, columns in groupby(_rows(connection, _COLUMNS, asked, all_of_them=not kept), itemgetter(0)):
        if name in ordinary:
            _add_columns(schema[name], ordinary[name], columns)
    for name in (*virtuals, *texts["view"]):
        _add_own_columns(connection, name, schema[name])
    _add_foreign_keys(_rows(connection, _FOREIGN_KEYS, asked, all_of_them=not kept), schema, ordinary)
    for _, table, sql in hanging["index"]:
        if table in ordinary and table not in kept:
            found = index(sql, texts["table"][table])
            schema[table]["indexes"].append({**found, "columns": [*found["columns"]]})
    for name, sql in virtuals.items():
        schema[name]["definition"] = virtual(sql)
    if texts["view"] or hanging["trigger"]:
        _add_bodies(schema, texts["view"], hanging["trigger"])
    return schema


def _rows(
    connection: Connection, question: str, tables: Sequence[str], *, all_of_them: bool
) -> Iterable[Sequence[Any]]:
    if all_of_them:
        return connection.exec_driver_sql(question)
    named = f" AND m.name IN ({', '.join('?' * len(tables))}) ORDER"
    return connection.exec_driver_sql(question.replace(" ORDER", named), tuple(tables)) if tables else ()


def _shadows(connection: Connection) -> list[str]:
    try:
        return [name for (name,) in connection.exec_driver_sql(_SHADOWS)]
    except sa.exc.OperationalError:
        return []


def _add_columns(table: Table, of: Declared, rows: Iterable[Sequence[Any]]) -> None:
    key: dict[int, str] = {}
    strict = "STRICT" in of.options
    for _, name, type_, notnull, text, place in rows:
        collation = of.collations.get(name, "BINARY")
        kind = type_text(type_).removesuffix("GENERATED ALWAYS").rstrip()
        column = Column(
            type=kind + (f" COLLATE {collation}" if collation != "BINARY" else ""),
            nullable=not notnull,
            default=default(text, kind, strict),
            autoincrement=name == of.autoincrement,
            computed=of.computed.get(name),
            comment=None,
        )
        if name in of.conflicts:
            column["options"] = {"ON CONFLICT": of.conflicts[name]}
        table["columns"][name] = column
        if place:
            key[place] = name
    table["primary_key"] = [key[place] for place in sorted(key)]
    _add_declared(table, of)


def _add_declared(table: Table, of: Declared) -> None:
    table["checks"] = [{**check} for check in of.checks]
    table["unique"] = [{**unique, "columns": [*unique["columns"]]} for unique in of.unique]
    if of.options:
        table["options"] = {**of.options}
    clause = of.primary_key_clause
    if of.rowid and table["columns"][of.rowid]["type"].partition(" COLLATE ")[0] == "INTEGER":
        # It is the rowid, which is never NULL: https://www.sqlite.org/lang_createtable.html#rowid
        column = table["columns"][of.rowid]
        column["nullable"] = False
        column.pop("options", None)
        clause = of.primary_key_conflict
    if clause:
        table["primary_key_clause"] = clause


def _add_own_columns(connection: Connection, name: str, table: Table) -> None:
    """Add the columns of a view or a virtual table.

    One whose table is gone, or whose module is not there, stays without: SQLite cannot say what they were.
    """
    try:
        rows = connection.exec_driver_sql(_OWN_COLUMNS, (name,)).all()
    except sa.exc.OperationalError:
        return
    _add_columns(table, Declared(), rows)


def _add_foreign_keys(rows: Iterable[Sequence[Any]], schema: Schema, ordinary: dict[str, Declared]) -> None:
    spelling: dict[str, str] = {}
    for name, keys in groupby(rows, itemgetter(0)):
        if name not in ordinary:
            continue
        spelling = spelling or {table.lower(): table for table in schema}
        for place, (_, parts) in enumerate(groupby(keys, itemgetter(1))):
            pairs = list(parts)
            _, _, target, _, _, on_update, on_delete = pairs[0]
            target = spelling.get(target.lower(), target)
            rules = {"onupdate": on_update, "ondelete": on_delete}
            # The PRAGMA counts from the last to the first that was declared.
            reference = (ordinary[name].foreign_keys[place : place + 1] or [Reference(None, {})])[0]
            schema[name]["foreign_keys"].append(
                ForeignKey(
                    name=reference.name,
                    columns=[ordinary[name].scope.names[pair[3].lower()] for pair in pairs],
                    refers_to=target,
                    refers_columns=_refers(schema, ordinary.get(target), target, [pair[4] for pair in pairs]),
                    options={rule: action for rule, action in rules.items() if action != "NO ACTION"}
                    | reference.options,
                )
            )


def _refers(schema: Schema, of: Declared | None, target: str, columns: list[str | None]) -> list[str]:
    """Return the columns that are referred to; none after REFERENCES means the parent's key."""
    named = [column for column in columns if column]
    if not named:
        return schema[target]["primary_key"] if target in schema else []
    return [of.scope.names.get(column.lower(), column) if of else column for column in named]


def _add_bodies(schema: Schema, views: dict[str, str], triggers: list[tuple[str, str, str]]) -> None:
    names = {column.lower(): column for table in schema.values() for column in table["columns"]}
    bodies = Bodies(names | {name.lower(): name for name in schema})
    for name, sql in views.items():
        schema[name]["definition"] = bodies.view(sql)
    for name, table, sql in triggers:
        if table in schema:
            others = schema[table].setdefault("others", [])
            others.append(Definition(kind="trigger", name=name, text=bodies.trigger(sql)))
