"""What PostgreSQL knows of a database: pg_class and what hangs on it, in four questions.

https://www.postgresql.org/docs/current/catalogs.html
"""

import re
from typing import Any

from sqlalchemy.engine import Connection

from lab_app.evidence.normalise import default_text, expression, type_text
from lab_app.evidence.readers import empty_table
from lab_app.evidence.types import Check, Column, ForeignKey, Index, Schema, Table, Unique

_COLUMNS = """
SELECT c.relname, c.relkind, obj_description(c.oid, 'pg_class'), a.attname,
       CASE WHEN t.typtype = 'e'
            THEN (SELECT 'ENUM(' || string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) || ')'
                  FROM pg_enum WHERE enumtypid = t.oid)
            ELSE format_type(a.atttypid, a.atttypmod) END,
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END,
       a.attnotnull, pg_get_expr(d.adbin, d.adrelid, true), a.attidentity, a.attgenerated,
       col_description(c.oid, a.attnum)
FROM pg_class c
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
ORDER BY c.relname, a.attnum"""

_CONSTRAINTS = """
SELECT c.relname, k.conname, k.contype,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY place),
       f.relname,
       ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
             JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY place),
       k.confupdtype, k.confdeltype, k.condeferrable, k.condeferred, k.convalidated,
       pg_get_expr(k.conbin, k.conrelid, true)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE c.relnamespace = quote_ident(current_schema())::regnamespace
AND k.contype IN ('p', 'u', 'f', 'c')
ORDER BY c.relname, k.conname"""

_INDEXES = """
SELECT c.relname, i.relname, x.indisunique,
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, n, true)
                    || CASE x.indoption[n - 1] & 1 WHEN 1 THEN ' DESC' ELSE '' END
             FROM generate_series(1, x.indnkeyatts::int) AS n ORDER BY n),
       pg_get_expr(x.indpred, x.indrelid, true)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND NOT EXISTS (
    SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')
)
ORDER BY c.relname, i.relname"""

#: An enum is a type with a life of its own: it stays when the last table that used it is dropped.
_TYPES = """
SELECT t.typname, string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
WHERE t.typnamespace = quote_ident(current_schema())::regnamespace
GROUP BY t.typname"""

#: format_type() spells the standard's long names; a person types the short ones.
_SHORT = (("character varying", "varchar"), ("character(", "char("), (" without time zone", ""))
_ACTIONS = {"c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT", "r": "RESTRICT"}
#: The casts PostgreSQL writes into an expression follow the column's type, and move when that is altered.
_CAST = re.compile(r"('(?:[^']|'')*')|::(?:text|character varying|bpchar|numeric)(?:\(\d+(?:,\d+)?\))?(?:\[\])?")
_TYPED_LITERAL = re.compile(r"('(?:[^']|'')*'|NULL)::[\w\s\".(),\[\]]+")


def read(connection: Connection) -> Schema:
    """Read every enum type and table of the default schema, partitioned and foreign ones and both kinds of view too."""
    schema: Schema = {}
    for table, kind, comment, name, *column in connection.exec_driver_sql(_COLUMNS):
        entry = schema.setdefault(table, empty_table("view" if kind in "vm" else "table", comment))
        if name is not None:
            entry["columns"][name] = _column(*column)
    for table, *constraint in connection.exec_driver_sql(_CONSTRAINTS):
        _add_constraint(schema[table], *constraint)
    for table, name, unique, columns, where in connection.exec_driver_sql(_INDEXES):
        schema[table]["indexes"].append(
            Index(
                name=name, columns=[_expression(c) for c in columns], unique=unique, where=where and _expression(where)
            )
        )
    for name, words in connection.exec_driver_sql(_TYPES):
        schema[name] = empty_table("type")
        schema[name]["checks"].append(Check(name=None, text=words))
    return schema


def _column(
    type_: str,
    collation: str | None,
    notnull: bool,
    default: str | None,
    identity: str,
    generated: str,
    note: str | None,
) -> Column:
    kind = type_text(_short(type_))
    serial = bool(default and default.startswith("nextval("))
    literal = _TYPED_LITERAL.fullmatch(default or "")
    return Column(
        type=kind + (f" COLLATE {collation}" if collation else ""),
        nullable=not notnull,
        default=None if serial or generated else default_text(literal[1] if literal else default, kind),
        autoincrement=serial or bool(identity),
        computed=_expression(default) + {"s": " STORED", "v": " VIRTUAL"}[generated] if generated and default else None,
        comment=note,
    )


def _short(type_: str) -> str:
    for long, short in _SHORT:
        type_ = type_ if type_.startswith("ENUM(") else type_.replace(long, short)
    return type_


def _add_constraint(
    table: Table, name: str, kind: str, columns: list[str], target: str | None, refers: list[str], *rest: Any
) -> None:
    on_update, on_delete, deferrable, deferred, valid, check = rest
    if kind == "p":
        table["primary_key"] = columns
    elif kind == "u":
        table["unique"].append(Unique(name=name, columns=columns))
    elif kind == "c":
        table["checks"].append(Check(name=name, text=_expression(check) + ("" if valid else " NOT VALID")))
    else:
        options = {
            "onupdate": _ACTIONS.get(on_update),
            "ondelete": _ACTIONS.get(on_delete),
            "deferrable": ("INITIALLY DEFERRED" if deferred else "INITIALLY IMMEDIATE") if deferrable else None,
            "validated": None if valid else "no",
        }
        table["foreign_keys"].append(
            ForeignKey(
                name=name,
                columns=columns,
                refers_to=str(target),
                refers_columns=refers,
                options={option: value for option, value in options.items() if value},
            )
        )


def _expression(sql: str) -> str:
    return expression(_CAST.sub(lambda match: match[1] or "", sql))
