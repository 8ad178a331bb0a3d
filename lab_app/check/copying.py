"""A MySQL or MariaDB database copied thing by thing, where no statement copies it as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from lab_app.check.copying_keys import without_made_keys

_DEFINER = re.compile(r" DEFINER=(?:`(?:[^`]|``)*`@`(?:[^`]|``)*`|CURRENT_USER)")
#: What a copy needs of its session: ids that are 0, dates that are none, rows in any order.
_SESSION = ("SET foreign_key_checks = 0", "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'")
_BACK = ("SET foreign_key_checks = 1", "SET sql_mode = DEFAULT", "SET collation_connection = DEFAULT",
         "SET time_zone = DEFAULT", "SET timestamp = DEFAULT", "USE information_schema")  # fmt: skip
#: What is no table, in an order in which each finds what it needs: its kind, and how it is listed.
_PROGRAMS = """
SELECT 1, 'TRIGGER', trigger_name, event_object_table, action_timing, event_manipulation, action_order
FROM information_schema.triggers WHERE trigger_schema = '{name}'
UNION ALL SELECT 2, routine_type, routine_name, '', '', '', FIELD(routine_type, 'PACKAGE', 'PACKAGE BODY')
FROM information_schema.routines WHERE routine_schema = '{name}'
UNION ALL SELECT 3, 'EVENT', event_name, '', '', '', UNIX_TIMESTAMP(created)
FROM information_schema.events WHERE event_schema = '{name}'
ORDER BY 1, 4, 5, 6, 7, 3"""
_LIBRARIES = "SELECT library_name FROM information_schema.libraries WHERE library_schema = '{name}'"
#: The session's settings that a program keeps from when it was made, as SHOW CREATE and SET name them.
_KEPT = ("sql_mode", "collation_connection", "time_zone")


def copy_tables(connection: sa.Connection, source: str, target: str, same: Collection[str] = ()) -> list[str]:
    """Make one database what another one is, and return what could not be copied, by kind and name.

    Tables that are the ``same`` in both stay. A key that a foreign key made by itself is left out of a table: the
    foreign key makes it again.
    """
    copy = _Copy(connection, source, target)
    try:
        copy.all(same)
    finally:
        for statement in _BACK:
            copy.execute(statement)
    return copy.left_out


class _Copy:
    """One copy; ``execute`` sends a statement in which nothing is a parameter."""

    def __init__(self, connection: sa.Connection, source: str, target: str) -> None:
        self.left_out: list[str] = []
        self._source, self._target = source, target
        self._bare = connection.execution_options(no_parameters=True)
        self._has_libraries = connection.dialect.name == "mysql" and tuple(
            connection.dialect.server_version_info or ()
        ) >= (9, 2)

    def execute(self, sql: str) -> sa.CursorResult[*tuple[Any, ...]]:
        return self._bare.exec_driver_sql(sql)

    def all(self, same: Collection[str]) -> None:
        for statement in (*_SESSION, f"USE `{self._target}`"):
            self.execute(statement)
        if (collation := self._collation(self._source)) != self._collation(self._target):
            self.execute(f"ALTER DATABASE `{self._target}` COLLATE {collation}")
        names = self._names(self._source)
        tables = [name for name in names["TABLE"] if name not in same]
        if same:
            self._clear(same)
        for name in names["SEQUENCE"]:
            self._sequence(name)
        written = self._written() if tables else {}
        for name in tables:
            self._table(name, written[name])
        self._programs()
        self._views(names["VIEW"])

    def _names(self, database: str) -> dict[str, list[str]]:
        """Return the names of tables, views and sequences."""
        names: dict[str, list[str]] = {"TABLE": [], "VIEW": [], "SEQUENCE": []}
        for name, kind in self.execute(f"SHOW FULL TABLES FROM `{database}`").all():
            names[kind if kind in names else "TABLE"].append(str(name))
        return names

    def _clear(self, same: Collection[str]) -> None:
        """Drop everything in the target but the tables that stay."""
        for kind, names in self._names(self._target).items():
            for name in names:
                if kind != "TABLE" or name not in same:
                    self.execute(f"DROP {kind} {_quoted(name)}")
        for _, kind, name, *_ in self.execute(_PROGRAMS.format(name=self._target)).all():
            self.execute(f"DROP {kind} IF EXISTS {_quoted(str(name))}")
        for name in self._libraries(self._target):
            self.execute(f"DROP LIBRARY {_quoted(name)}")

    def _collation(self, database: str) -> str:
        found = self.execute(
            f"SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = '{database}'"  # noqa: S608
        )
        return str(found.scalar_one())

    def _shown(self, kind: str, name: str) -> sa.Row[*tuple[Any, ...]]:
        return self.execute(f"SHOW CREATE {kind} `{self._source}`.{_quoted(name)}").one()

    def _sequence(self, name: str) -> None:
        """Make a sequence that goes on where the source's does: what it has cached is known to NEXTVAL alone."""
        quoted = _quoted(name)
        self.execute(str(self._shown("SEQUENCE", name)[1]))
        try:
            value = self.execute(f"SELECT NEXTVAL(`{self._source}`.{quoted})").scalar_one()
        except sa.exc.DBAPIError:  # it has run out
            value = self.execute(f"SELECT next_not_cached_value FROM `{self._source}`.{quoted}").scalar_one()  # noqa: S608
            self.execute(f"SELECT SETVAL({quoted}, {value}, 0)")
            return
        for database in (self._source, self._target):
            self.execute(f"ALTER SEQUENCE `{database}`.{quoted} RESTART {value}")

    def _written(self) -> dict[str, list[str]]:
        """Return the columns of each table that an INSERT may name: no generated one."""
        written: dict[str, list[str]] = {}
        for table, column, is_written in self.execute(
            "SELECT table_name, column_name, COALESCE(generation_expression, '') = '' FROM information_schema.columns "  # noqa: S608
            f"WHERE table_schema = '{self._source}' ORDER BY table_name, ordinal_position"
        ):
            columns = written.setdefault(str(table), [])
            if is_written:
                columns.append(_quoted(str(column)))
        return written

    def _table(self, name: str, written: list[str]) -> None:
        self.execute(without_made_keys(name, str(self._shown("TABLE", name)[1])))
        columns = ", ".join(written)
        if columns:
            quoted = _quoted(name)
            self.execute(f"INSERT INTO {quoted} ({columns}) SELECT {columns} FROM `{self._source}`.{quoted}")  # noqa: S608

    def _programs(self) -> None:
        for name in self._libraries(self._source):
            self._program("LIBRARY", name)
        for _, kind, name, *_, number in self.execute(_PROGRAMS.format(name=self._source)).all():
            if kind == "EVENT":  # it begins when it was made, where nothing else was said
                self.execute(f"SET timestamp = {number}")
            self._program(str(kind), str(name))

    def _libraries(self, database: str) -> list[str]:
        if not self._has_libraries:
            return []
        return [str(name) for (name,) in self.execute(_LIBRARIES.format(name=database))]

    def _program(self, kind: str, name: str) -> None:
        """Make a trigger, routine or event under the settings that it was made under."""
        shown = self._shown(kind, name)._mapping
        for setting in _KEPT:
            if setting in shown:
                self.execute(f"SET {setting} = '{shown[setting]}'")
        statement = next(value for key, value in shown.items() if key.lower().startswith(("create ", "sql original")))
        try:
            self.execute(_DEFINER.sub("", str(statement), count=1))
        except sa.exc.DBAPIError:
            self.left_out.append(f"{kind.lower()} {name}")

    def _views(self, views: list[str]) -> None:
        """Make the views, those first whose tables and views are there already."""
        left = {name: str(self._shown("VIEW", name)[1]) for name in views}
        while left and (made := list(self._made_of(left))):
            for name in made:
                del left[name]
        self.left_out += [f"view {name}" for name in left]

    def _made_of(self, views: dict[str, str]) -> Iterator[str]:
        for name, statement in views.items():
            try:
                self.execute(_DEFINER.sub("", statement, count=1).replace(f"`{self._source}`.", f"`{self._target}`."))
            except sa.exc.DBAPIError:  # what it is of is not there yet, or is gone in the source, too
                continue
            yield name


def _quoted(name: str) -> str:
    """Quote a name for a statement without parameters; SQLAlchemy would double a percent sign for the driver."""
    return "`" + name.replace("`", "``") + "`"
