"""A MySQL or MariaDB database copied table by table, where no statement copies it as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

_FOREIGN_KEY = re.compile(r"CONSTRAINT `([^`]+)` FOREIGN KEY")
_INDEX = re.compile(r"\s+KEY `([^`]+)` \(")
_DEFINER = re.compile(r" DEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*`")
#: The kinds of things beside tables: how they are listed, and which column of SHOW CREATE has the statement.
_PROGRAMS = (
    ("TRIGGER", "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = '{name}' "
     "ORDER BY event_object_table, action_timing, event_manipulation, action_order", 2),
    ("FUNCTION", "SELECT routine_name FROM information_schema.routines "
     "WHERE routine_schema = '{name}' AND routine_type = 'FUNCTION'", 2),
    ("PROCEDURE", "SELECT routine_name FROM information_schema.routines "
     "WHERE routine_schema = '{name}' AND routine_type = 'PROCEDURE'", 2),
    ("EVENT", "SELECT event_name FROM information_schema.events WHERE event_schema = '{name}'", 3),
)  # fmt: skip


def copy_tables(connection: sa.Connection, source: str, target: str) -> None:
    """Copy tables with their rows, then views, triggers, routines and events, into an empty database.

    A key that a foreign key made by itself is left out of the statement: the foreign key makes it again.
    """
    execute = connection.execution_options(no_parameters=True).exec_driver_sql
    tables = execute(f"SHOW FULL TABLES FROM `{source}`").all()
    execute("SET foreign_key_checks = 0")
    execute(f"USE `{target}`")
    try:
        for name, kind in tables:
            if kind not in ("VIEW", "SEQUENCE"):
                execute(_without_made_keys(execute(f"SHOW CREATE TABLE `{source}`.`{name}`").one()[1]))
                _copy_rows(connection, source, name)
        for name in (name for name, kind in tables if kind == "SEQUENCE"):
            execute(execute(f"SHOW CREATE SEQUENCE `{source}`.`{name}`").one()[1])
        _copy_programs(connection, source)
        _copy_views(connection, source, target, [name for name, kind in tables if kind == "VIEW"])
    finally:
        execute("SET foreign_key_checks = 1")
        execute("USE information_schema")


def _without_made_keys(statement: str) -> str:
    made = set(_FOREIGN_KEY.findall(statement))
    lines = [
        line
        for line in statement.split("\n")
        if not ((found := _INDEX.match(line)) and found[1] in made)
    ]  # fmt: skip
    return re.sub(r",\n\)", "\n)", "\n".join(lines))


def _copy_rows(connection: sa.Connection, source: str, table: str) -> None:
    execute = connection.execution_options(no_parameters=True).exec_driver_sql
    columns = ", ".join(f"`{name}`" for name in _written(connection, source, table))
    execute(f"INSERT INTO `{table}` ({columns}) SELECT {columns} FROM `{source}`.`{table}`")  # noqa: S608


def _written(connection: sa.Connection, source: str, table: str) -> Iterator[str]:
    """Yield the columns that an INSERT may name: no generated one."""
    found = connection.exec_driver_sql(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
        "AND COALESCE(generation_expression, '') = '' ORDER BY ordinal_position",
        (source, table),
    )
    return (name for (name,) in found)


def _copy_programs(connection: sa.Connection, source: str) -> None:
    execute = connection.execution_options(no_parameters=True).exec_driver_sql
    for kind, listing, place in _PROGRAMS:
        for (name,) in execute(listing.format(name=source)).all():
            execute(_DEFINER.sub("", execute(f"SHOW CREATE {kind} `{source}`.`{name}`").one()[place]))


def _copy_views(connection: sa.Connection, source: str, target: str, views: list[str]) -> None:
    """Make the views, those first whose tables and views are there already."""
    execute = connection.execution_options(no_parameters=True).exec_driver_sql
    left = {name: execute(f"SHOW CREATE VIEW `{source}`.`{name}`").one()[1] for name in views}
    while left:
        before = len(left)
        for name, statement in list(left.items()):
            try:
                execute(_DEFINER.sub("", statement).replace(f"`{source}`.", f"`{target}`."))
            except sa.exc.DBAPIError:
                if before == 1:
                    return  # its tables are gone in the source, too: it is broken there as well
                continue
            del left[name]
        if len(left) == before:
            return
