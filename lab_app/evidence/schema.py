"""The schema of a database, as a result document records it: one shape for all engines."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.engine import Connection

from lab_app.evidence.bookkeeping import VERSION_TABLE
from lab_app.evidence.readers import mysql, postgresql, sqlite
from lab_app.evidence.types import Schema

_READERS: dict[str, Callable[[Connection, Schema], Schema]] = {
    "sqlite": sqlite.read,
    "postgresql": postgresql.read,
    "mysql": partial(mysql.read, flavour=mysql.MYSQL),
    "mariadb": partial(mysql.read, flavour=mysql.MARIADB),
}


def read_schema(connection: Connection, known: Schema | None = None) -> Schema:
    """Read every table and view of the connection's default schema, without Alembic's own version table.

    A leftover ``_alembic_tmp_`` table is kept: it is evidence. Tables come in the order of their names. A table that
    is ``known`` is not read again while it is there; where there is more than plain tables, everything is read.
    """
    schema = _READERS[connection.dialect.name](connection, known or {})
    return {name: schema[name] for name in sorted(schema) if name != VERSION_TABLE}
