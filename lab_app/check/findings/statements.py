"""What a revision itself says that it changes: which tables it updates, deletes from, drops."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from lab_app.check.answers import Sent

Verb = Literal["update", "delete", "insert", "drop", "truncate"]

_NAME = r"(?:[`\"\[]?(\w+)[`\"\]]?\.)?[`\"\[]?(\w+)"
_VERBS: tuple[tuple[Verb, re.Pattern[str]], ...] = (
    ("update", re.compile(rf"\bUPDATE\s+(?:ONLY\s+|OR\s+\w+\s+)?{_NAME}", re.IGNORECASE)),
    ("update", re.compile(rf"\bALTER\s+TABLE\s+(?:ONLY\s+)?{_NAME}.*\bUSING\b", re.IGNORECASE | re.DOTALL)),
    ("update", re.compile(rf"\bMERGE\s+INTO\s+{_NAME}", re.IGNORECASE)),
    ("delete", re.compile(rf"\bDELETE\s+FROM\s+(?:ONLY\s+)?{_NAME}", re.IGNORECASE)),
    ("insert", re.compile(rf"\b(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO\s+{_NAME}", re.IGNORECASE)),
    ("drop", re.compile(rf"\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?{_NAME}", re.IGNORECASE)),
    ("truncate", re.compile(rf"\bTRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?{_NAME}", re.IGNORECASE)),
)
_COPY = "_alembic_tmp_"
_RENAMED = re.compile(rf"{_COPY}(\w+)[`\"]?\s+RENAME\s+TO", re.IGNORECASE)


def meant(statements: Iterable[Sent], tables: Iterable[str]) -> set[tuple[Verb, str]]:
    """Return what the statements of a revision do to which of the tables, but for the copying of batch mode.

    The DROP of a table that its copy then replaces is not meant as one. Tables are called as they were read: that of
    a bind with the bind's name, that of another schema with the schema's.
    """
    known = list(tables)
    own = [sent.sql for sent in statements if sent.at and sent.at.revision]
    replaced = {name for sql in own for name in _RENAMED.findall(sql)}
    found: set[tuple[Verb, str]] = set()
    for sql in (sql for sql in own if _COPY not in sql):
        for verb, pattern in _VERBS:
            for schema, name in pattern.findall(sql):
                if verb != "drop" or name not in replaced:
                    found |= {(verb, table) for table in known if _is_called(table, schema, name)}
    return found


def _is_called(table: str, schema: str, name: str) -> bool:
    """Tell whether a statement means a table: it says neither the bind, nor always the schema."""
    return table in (name, f"{schema}.{name}") or table.endswith(f".{schema}.{name}" if schema else f".{name}")


def touched(verbs: Iterable[tuple[Verb, str]]) -> set[str]:
    """Return the tables whose values a revision changes by what it says."""
    return {table for verb, table in verbs if verb != "drop"}


def uses_batch(statements: Iterable[Sent]) -> bool:
    """Tell whether a table was copied by Alembic's batch mode."""
    return any(_COPY in sent.sql for sent in statements)
