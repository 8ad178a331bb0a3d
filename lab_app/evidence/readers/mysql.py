"""What MySQL and MariaDB know of a database: information_schema, and where the two differ in it.

https://dev.mysql.com/doc/refman/9.7/en/information-schema.html
https://mariadb.com/docs/server/reference/system-tables/information-schema
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy.engine import Connection

from lab_app.evidence.normalise import default_text, expression, type_text
from lab_app.evidence.readers import empty_table
from lab_app.evidence.types import Check, Column, ForeignKey, Index, Schema, Table, Unique

_TABLES = "SELECT table_name, table_type, table_comment FROM information_schema.tables WHERE table_schema = DATABASE()"
_COLUMNS = (
    "SELECT table_name, column_name, column_type, is_nullable, column_default, extra, generation_expression, "
    "column_comment, NULLIF(collation_name, @@collation_database) FROM information_schema.columns "
    "WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
)
_INDEXES = (
    "SELECT table_name, index_name, non_unique, column_name, sub_part, collation, {expression} "
    "FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index"
)
_FOREIGN_KEYS = (
    "SELECT k.table_name, k.constraint_name, k.referenced_table_name, r.update_rule, r.delete_rule, k.column_name, "
    "k.referenced_column_name FROM information_schema.key_column_usage k "
    "JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema "
    "AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name "
    "WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL "
    "ORDER BY k.table_name, k.constraint_name, k.ordinal_position"
)


@dataclass(frozen=True)
class Flavour:
    """Where the two information_schemas differ.

    ``literal_defaults``: a default is a literal with its quotes, and not the bare text with an
    ``extra`` that tells expressions apart. ``index_expression``: SQL for what a functional index
    computes. ``checks``: SQL for table, name, text, and what is wrong with it if anything.
    """

    literal_defaults: bool
    index_expression: str
    checks: str


MYSQL = Flavour(
    literal_defaults=False,
    index_expression="expression",
    checks="SELECT t.table_name, t.constraint_name, c.check_clause, IF(t.enforced = 'NO', ' NOT ENFORCED', '') "
    "FROM information_schema.table_constraints t JOIN information_schema.check_constraints c "
    "ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name "
    "WHERE t.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK' ORDER BY 1, 2",
)
MARIADB = Flavour(
    literal_defaults=True,
    index_expression="NULL",
    checks="SELECT table_name, IF(level = 'Column', NULL, constraint_name), check_clause, '' "
    "FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() ORDER BY 1, 2, 3",
)


def read(connection: Connection, flavour: Flavour) -> Schema:
    """Read every table and view of the connection's database."""
    schema: Schema = {}
    for name, kind, comment in connection.exec_driver_sql(_TABLES):
        view = kind == "VIEW"
        schema[name] = empty_table("view" if view else "table", None if view else comment or None)
    for table, name, *column in connection.exec_driver_sql(_COLUMNS):
        schema[table]["columns"][name] = _column(flavour, *column)
    for table, name, text, state in connection.exec_driver_sql(flavour.checks):
        schema[table]["checks"].append(Check(name=name, text=_expression(flavour, text) + state))
    for table in schema.values():
        _fold_json(table)
    rows = connection.exec_driver_sql(_INDEXES.format(expression=flavour.index_expression))
    for (table, name), parts in groupby(rows, itemgetter(0, 1)):
        _add_index(flavour, schema[table], name, list(parts))
    for (table, _), pairs in groupby(connection.exec_driver_sql(_FOREIGN_KEYS), itemgetter(0, 1)):
        schema[table]["foreign_keys"].append(_foreign_key(list(pairs)))
    return schema


def _column(
    flavour: Flavour,
    type_: str,
    nullable: str,
    default: str | None,
    extra: str,
    generated: str | None,
    comment: str,
    collation: str | None,
) -> Column:
    kind, extra = type_text(type_), extra.upper()
    if default is not None and not flavour.literal_defaults and "DEFAULT_GENERATED" not in extra:
        default = default if default.startswith("b'") else "'" + default.replace("'", "''") + "'"
    elif default is not None:
        default = _expression(flavour, default)
    text = default_text(default, kind)
    if "ON UPDATE" in extra:
        text = f"{text or 'NULL'} ON UPDATE CURRENT_TIMESTAMP"
    return Column(
        type=kind + (f" COLLATE {collation}" if collation else ""),
        nullable=nullable == "YES",
        default=text,
        autoincrement="AUTO_INCREMENT" in extra,
        computed=_expression(flavour, generated) + (" STORED" if "STORED" in extra else " VIRTUAL")
        if generated
        else None,
        comment=comment or None,
    )


def _fold_json(table: Table) -> None:
    """Call MariaDB's JSON by its name again: it is LONGTEXT with a CHECK of its own.

    https://mariadb.com/docs/server/reference/data-types/string-data-types/json
    """
    for check in list(table["checks"]):
        column = table["columns"].get(check["text"].removeprefix("json_valid(").removesuffix(")"))
        if column and column["type"].startswith("LONGTEXT") and check["text"].startswith("json_valid("):
            column["type"] = "JSON"
            table["checks"].remove(check)


def _add_index(flavour: Flavour, table: Table, name: str, parts: list[Sequence[Any]]) -> None:
    columns, plain = [], True
    for _, _, _, column, prefix, collation, text in parts:
        part = _expression(flavour, str(text)) if column is None else str(column)
        part += f"({prefix})" if prefix else ""
        part += " DESC" if collation == "D" else ""
        columns.append(part)
        plain = plain and part == column
    unique = not parts[0][2]
    if name == "PRIMARY":
        table["primary_key"] = columns
    elif unique and plain:
        table["unique"].append(Unique(name=name, columns=columns))
    else:
        table["indexes"].append(Index(name=name, columns=columns, unique=unique, where=None))


def _foreign_key(pairs: list[Sequence[Any]]) -> ForeignKey:
    _, name, target, on_update, on_delete, _, _ = pairs[0]
    rules = {"onupdate": on_update, "ondelete": on_delete}
    return ForeignKey(
        name=name,
        columns=[pair[5] for pair in pairs],
        refers_to=target,
        refers_columns=[pair[6] for pair in pairs],
        # InnoDB does the same for both words, and MariaDB says RESTRICT where nothing was written.
        options={rule: action for rule, action in rules.items() if action not in ("NO ACTION", "RESTRICT")},
    )


def _expression(flavour: Flavour, sql: str) -> str:
    if not flavour.literal_defaults:
        # MySQL escapes the text once more, and marks each string with the connection's charset.
        sql = re.sub(r"\\(.)", r"\1", sql, flags=re.DOTALL)
        sql = re.sub(r"\b_\w+(?=')", "", sql)
    return expression(re.sub(r"\\(.)", lambda match: "''" if match[1] == "'" else match[0], sql, flags=re.DOTALL))
