"""What MySQL and MariaDB know of a database: what it holds, and SHOW CREATE for each of that.

The engine's own definitions are the ground, so that nothing is missed that it can say; information_schema names what
there is. For three tables that takes half the time of asking information_schema for columns, keys and checks:
MariaDB opens each table anew for every such question.

https://dev.mysql.com/doc/refman/9.7/en/show.html
https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/show
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sqlalchemy.engine import Connection

from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers.mysql_programs import add_events, add_routine, add_triggers
from lab_app.evidence.readers.mysql_show import Shown, usual_quotes
from lab_app.evidence.readers.mysql_spatial import add_reference_systems
from lab_app.evidence.readers.mysql_table import Known, read_table
from lab_app.evidence.readers.mysql_views import add_sequences, add_views
from lab_app.evidence.types import Schema

#: All that there is, in one question. The first line is the database itself, and what its server makes of a session.
_CONTENTS = (
    "SELECT 'DATABASE', DATABASE(), @@collation_database, @@global.sql_mode, @@session.sql_mode "
    "UNION ALL SELECT table_type, table_name, row_format, table_collation, NULL FROM information_schema.tables "
    "WHERE table_schema = DATABASE() "
    "UNION ALL SELECT routine_type, routine_name, NULL, NULL, NULL FROM information_schema.routines "
    "WHERE routine_schema = DATABASE() "
    "UNION ALL SELECT 'EVENT', event_name, NULL, NULL, NULL FROM information_schema.events "
    "WHERE event_schema = DATABASE()"
)
_TRIGGERS = (
    " UNION ALL SELECT 'TRIGGER', trigger_name, event_object_table, CONCAT(action_timing, ' ', event_manipulation), "
    "action_order FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
)
_LIBRARIES = (
    " UNION ALL SELECT 'LIBRARY', library_name, NULL, NULL, NULL FROM information_schema.libraries "
    "WHERE library_schema = DATABASE()"
)
_COLLATION_OF = "SELECT default_collate_name FROM information_schema.character_sets WHERE character_set_name = %s"
_TABLES = ("BASE TABLE", "SYSTEM VERSIONED")
_ROUTINES = ("FUNCTION", "PROCEDURE", "PACKAGE", "PACKAGE BODY", "LIBRARY")
#: The key of the database itself, where it has something to say. No table is called so.
_ITSELF = "(database)"


@dataclass(frozen=True)
class Flavour:
    """Where the two engines differ.

    ``collation`` is what the engine gives a new database. ``lists_triggers``: information_schema lists triggers as
    cheaply as SHOW TRIGGERS, which MariaDB's does not. ``libraries_since`` is the version that has libraries.
    ``json_is_text``: JSON is a text with a CHECK. ``prints_srid``: SHOW CREATE has a column's reference system.
    """

    collation: str
    lists_triggers: bool
    libraries_since: tuple[int, ...]
    json_is_text: bool
    prints_srid: bool


MYSQL = Flavour("utf8mb4_0900_ai_ci", lists_triggers=True, libraries_since=(9, 2), json_is_text=False, prints_srid=True)
MARIADB = Flavour(
    "utf8mb4_uca1400_ai_ci", lists_triggers=False, libraries_since=(), json_is_text=True, prints_srid=False
)

#: Name, table, and what it goes by.
_Trigger = tuple[str, str, str]


@dataclass(frozen=True)
class _Contents:
    """What a database holds: the names of each kind, and of each table its row format and its collation."""

    database: str
    collation: str
    mode: str
    tables: dict[str, tuple[str, str]]
    names: dict[str, list[str]]
    triggers: list[_Trigger]
    session_mode: str


def read(connection: Connection, known: Schema, flavour: Flavour) -> Schema:
    """Read everything in the connection's database that has a name, but for tables that are known."""
    contents = _contents(connection, flavour)
    if contents.names or contents.triggers:
        known = {}
    shown = Shown(connection, contents.database, contents.mode, flavour.collation)
    with usual_quotes(connection, contents.session_mode):
        schema = _tables(contents, known, shown, flavour)
        if views := contents.names.get("VIEW"):
            add_views(schema, views, shown)
        add_sequences(schema, contents.names.get("SEQUENCE", []), shown)
        add_triggers(schema, contents.triggers, shown)
        for kind in _ROUTINES:
            for name in contents.names.get(kind, []):
                add_routine(schema, kind, name, shown)
        if events := contents.names.get("EVENT"):
            add_events(schema, events, shown)
    if contents.collation != flavour.collation:
        # A migration can change it (ALTER DATABASE), and every table that is made afterwards follows it.
        schema[_ITSELF] = empty_table("schema")
        schema[_ITSELF]["definition"] = f"COLLATE {contents.collation}"
    return schema


def _tables(contents: _Contents, kept: Schema, shown: Shown, flavour: Flavour) -> Schema:
    schema: Schema = {name: kept[name] for name in contents.tables if name in kept}
    collation_of = _collations(shown.connection)
    for name, (row_format, collation) in contents.tables.items():
        if name in schema:
            continue
        known = Known(
            database=contents.database,
            row_format=row_format or "",
            collation=collation or "",
            usual_collation=flavour.collation,
            collation_of=collation_of,
            json_is_text=flavour.json_is_text,
        )
        schema[name] = read_table(shown.show("TABLE", name)[1], known)
    if not flavour.prints_srid:
        add_reference_systems(schema, shown.connection)
    return schema


def _contents(connection: Connection, flavour: Flavour) -> _Contents:
    itself, *rows = connection.exec_driver_sql(_question(connection, flavour)).all()
    tables: dict[str, tuple[str, str]] = {}
    names: dict[str, list[str]] = {}
    triggers: list[tuple[int, _Trigger]] = []
    for kind, name, first, second, place in rows:
        if kind in _TABLES:
            tables[name] = (first, second)
        elif kind == "TRIGGER":
            triggers.append((int(place), (name, first, second)))
        else:
            names.setdefault(kind, []).append(name)
    if not flavour.lists_triggers:
        for place, (name, event, table, _, timing, *_) in enumerate(connection.exec_driver_sql("SHOW TRIGGERS")):
            triggers.append((place, (name, table, f"{timing} {event}")))
    in_order = [trigger for _, trigger in sorted(triggers)]
    _, database, collation, mode, session_mode = itself
    return _Contents(database, collation, mode, tables, names, in_order, session_mode)


def _question(connection: Connection, flavour: Flavour) -> str:
    version = connection.dialect.server_version_info or ()
    libraries = flavour.libraries_since and tuple(version) >= flavour.libraries_since
    return _CONTENTS + (_TRIGGERS if flavour.lists_triggers else "") + (_LIBRARIES if libraries else "")


def _collations(connection: Connection) -> Callable[[str], str]:
    """Return a function that asks for the collation of a charset, once for each."""

    @cache
    def collation_of(charset: str) -> str:
        found: str = connection.exec_driver_sql(_COLLATION_OF, (charset,)).scalar_one()
        return found

    return collation_of
