"""The four engines, and what each of them can do.

Code asks an engine what it can do (``engine.transactional_ddl``), never what it is called. Every
capability carries its reason, so that a report can say why. MySQL and MariaDB are two engines:
they share a protocol and a driver, and differ in what a migration does to a table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capability:
    """Whether an engine can do something, and the reason in one sentence; true or false as a whole."""

    has: bool
    reason: str

    def __bool__(self) -> bool:
        return self.has


@dataclass(frozen=True)
class Engine:
    """One kind of database: how it is reached, and what it can do.

    ``create_database`` and ``drop_database`` are SQL with ``{name}`` for the scratch database.
    Charset and collation are spelt out there, because servers differ in what they assume
    (MariaDB 10.11 still assumes latin1). ``empty_database`` is SQL that makes a scratch database as empty as a new
    one, or fails and changes nothing; an engine without it drops the database and makes it anew. ``copy_database``
    is SQL that makes ``{name}`` from ``{source}``, to which nobody may be connected: ``end_sessions`` ends who is. An
    engine without it copies table by table. ``list_sessions`` finds who is connected, where dropping does not end them.
    ``statement_limit`` is the part of an address that ends a statement after ``{seconds}``. ``on_connect`` is what the
    lab tells a new connection to a scratch database, whose safety on disk is worth nothing. ``reset_session`` makes a
    used connection as good as a new one; where it is empty, no SQL does that, and each use connects anew.
    ``follow_rows`` asks for the SQL that sets what numbers rows behind those that brought numbers of their own, where
    an INSERT does not do that by itself; ``move_sequence`` sets a ``{sequence}`` that belongs to no column behind
    ``{last}``, where there are such. ``socket_option`` is the part of an address that names a socket in the file
    system, and ``socket_file`` that file. ``lost`` has the codes by which a connection or its server is given up, or
    the error's class where it has no code. ``empty_tables`` deletes the rows of all ``{tables}``, whatever points at
    them; an engine without it deletes table by table between the two statements of ``without_foreign_keys``, which
    leave a session's foreign keys unchecked and check them again. So many ``release_numbers`` of a version name a
    release: 8.4 of 8.4.6.
    """

    name: str
    title: str
    driver: str
    url_variable: str
    image: str
    port: int
    maintenance_database: str
    create_database: str
    drop_database: str
    empty_database: str
    copy_database: str
    list_sessions: str
    statement_limit: str
    on_connect: str
    reset_session: str
    follow_rows: str
    move_sequence: str
    needs_server: Capability
    transactional_ddl: Capability
    alters_columns: Capability
    restates_columns: Capability
    schemas: Capability
    sequences: Capability
    numbers_keys: Capability
    socket_option: str = ""
    socket_file: str = ""
    end_sessions: str = ""
    lost: frozenset[str] = frozenset()
    empty_tables: str = ""
    without_foreign_keys: tuple[str, str] = ("", "")
    release_numbers: int = 2

    def __str__(self) -> str:
        return self.name


SQLITE = Engine(
    name="sqlite",
    title="SQLite",
    driver="sqlite",
    url_variable="",
    image="",
    port=0,
    maintenance_database="",
    create_database="",
    drop_database="",
    empty_database="",
    copy_database="",
    list_sessions="",
    statement_limit="",
    on_connect="PRAGMA synchronous = OFF",
    reset_session="",
    follow_rows="",
    move_sequence="",
    needs_server=Capability(False, "SQLite is a library inside Python; a database is a file."),
    # https://github.com/python/cpython/issues/54949: the driver opens no transaction before DDL.
    transactional_ddl=Capability(False, "SQLite could, but Python's driver opens no transaction before DDL."),
    alters_columns=Capability(False, "SQLite has no ALTER COLUMN: Alembic's batch mode copies the table."),
    restates_columns=Capability(False, "SQLite has no statement that changes a column."),
    without_foreign_keys=("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
    schemas=Capability(False, "On SQLite a schema is another file, which is attached."),
    sequences=Capability(False, "SQLite numbers rows itself."),
    numbers_keys=Capability(True, "On SQLite an INTEGER PRIMARY KEY is the rowid, which SQLite numbers."),
)

#: Everything that an attempt makes is in a schema, but for what the guard looks for: then the database is dropped.
#: It costs 3 ms, where DROP and CREATE DATABASE take 13 to 20. Sessions that an attempt left in a transaction end.
#: pg_database_owner, to whom the schema public belongs, came with PostgreSQL 14.
_EMPTY_SCHEMAS = """
DO $lab$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname <> 'plpgsql')
        OR EXISTS (SELECT FROM pg_event_trigger)
        OR EXISTS (SELECT FROM pg_publication)
        OR EXISTS (SELECT FROM pg_foreign_data_wrapper)
        OR EXISTS (SELECT FROM pg_largeobject_metadata)
        OR EXISTS (SELECT FROM pg_default_acl)
        OR EXISTS (SELECT FROM pg_cast WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_language WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_am WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
                   WHERE d.datname = current_database())
    THEN
        RAISE EXCEPTION 'the database holds more than schemas';
    END IF;
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
    EXECUTE (SELECT 'DROP SCHEMA ' || string_agg(quote_ident(nspname), ', ') || ' CASCADE' FROM pg_namespace
             WHERE left(nspname, 3) <> 'pg_' AND nspname <> 'information_schema');
    CREATE SCHEMA public AUTHORIZATION pg_database_owner;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
    COMMENT ON SCHEMA public IS 'standard public schema';
