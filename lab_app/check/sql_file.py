"""A file of SQL that a person gives: its statements, and how they are sent to a lane's database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from lab_app.errors import LabError

#: What a semicolon may stand in without ending a statement.
_PART = re.compile(
    r"""--[^\n]* | /\*.*?\*/ | '(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`
      | (\$\w*\$).*?\1 | ; | [^;'"`$/-]+ | .""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"--[^\n]*|/\*(?!!).*?\*/", re.DOTALL)


def statements(file: Path, option: str) -> tuple[str, ...]:
    """Return the statements of a file.

    Raises:
        LabError: it cannot be read, holds none, or holds what only psql or mysql understands.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise LabError(f"{option} {file} cannot be read: {why}. Name a SQL file.") from None
    if re.search(r"^COPY .* FROM stdin;", text, re.MULTILINE | re.IGNORECASE):
        raise LabError(f"{option} {file} holds COPY … FROM stdin, which psql alone reads. Type pg_dump --inserts")
    if re.search(r"^DELIMITER ", text, re.MULTILINE | re.IGNORECASE):
        raise LabError(f"{option} {file} holds DELIMITER, which mysql alone reads. Type mysqldump --skip-triggers")
    # pg_dump writes commands of psql's, a line each.
    found = split("\n".join(line for line in text.splitlines() if not line.startswith("\\")))
    if not found:
        raise LabError(f"{option} {file} holds no statement. Name a SQL file.")
    return found


def split(text: str) -> tuple[str, ...]:
    """Split SQL at the semicolons that end a statement."""
    found = [""]
    for match in _PART.finditer(text):
        if match[0] == ";":
            found.append("")
        else:
            found[-1] += match[0]
    return tuple(each.strip() for each in found if _COMMENT.sub("", each).strip())


def send(connection: sa.Connection, sql: Sequence[str]) -> str:
    """Send statements as they are; return the first that is refused, in the engine's words, or nothing."""
    connection.execution_options(no_parameters=True)  # a per cent sign is one
    for statement in sql:
        try:
            connection.exec_driver_sql(statement)
        except sa.exc.SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            return f"{said}, in: {' '.join(statement.split())[:80]}"
    return ""
