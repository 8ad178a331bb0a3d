"""Which tables a step may have touched: those that its statements name, and those whose foreign keys lead there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lab_app.check.answers import Answer
from lab_app.evidence.state import State
from lab_app.evidence.types import Schema, Table

#: What touches the tables that it names and no others. A call, a block, dynamic SQL may touch anything.
_PLAIN = re.compile(
    r"\s*(?:CREATE\s+TABLE|(?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX|DROP\s+TABLE|ALTER\s+TABLE|INSERT|UPDATE|DELETE|SELECT"
    r"|PRAGMA|SHOW|DESCRIBE|COMMENT\s+ON\s+(?:TABLE|COLUMN)|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b(?!.*;\s*\S)",
    re.IGNORECASE | re.DOTALL,
)
#: The probe keeps so much of a statement, and so many of a step.
_WHOLE, _ALL = 4000, 5000
_WORD = re.compile(r"\w+")
#: Ways to a database on which nobody records the statements.
_UNRECORDED = re.compile(
    r"cursor|raw_connection|driver_connection|dbapi|sqlite3|psycopg|pymysql|MySQLdb|mysql\.connector|mariadb"
    r"|subprocess|os\.system|exec\(|importlib"
)
_IMPORT = re.compile(r"^\s*(?:from|import)\s+([\w.]+)", re.MULTILINE)
#: Packages that send nothing by themselves. What a project's own modules do is anybody's guess.
_KNOWN = frozenset({
    "alembic", "sqlalchemy", "datetime", "typing", "collections", "__future__", "json", "uuid", "decimal", "enum",
    "re", "hashlib", "logging",
})  # fmt: skip


def touched(answer: Answer, before: State) -> frozenset[str] | None:
    """Return the tables that a step may have touched, as they were called before it; None for any.

    With a foreign key a table follows one that is touched: ON DELETE CASCADE reaches it, and a rename. Triggers and
    views lead anywhere.
    """
    statements = answer.statements
    if answer.failure or len(statements) >= _ALL or not is_plain(before.schema):
        return None
    if not all(len(sent.sql) < _WHOLE and _PLAIN.match(sent.sql) for sent in statements):
        return None
    words = {word for sent in statements for word in _WORD.findall(sent.sql.lower())}
    return with_children({name for name, table in before.schema.items() if not words.isdisjoint(_names(name, table))},
                         before.schema)  # fmt: skip


def with_children(tables: set[str], schema: Schema) -> frozenset[str]:
    """Return tables, those with a foreign key to one of them, those with a foreign key to these, and so on."""
    found = set(tables)
    while more := {
        name
        for name, table in schema.items()
        if name not in found and any(_refers(key["refers_to"], found) for key in table["foreign_keys"])
    }:
        found |= more
    return frozenset(found)


def is_plain(schema: Schema) -> bool:
    """Tell whether there is nothing but tables, and types of columns."""
    return all(
        table["kind"] == "type"
        or (table["kind"] == "table" and not table.keys() & {"definition", "others"} and _WORD.fullmatch(_bare(name)))
        for name, table in schema.items()
    )


@lru_cache(maxsize=1024)
def is_recorded(file: str) -> bool:
    """Tell whether everything that a revision file sends goes through SQLAlchemy, as far as its text tells."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    modules = {name.partition(".")[0] for name in _IMPORT.findall(text)}
    return modules <= _KNOWN and not _UNRECORDED.search(text)


def _names(name: str, table: Table) -> Iterator[str]:
    """Yield the words by which a statement may mean a table: DROP INDEX names the index alone."""
    yield _bare(name)
    for index in table["indexes"]:
        yield (index["name"] or "").lower()


def _refers(target: str, tables: set[str]) -> bool:
    return any(_bare(target) == _bare(name) for name in tables)


def _bare(name: str) -> str:
    return name.rpartition(".")[2].lower()
