"""One value of a row: how JSON writes it, and when two of them are the same."""

import contextlib
import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from lab_app.evidence.types import Value

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?)?")
_CLOCK = re.compile(r"(\d{1,3}):(\d\d)(?::(\d\d(?:\.\d+)?))?")
_TRUE, _FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}


def encode(value: Any) -> Value:
    """Write a value as a driver hands it over as JSON: with the name of its type where JSON lacks that."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"other": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict | list):
        # psycopg2 reads JSON and arrays for us; the other drivers hand over the text.
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

    ``'36'`` is 36 and ``'1.50'`` is 1.5, ``'true'`` is True is 1, ``'2024-01-02 03:04:05'`` is that
    datetime. NULL is NULL only: not ``''``, not 0. ``type_``, the column's type now, says what else text
    may mean: ``'yes'`` may become 1 in a BOOLEAN and not in an INTEGER, and text that stays text is the
    same letter by letter unless it is a date, JSON or a UUID now (SQLite keeps all three as text).
    """
    if before is None or after is None:
        return before is after
    before, after, type_ = _raw(before), _raw(after), type_.upper()
    # NaN is the one value that is not equal to itself.
    if before == after or (before != before and after != after):
        return True
    if isinstance(before, str) and isinstance(after, str):
        return any(_agree(read, before, after) for word, read in _TEXT_READINGS if word in type_)
    boolean = {type(before), type(after)} & {bool} or any(word in type_ for word in ("BOOL", "TINYINT(1)"))
    readings = [_number, _moment, _clock, _document, *([_truth] if boolean else [])]
    return any(_agree(read, before, after) for read in readings)


def _raw(value: Any) -> Any:
    """Return text where it is text in another coat: a BLOB that holds what a VARCHAR held is the same."""
    if isinstance(value, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            return value.decode()
    return str(value) if isinstance(value, UUID) else value


def _agree(read: Callable[[Any], Any], before: Any, after: Any) -> bool:
    one, other = read(before), read(after)
    if isinstance(one, datetime) and isinstance(other, datetime) and (one.tzinfo is None) != (other.tzinfo is None):
        # A zone was added or dropped: the clock on the wall is what was written down.
        return one.replace(tzinfo=None) == other.replace(tzinfo=None)
    return one is not None and other is not None and bool(one == other)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool | int | Decimal):
        return Decimal(value)
    if isinstance(value, float):
        # The shortest text that reads back as the same float: 1.1 is Decimal('1.1').
        return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    return Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _truth(value: Any) -> bool | None:
    word = str(value).lower()
    return word in _TRUE if word in _TRUE | _FALSE else None


def _moment(value: Any) -> datetime | None:
    """Read a moment; a date is its midnight."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value if isinstance(value, datetime) else None


def _clock(value: Any) -> timedelta | None:
    if isinstance(value, time):
        value = value.isoformat()
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value)):
        return timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=float(match[3] or 0))
    return value if isinstance(value, timedelta) else None


def _document(value: Any) -> Any:
    if isinstance(value, dict | list):
        return value
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None


def _uuid(text: str) -> str:
    return text.replace("-", "").lower()


_TEXT_READINGS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("DATE", _moment),
    ("TIME", _moment),
    ("TIME", _clock),
    ("JSON", _document),
    ("UUID", _uuid),
)
