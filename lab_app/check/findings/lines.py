"""The line of a revision that a finding is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lab_app.check.answers import Answer, Place
from lab_app.check.evidence import Passage

#: Why a failure leaves something on an engine without transactional DDL.
NOT_TAKEN_BACK = (
    "Nothing takes back a statement that changes a table: MySQL and MariaDB commit at each, and Python's driver for "
    "SQLite begins no transaction for it."
)

#: What is said of an engine that is not up.
NOT_RUN = "predicted from the source, not run."


def line_of(passage: Passage, *names: str) -> Place | None:
    """Return the line whose statement names all of these, else the table alone; None where none does."""
    return place_of(passage.up, *names) if passage.up else None


def place_of(answer: Answer, *names: str) -> Place | None:
    """Return the line of the first statement in a step that names all of these, a table first, else the table."""
    own = [sent for sent in answer.statements if sent.at and sent.at.revision]
    # A statement says neither a bind, nor always a schema.
    short = (names[0].rpartition(".")[2], *names[1:])
    for wanted in dict.fromkeys((names, names[:1], short, short[:1])):
        for sent in own:
            if all(re.search(rf"\b(?:_alembic_tmp_)?{re.escape(name)}\b", sent.sql) for name in wanted):
                return sent.at
    return None


def listed(words: Sequence[str]) -> str:
    """Write words as a person lists them: a, b and c."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def written(value: object) -> str:
    """Write a value that a driver has read as a person would."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"x'{bytes(value).hex()}'"
    return repr(value) if isinstance(value, str) else str(value)


def in_words(line: str) -> str:
    """Write a line of a difference as a person would say it: ``+ table tag`` is "the table tag is there"."""
    sign, _, what = line.partition(" ")
    if sign == "~":
        return what.replace(" → ", " became ")
    if re.match(r"\d", what):
        return f"{what} are {'gone' if sign == '-' else 'new'}"
    return f"{'' if what.startswith('the ') else 'the '}{what} is {'gone' if sign == '-' else 'there'}"


def all_in_words(lines: Sequence[str]) -> str:
    """Write the first of several lines in words, and how many more there are."""
    more = len(lines) - 1
    return in_words(lines[0]) + (f", and {more} more difference{'' if more == 1 else 's'}" if more else "")