END
$lab$"""

#: Returns one SELECT for serial and identity columns, and defaults that draw on a sequence: each sequence goes on after
#: the largest value that is further than it stands (the smallest, where it counts down), as in a database whose rows it
#: has numbered. A DO block would cost ten times as much each time that it is sent again.
_FOLLOW_ROWS = """
SELECT 'SELECT ' || string_agg('(SELECT setval(' || quote_literal(sequence) || ', last) FROM (SELECT ' || furthest
    || '(' || name || ') AS last FROM ' || relation || ') t WHERE last ' || beyond || ' (SELECT last_value FROM '
    || sequence || ') AND last BETWEEN ' || lowest || ' AND ' || highest || ')', ', ')
FROM (
    SELECT s.seqrelid::regclass::text AS sequence, used.relation::regclass::text AS relation,
        quote_ident(a.attname) AS name, s.seqmin AS lowest, s.seqmax AS highest,
        CASE WHEN s.seqincrement > 0 THEN 'max' ELSE 'min' END AS furthest,
        CASE WHEN s.seqincrement > 0 THEN '>=' ELSE '<=' END AS beyond
    FROM pg_sequence s JOIN (
        SELECT objid AS sequence, refobjid AS relation, refobjsubid AS number FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
        UNION
        SELECT d.refobjid, f.adrelid, f.adnum FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
        WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
    ) used ON used.sequence = s.seqrelid
    JOIN pg_attribute a ON a.attrelid = used.relation AND a.attnum = used.number AND a.atttypid IN (20, 21, 23)
) followed"""

#: A server that was stopped, has crashed or is starting; too many connections; no disk, no memory; read-only. Where
#: the connection is just gone, there is no code.
_POSTGRESQL_LOST = (
    "57P01 57P02 57P03 53000 53100 53200 53300 58000 58030 25006 08000 08001 08003 08004 08006"
    " OperationalError InterfaceError"
)

POSTGRESQL = Engine(
    name="postgresql",
    title="PostgreSQL",
    driver="postgresql+psycopg2",
    url_variable="LAB_POSTGRESQL_URL",
    image="postgres:18",
    port=5432,
    maintenance_database="postgres",
    # C is the one collation that every build has; template0 is the only template that allows another one.
    create_database="CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
    drop_database="DROP DATABASE IF EXISTS {name} WITH (FORCE)",
    empty_database=_EMPTY_SCHEMAS,
    # https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
    copy_database="CREATE DATABASE {name} TEMPLATE {source}",
    end_sessions=(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = '{name}' AND backend_type = 'client backend'"
    ),
    list_sessions="",
    statement_limit="options=-c%20statement_timeout%3D{seconds}s",
    on_connect="",
    reset_session="DISCARD ALL",
    follow_rows=_FOLLOW_ROWS,
    move_sequence="SELECT setval('{sequence}', {last})",
    needs_server=Capability(True, "PostgreSQL is a server."),
    transactional_ddl=Capability(True, "PostgreSQL rolls DDL back with the transaction."),
    alters_columns=Capability(True, "PostgreSQL alters a column in place."),
    restates_columns=Capability(False, "PostgreSQL changes one attribute of a column, and leaves the others."),
    empty_tables="TRUNCATE {tables} RESTART IDENTITY CASCADE",
    schemas=Capability(True, "PostgreSQL keeps schemas inside a database."),
    sequences=Capability(True, "PostgreSQL numbers rows by sequences."),
    numbers_keys=Capability(False, "A column has to say that its engine numbers it."),
    socket_option="host",
    socket_file="{socket}/.s.PGSQL.{port}",
    lost=frozenset(_POSTGRESQL_LOST.split()),
    release_numbers=1,
)

#: The same for MySQL and MariaDB: disk full, no memory, too many connections, shutting down, a full table space,
#: read-only, a connection that was killed, the server gone.
_MYSQL_LOST = (
    "1021 1037 1040 1041 1053 1077 1079 1114 1203 1290 1836 1927 2002 2003 2006 2013 2014 2045 2055 4031 InterfaceError"
)

MYSQL = Engine(
    name="mysql",
    title="MySQL",
    driver="mysql+pymysql",
    url_variable="LAB_MYSQL_URL",
    image="mysql:9.7",
    port=3306,
    maintenance_database="",
    create_database="CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci",
    drop_database="DROP DATABASE IF EXISTS {name}",
    empty_database="",
    copy_database="",
    list_sessions="SELECT id FROM information_schema.processlist WHERE db = '{name}'",
    statement_limit="read_timeout={seconds}&write_timeout={seconds}",
    on_connect="",
    reset_session="",
    follow_rows="",
    move_sequence="",
    needs_server=Capability(True, "MySQL is a server."),
    transactional_ddl=Capability(False, "MySQL commits implicitly before and after each DDL statement."),
    alters_columns=Capability(True, "MySQL alters a column in place, restating the whole of it."),
    restates_columns=Capability(True, "MySQL's MODIFY writes a column anew: what is not said is lost."),
    without_foreign_keys=("SET foreign_key_checks = 0", "SET foreign_key_checks = 1"),
    schemas=Capability(False, "On MySQL a schema is another database."),
    sequences=Capability(False, "MySQL has AUTO_INCREMENT alone."),
    numbers_keys=Capability(False, "A column has to say that its engine numbers it."),
    socket_option="unix_socket",
    socket_file="{socket}",
    lost=frozenset(_MYSQL_LOST.split()),
)

MARIADB = Engine(
    name="mariadb",
    title="MariaDB",
    driver="mariadb+pymysql",
    url_variable="LAB_MARIADB_URL",
    image="mariadb:11.8",
    port=3306,
    maintenance_database="",
    create_database="CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci",
    drop_database="DROP DATABASE IF EXISTS {name}",
    empty_database="",
    copy_database="",
    list_sessions="SELECT id FROM information_schema.processlist WHERE db = '{name}'",
    statement_limit="read_timeout={seconds}&write_timeout={seconds}",
    on_connect="",
    reset_session="",
    follow_rows="",
    # It only ever moves on.
    move_sequence="SELECT SETVAL({sequence}, {last})",
    needs_server=Capability(True, "MariaDB is a server."),
    transactional_ddl=Capability(False, "MariaDB commits implicitly before and after each DDL statement."),
    alters_columns=Capability(True, "MariaDB alters a column in place, restating the whole of it."),
    restates_columns=Capability(True, "MariaDB's MODIFY writes a column anew: what is not said is lost."),
    without_foreign_keys=("SET foreign_key_checks = 0", "SET foreign_key_checks = 1"),
    schemas=Capability(False, "On MariaDB a schema is another database."),
    sequences=Capability(True, "MariaDB has CREATE SEQUENCE since 10.3."),
    numbers_keys=Capability(False, "A column has to say that its engine numbers it."),
    socket_option="unix_socket",
    socket_file="{socket}",
    lost=frozenset(_MYSQL_LOST.split()),
)

ENGINES: tuple[Engine, ...] = (SQLITE, POSTGRESQL, MYSQL, MARIADB)
BY_NAME: dict[str, Engine] = {engine.name: engine for engine in ENGINES}
