"""The two drivers: how each connects, and the few questions that each engine is asked in its own SQL."""

import math
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from lab_app.engines import MARIADB, MYSQL, POSTGRESQL, Engine
from lab_app.servers.server import Server

#: Seconds that one of the lab's own statements may take: making or dropping a scratch database.
STATEMENT_LIMIT = 30


class Cursor(Protocol):
    """What both drivers' cursors have; rows are tuples."""

    def execute(self, sql: str) -> object:
        """Send one statement."""

    def fetchall(self) -> Iterable[tuple[Any, ...]]:
        """Return the rows that it gave."""


class Connection(Protocol):
    """What both drivers' connections have."""

    def cursor(self) -> AbstractContextManager[Cursor]:
        """Return a cursor that closes itself."""

    def close(self) -> None:
        """Hang up."""


@dataclass(frozen=True)
class Driver:
    """One driver. ``databases`` is SQL for the scratch databases on a server, oldest name first.

    ``may_create`` is SQL whose one value says whether the user may create databases; empty where only trying tells.
    ``without_tls`` is the query string of a URL that needs no encryption.
    """

    connect: Callable[[Server, float], Connection]
    identify: Callable[[Cursor], tuple[Engine, str]]
    databases: str
    may_create: str
    without_tls: str
    fileno: Callable[[Any], int]
    errors: Callable[[], type[Exception]]


def driver_of(engine: Engine) -> Driver:
    """Return the driver that an engine's URL names."""
    return _DRIVERS[engine.driver.partition("+")[2]]


def rows(cursor: Cursor, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows that a query gives."""
    cursor.execute(sql)
    return list(cursor.fetchall())


def _psycopg2(server: Server, limit: float) -> Connection:
    import psycopg2

    settings: dict[str, Any] = {
        "host": server.host,
        **server.options(),
        "port": server.port,
        "user": server.user,
        "password": server.password or None,
        "dbname": server.engine.maintenance_database,
        "connect_timeout": math.ceil(limit) + 1,  # after the lab's own limit, which words it
    }
    connection: Any = psycopg2.connect(**settings)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_LIMIT}s'")
    opened: Connection = connection
    return opened


def _pymysql(server: Server, limit: float) -> Connection:
    import pymysql

    # The values that SQLAlchemy converts, too; every other option is text.
    options = {key: int(value) if value.isdigit() else value for key, value in server.options().items()}
    settings: dict[str, Any] = {
        "host": server.host,
        **options,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "autocommit": True,
        "connect_timeout": limit + 1,
        "read_timeout": STATEMENT_LIMIT,
    }
    return pymysql.connect(**settings)


def _psycopg2_error() -> type[Exception]:
    import psycopg2

    return psycopg2.Error


def _pymysql_error() -> type[Exception]:
    import pymysql

    return pymysql.MySQLError


def _postgresql(cursor: Cursor) -> tuple[Engine, str]:
    return POSTGRESQL, _digits(rows(cursor, "SHOW server_version")[0][0])


def _mysql_or_mariadb(cursor: Cursor) -> tuple[Engine, str]:
    # Some builds name MariaDB only in the comment.
    version, comment = rows(cursor, "SELECT VERSION(), @@version_comment")[0]
    return (MARIADB if "mariadb" in f"{version} {comment}".lower() else MYSQL), _digits(version)


def _digits(version: str) -> str:
    found = re.match(r"[\d.]*\d", version)
    return found[0] if found else version


_DRIVERS = {
    "psycopg2": Driver(
        connect=_psycopg2,
        identify=_postgresql,
        databases=r"SELECT datname FROM pg_database WHERE datname LIKE 'lab\_%' ORDER BY datname",
        may_create="SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user",
        without_tls="sslmode=disable",
        fileno=lambda connection: int(connection.fileno()),
        errors=_psycopg2_error,
    ),
    "pymysql": Driver(
        connect=_pymysql,
        identify=_mysql_or_mariadb,
        databases=r"SHOW DATABASES LIKE 'lab\_%'",
        may_create="",
        without_tls="ssl_disabled=true",
        fileno=lambda connection: int(connection._sock.fileno()),  # it has no name for everybody
        errors=_pymysql_error,
    ),
}
