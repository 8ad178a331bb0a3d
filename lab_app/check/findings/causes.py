"""The cause behind a failure, where the engine's words tell it: a lock, a table that nobody makes, a long id."""

from __future__ import annotations

import re
from pathlib import Path

from lab_app.check.answers import Answer, Failure, Place
from lab_app.check.evidence import Revision, Walked

#: How long the id of a revision may be: the width of Alembic's column.
ID_LENGTH = 32
#: How engines say that somebody else holds what a statement waits for.
_LOCKED = {"55P03", "1205"}
_NO_FIT = {"1264", "1265", "1292", "1366", "1406", "1048", "1138", "23502", "23514", "4025", "3819"}
_NO_TABLE = re.compile(
    r"no such table: (?:main\.)?(\w+)"
    r"|relation \"(?:\w+\.)?(\w+)\" does not exist"
    r"|[Tt]able '(?:[^'.]+\.)?(\w+)' doesn't exist"
    r"|Failed to open the referenced table '(\w+)'"
)
#: MariaDB says of a foreign key to a table that is not there only that it is malformed.
_MALFORMED = "1005"
_REFERS = re.compile(r"REFERENCES\s+[`\"]?(\w+)", re.IGNORECASE)
_NO_SCHEMA = re.compile(r'schema "(\w+)" does not exist')
_NO_TYPE = re.compile(r"can't render element of type (\w+)")
_VERSION_TABLE = re.compile(r"\balembic_version\b|\bversion_num\b", re.IGNORECASE)
_NOTHING_FOUND = re.compile(
    r"^(?:NoResultFound|StopIteration)\b|'NoneType' object|IndexError: (?:list|tuple) index out of range"
)
_NO_EXTENSION = re.compile(r"extension \"(\w+)\" is not available|extension control file .*?/(\w+)\.control")

#: Types that PostgreSQL has by an extension, which a project may expect to be there.
_OF_EXTENSIONS = {
    "geometry": "postgis", "geography": "postgis", "raster": "postgis_raster", "citext": "citext", "hstore": "hstore",
    "ltree": "ltree", "vector": "vector",
}  # fmt: skip


def waits_for_itself(failure: Failure) -> bool:
    """Tell whether a statement waited for a lock; in a scratch database only the project itself can hold one."""
    return failure.code in _LOCKED or "database is locked" in failure.message or "table is locked" in failure.message


def type_not_there(failure: Failure) -> str | None:
    """Return the type that the dialect cannot write, if that is why."""
    found = _NO_TYPE.search(failure.message)
    return found[1] if found else None


def column_not_there(failure: Failure) -> bool:
    """Tell whether a statement asks for a column that the table does not have."""
    return failure.code in ("42703", "1054") or "no such column" in failure.message


def value_does_not_fit(failure: Failure) -> bool:
    """Tell whether a value is too large, too long, or of another kind than the column."""
    return str(failure.code or "").startswith("22") or failure.error == "DataError" or failure.code in _NO_FIT


def repeats(failure: Failure) -> bool:
    """Tell whether rows repeat what is to be unique."""
    return failure.code in ("23505", "1062") or "UNIQUE constraint failed" in failure.message


def must_not_be_null(failure: Failure) -> bool:
    """Tell whether a column that may not be NULL would be."""
    return failure.code in ("23502", "1048", "1138", "1364") or "NOT NULL c" in failure.message


def version_table_touched(answer: Answer) -> Place | None:
    """Return the line of a revision that changes Alembic's own table, if one does: Alembic misses its row then."""
    return next((sent.at for sent in answer.changes if _VERSION_TABLE.search(sent.sql)), None)


def row_not_there(failure: Failure) -> bool:
    """Tell whether a revision's own Python fails as it does where a query has found nothing."""
    return not failure.sql and bool(_NOTHING_FOUND.search(f"{failure.error}: {failure.message}"))


def asks_a_person(failure: Failure) -> bool:
    """Tell whether a revision reads from the keyboard, where nobody sits."""
    return failure.error == "BdbQuit" or (failure.error == "EOFError" and "reading a line" in failure.message)


def extension_not_there(failure: Failure) -> str | None:
    """Return the extension that the server or the database does not have, if that is why."""
    found = _NO_EXTENSION.search(failure.message)
    if not found and (type_ := re.search(r"type \"(\w+)\" does not exist", failure.message)):
        return _OF_EXTENSIONS.get(type_[1])
    return next(filter(None, found.groups()), None) if found else None


def id_does_not_fit(failure: Failure, revision: Revision) -> bool:
    """Tell whether a failure is the version table's, which holds 32 characters."""
    return len(revision.revision) > ID_LENGTH and "version_num" in failure.sql + failure.message


def table_nobody_makes(failure: Failure, revision: Revision, walked: Walked) -> str | None:
    """Return the table that a statement needs, that no revision makes, and that the project has all the same.

    It has it when its models do, or when no revision before has made a table: it was there before the history. A
    table that nobody knows is a slip of the pen.
    """
    table = table_not_there(failure)
    if table is None or any(_makes(each, table) for each in walked.revisions):
        return None
    ends = [each.made_state.schema for each in walked.ends.values() if each.made_state]
    known = any(table in schema for schema in ends)
    passages = walked.passages[revision.revision].values()
    first = not any(passage.before.schema for passage in passages if passage.before)
    return table if known or first else None


def schema_nobody_makes(failure: Failure, walked: Walked) -> str | None:
    """Return the schema that a statement needs and no revision makes: an administrator has made it."""
    schema = schema_not_there(failure)
    if schema is None:
        return None
    made = re.compile(rf"CREATE\s+SCHEMA\b.*\b{schema}\b", re.IGNORECASE)
    return None if any(made.search(_source(each)) for each in walked.revisions) else schema


def schema_not_there(failure: Failure) -> str | None:
    """Return the schema that a statement asks for and that is not there, if that is why."""
    found = _NO_SCHEMA.search(failure.message)
    return found[1] if found else None


def _source(revision: Revision) -> str:
    try:
        return Path(revision.file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def table_not_there(failure: Failure) -> str | None:
    """Return the table that a statement asks for and that is not there, if that is why."""
    if found := _NO_TABLE.search(failure.message):
        return next(filter(None, found.groups()), None)
    if failure.error == "NoSuchTableError":
        return failure.message.strip("'\" ").rpartition(".")[2] or None
    malformed = failure.code == _MALFORMED or failure.message.startswith(f"({_MALFORMED},")
    refers = _REFERS.search(failure.sql) if malformed else None
    return refers[1] if refers else None


def _makes(revision: Revision, table: str) -> bool:
    """Tell whether a revision's source makes a table, or gives one this name."""
    source, name = _source(revision), re.escape(table)
    return bool(
        re.search(
            rf"create_table\(\s*f?['\"]{name}['\"]|rename_table\([^),]*,[^)]*['\"]{name}['\"]|create_all"
            rf"|CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[`\"\[]?(?:\w+\.)?{name}\b"
            rf"|RENAME\s+TO\s+[`\"]?{name}\b|(?<!_)(?:Table|rename)\(\s*['\"]{name}['\"]",
            source,
            re.IGNORECASE,
        )
    )
