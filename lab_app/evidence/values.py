"""One value of a row: how JSON writes it, when two of them are the same, and how one is found among many."""

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from lab_app.evidence.readings import (
    Number,
    clock,
    document,
    equal_documents,
    equal_numbers,
    moment,
    text,
    truth,
    uuid,
    writes,
)
from lab_app.evidence.types import Value


def encode(value: Any) -> Value:
    """Write a value as a driver hands it over as JSON: with the name of its type where JSON lacks that."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"other": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict | list):
        # psycopg2 reads arrays for us.
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, UUID):
        return str(value)
    names = {Decimal: "decimal", datetime: "datetime", date: "date", time: "time", timedelta: "time"}
    for kind, name in names.items():
        if isinstance(value, kind):
            return {name: str(value)}
    return {"other": repr(value)}


def same(before: Any, after: Any, type_: str = "") -> bool:
    """Tell whether a value still is what it was, be it written in another type.

    Numbers are the same when they are equal. Text and a number are the same when the text is how that number is
    written: ``'36'`` is 36; ``'007'``, ``'1e3'`` and ``' 7'`` are no number's text, and ``'1.50'`` is a DECIMAL(10,2)
    and no float. ``'true'`` is True is 1, ``'2024-01-02 03:04:05'`` is that datetime. In JSON the order of keys and
    white space mean nothing, 1 is 1.0, and true is not 1. NULL is NULL only: not ``''``, not 0.

    ``type_``, the column's type now, says what else text may mean: ``'yes'`` may become 1 in a BOOLEAN and not in an
    INTEGER, and text that stays text is the same letter by letter unless it is a date, JSON or a UUID now (SQLite
    keeps all three as text).
    """
    if before is None or after is None:
        return before is after
    type_ = type_.upper()
    structured = isinstance(before, dict | list) or isinstance(after, dict | list)
    if not structured and before == after:
        return True
    if isinstance(before, UUID) or isinstance(after, UUID):
        return _agree(uuid, before, after)
    before, after = text(before), text(after)
    if structured or "JSON" in type_:
        return _same_structure(before, after, type_)
    if isinstance(before, str) and isinstance(after, str):
        return before == after or any(_agree(read, before, after) for word, read in _TEXT_READINGS if word in type_)
    if isinstance(before, Number) and isinstance(after, Number):
        return equal_numbers(before, after)
    return _same_in_another_kind(before, after, type_)


def meets(wanted: Any, found: Any, type_: str = "") -> bool:
    """Tell whether a value is what a scenario declares: the same, as far as Python can say it.

    None also stands for JSON's null, and the spaces that fill up a CHAR are nobody's.
    """
    if same(wanted, found, type_):
        return True
    type_ = type_.upper()
    if wanted is None:
        return "JSON" in type_ and bool(found == "null")
    filled = type_.startswith("CHAR") and isinstance(wanted, str) and isinstance(found, str)
    return filled and wanted.rstrip(" ") == found.rstrip(" ")


def _same_structure(before: Any, after: Any, type_: str) -> bool:
    if "JSON" not in type_ and isinstance(before, list) and isinstance(after, list):
        # An array of PostgreSQL's.
        return len(before) == len(after) and all(same(one, other, type_) for one, other in zip(before, after))  # noqa: B905
    try:
        return equal_documents(document(before), document(after))
    except RecursionError:
        return False


def _same_in_another_kind(before: Any, after: Any, type_: str) -> bool:
    """Compare what are not both text, nor both numbers."""
    if isinstance(before, str) and isinstance(after, Number) and writes(before, after, type_, from_text=True):
        return True
    if isinstance(before, Number) and isinstance(after, str) and writes(after, before, type_, from_text=False):
        return True
    boolean = {type(before), type(after)} & {bool} or any(word in type_ for word in ("BOOL", "TINYINT(1)"))
    readings = [moment, clock, *([truth] if boolean else [])]
    return any(_agree(read, before, after) for read in readings)


def _agree(read: Callable[[Any], Any], before: Any, after: Any) -> bool:
    one, other = read(before), read(after)
    if isinstance(one, datetime) and isinstance(other, datetime) and (one.tzinfo is None) != (other.tzinfo is None):
        # A zone was added or dropped: the clock on the wall is what was written down.
        return one.replace(tzinfo=None) == other.replace(tzinfo=None)
    return one is not None and other is not None and bool(one == other)


_TEXT_READINGS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("DATE", moment),
    ("TIME", moment),
    ("TIME", clock),
    ("UUID", uuid),
)


def identity(value: Any) -> str | None:
    """Return a value in a form that a change of type does not touch, to find it by: 36 and '36' are one."""
    value = text(value)
    if value is None:
        return None
    if isinstance(value, bool | int):
        return str(int(value))
    if isinstance(value, float | Decimal):
        return _plain(Decimal(repr(value)) if isinstance(value, float) else value)
    if (read := uuid(value)) is not None:
        return str(read)
    if (when := moment(value)) is not None:
        return when.isoformat()
    return str(value)


def _plain(number: Decimal) -> str:
    """Write a number without zeros at its end; one that is not finite, or of very many digits, by its name."""
    if not number.is_finite() or abs(number.adjusted()) > 400:
        return str(number)
    digits = format(number if number else abs(number), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
