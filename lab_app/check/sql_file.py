"""A file of SQL that a person gives, a dump above all: its statements, for which engines it is, and how it is sent."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from lab_app.check.answers import first_line
from lab_app.check.sql_text import Copied, split
from lab_app.engines import Engine
from lab_app.errors import LabError


class _Kind(NamedTuple):
    """Whose dump a file is: how it begins, and the dialects that it is for."""

    title: str
    sign: re.Pattern[str]
    dialects: tuple[str, ...]


_POSTGRESQL = _Kind("PostgreSQL", re.compile(r"^-- PostgreSQL database dump", re.MULTILINE), ("postgresql",))
_MYSQL = _Kind("MySQL", re.compile(r"^-- MySQL dump", re.MULTILINE), ("mysql", "mariadb"))
_MARIADB = _Kind("MariaDB", re.compile(r"^-- MariaDB dump", re.MULTILINE), ("mysql", "mariadb"))
_SQLITE = _Kind("SQLite", re.compile(r"\APRAGMA foreign_keys=OFF;\s*BEGIN TRANSACTION;"), ("sqlite",))
_KINDS = (_POSTGRESQL, _MYSQL, _MARIADB, _SQLITE)
#: How much of a file is looked at for what it is.
_HEAD = 2000

#: What reaches out of the scratch database, and what to type instead.
_OUTSIDE = (
    (re.compile(r"(?:CREATE|DROP)\s+DATABASE\b|USE\s", re.IGNORECASE),
     "Dump one database, with pg_dump without --create, or mysqldump without --databases."),
    (re.compile(r"(?:CREATE|ALTER|DROP)\s+(?:ROLE|USER|TABLESPACE)\b", re.IGNORECASE),
     "Dump one database: pg_dump, not pg_dumpall."),
    (re.compile(r"ATTACH\s", re.IGNORECASE), "Give one database's SQL."),
)  # fmt: skip
#: What is the server's and not the database's: owners and privileges, time limits, replication.
_LEFT_OUT = re.compile(
    r"ALTER\s.*\bOWNER\s+TO\b|GRANT\s|REVOKE\s|ALTER\s+DEFAULT\s+PRIVILEGES\b|ALTER\s+DATABASE\b"
    r"|SET\s+\w*_timeout\b|SET\s+SESSION\s+AUTHORIZATION\b|(?:CREATE|ALTER)\s+(?:PUBLICATION|SUBSCRIPTION)\b"
    r"|SET\s+@@GLOBAL\.|SET\s+@@SESSION\.SQL_LOG_BIN\b|SET\s+@MYSQLDUMP_TEMP_LOG_BIN\b",
    re.IGNORECASE | re.DOTALL,
)
#: Who made a trigger or a view: a user that the scratch server does not have.
_DEFINER = re.compile(r"\bDEFINER\s*=\s*(?:`(?:[^`]|``)*`@`(?:[^`]|``)*`|CURRENT_USER(?:\(\))?)\s?")
_EXECUTED = re.compile(r"/\*M?!\d*\s*")
#: What stands in a text for bytes that are not UTF-8.
_BYTES = re.compile("[\udc80-\udcff]")
_MAKES_SCHEMA = re.compile(r"CREATE\s+SCHEMA\b", re.IGNORECASE)


@dataclass(frozen=True)
class SqlFile:
    """What a file of SQL says; ``kind`` is whose dump it is, None where it may be sent to any engine."""

    name: str
    statements: tuple[str | Copied, ...]
    kind: _Kind | None = None

    def why_not(self, engine: Engine) -> str:
        """Return why it is not sent to an engine, or nothing."""
        if self.kind and engine.driver.partition("+")[0] not in self.kind.dialects:
            return f"{self.name} is for {self.kind.title}"
        if not engine.schemas and any(_MAKES_SCHEMA.match(_text(each)) for each in self.statements):
            return f"{self.name} makes a schema. {engine.schemas.reason}"
        return ""

    def put(self, connection: sa.Connection) -> str:
        """Send the statements as they are, and commit; return the first that is refused, in the engine's words.

        Nothing is returned where all are taken. Where one is refused, what the transaction holds is taken back.
        """
        connection.execution_options(no_parameters=True)  # a per cent sign is one
        for statement in self.statements:
            try:
                _send(connection, statement)
            except (sa.exc.SQLAlchemyError, connection.dialect.loaded_dbapi.Error) as error:
                connection.rollback()
                said = first_line(str(getattr(error, "orig", None) or error))
                return f"{said}, in: {' '.join(_text(statement).split())[:80]}"
        connection.commit()
        return ""


def read_sql(file: Path, option: str) -> SqlFile:
    """Read a file of SQL: what a person wrote, or what pg_dump, mysqldump, mariadb-dump and sqlite3 have dumped.

    What is the server's and not the database's is left out: owners, privileges, definers, replication.

    Raises:
        LabError: it cannot be read, holds no statement, or one that reaches out of the database.
    """
    text, kind = _read(file, option)
    # In SQL of MySQL's a backslash takes the next character with it; nobody knows of SQL that is anybody's.
    escapes = kind is None or "mysql" in kind.dialects
    found = tuple(
        each if isinstance(each, Copied) else _DEFINER.sub("", each)
        for each in split(text, escapes=escapes)
        if not _LEFT_OUT.match(_bare(each))
    )
    if not found:
        raise LabError(f"{option} {file} holds no statement. Name a SQL file.")
    for statement in found:
        for pattern, instead in _OUTSIDE:
            if outside := pattern.match(_bare(statement)):
                raise LabError(f"{option} {file} says {outside[0].strip()}, which is not of one database. {instead}")
    if kind is None and any(isinstance(each, Copied) for each in found):
        kind = _POSTGRESQL
    elif kind is None and re.search(r"^DELIMITER\s", text, re.MULTILINE | re.IGNORECASE):
        kind = _MYSQL
    return SqlFile(file.name, found, kind)


def _read(file: Path, option: str) -> tuple[str, _Kind | None]:
    try:
        read = file.read_bytes()
    except OSError as error:
        raise LabError(f"{option} {file} cannot be read: {error.strerror}. Name a SQL file.") from None
    head = read[:_HEAD].decode("utf-8", "replace")
    kind = next((each for each in _KINDS if each.sign.search(head)), None)
    try:
        # mysqldump writes the bytes of a BLOB as they are, and the driver takes them back so.
        text = read.decode("utf-8", "surrogateescape" if kind and "mysql" in kind.dialects else "strict")
    except UnicodeDecodeError:
        raise LabError(f"{option} {file} cannot be read: it is not UTF-8. Name a SQL file.") from None
    return text, kind


def _send(connection: sa.Connection, statement: str | Copied) -> None:
    if isinstance(statement, str) and not _BYTES.search(statement):
        connection.exec_driver_sql(statement)
        return
    cursor = connection.connection.cursor()
    try:
        if isinstance(statement, Copied):
            cursor.copy_expert(statement.sql, io.StringIO(statement.rows))
        else:
            cursor.execute(statement.encode("utf-8", "surrogateescape"))
    finally:
        cursor.close()


def _text(statement: str | Copied) -> str:
    return statement if isinstance(statement, str) else statement.sql


def _bare(statement: str | Copied) -> str:
    """Return a statement without the signs around what MySQL and MariaDB execute of it."""
    return _EXECUTED.sub("", _text(statement)[:_HEAD])
