"""What a value can be read as: a number, a moment, a document. ``None`` says that it is no such thing."""

import contextlib
import json
import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

#: A number as an engine writes it: no zero in front, no sign but a minus, no space.
_WRITTEN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?([eE][+-]?[0-9]+)?")
_NOT_FINITE = {"nan": "nan", "inf": "inf", "infinity": "inf", "-inf": "-inf", "-infinity": "-inf"}
_SCALE = re.compile(r"\([0-9]+, ?([0-9]+)\)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?)?", re.ASCII)
_CLOCK = re.compile(r"(-?)(\d{1,3}):(\d\d)(?::(\d\d(?:\.\d+)?))?", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}")
_TRUE, _FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}

Number = int | float | Decimal


def text(value: Any) -> Any:
    """Return text where it is text in another coat: a BLOB that holds what a VARCHAR held is the same."""
    if isinstance(value, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            return value.decode()
    return value


def equal_numbers(one: Number, other: Number) -> bool:
    """Tell whether two numbers are one; a float is also the decimal that its shortest text says: 1.1 is 1.10."""
    if one != one or other != other:
        return one != one and other != other
    if one == other:
        return True
    for number, decimal in ((one, other), (other, one)):
        if isinstance(number, float) and isinstance(decimal, Decimal):
            return Decimal(repr(number)) == decimal
    return False


def writes(words: str, number: Number, type_: str, *, from_text: bool) -> bool:
    """Tell whether a text is what a number is written as, so that the one can be had back from the other.

    01067, +5, 1e3 and .5 are the text of no number. Where the text came first, its zeros at the end must be there
    too: 1.50 is a DECIMAL(10,2) of 1.5 and no float.
    """
    if not math.isfinite(number):
        return _NOT_FINITE.get(words.lower()) == _NOT_FINITE[str(number).lower()]
    match = _WRITTEN.fullmatch(words)
    if not match or (match[2] and not _with_exponent(number)) or not equal_numbers(Decimal(words), number):
        return False
    if words.startswith("-") and not number and not _negative(number):
        return False
    decimals = match[1] or ""
    return not (from_text and decimals.endswith("0")) or len(decimals) <= _decimals(number, type_)


def _with_exponent(number: Number) -> bool:
    """Tell whether engines write a float with an exponent: of those that do, none does between these."""
    return isinstance(number, float) and not 1e-3 <= abs(number) < 1e15


def _negative(zero: Number) -> bool:
    return not isinstance(zero, int) and math.copysign(1, zero) < 0


def _decimals(number: Number, type_: str) -> int:
    scale = _SCALE.search(type_)
    exponent = Decimal(str(number)).as_tuple().exponent if isinstance(number, float | Decimal) else 0
    return max(-int(exponent), int(scale[1]) if scale else 0)


def truth(value: Any) -> bool | None:
    """Read a truth value, be it a word."""
    word = str(value).lower()
    return word in _TRUE if word in _TRUE | _FALSE else None


def moment(value: Any) -> datetime | None:
    """Read a moment; a date is its midnight."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value if isinstance(value, datetime) else None


def clock(value: Any) -> timedelta | None:
    """Read a time of day, or a span."""
    if isinstance(value, time):
        value = value.isoformat()
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value)):
        span = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=float(match[4] or 0))
        return -span if match[1] else span
    return value if isinstance(value, timedelta) else None


def uuid(value: Any) -> UUID | None:
    """Read a UUID: one already, its 32 digits with or without hyphens, or its 16 bytes."""
    if isinstance(value, bytes) and len(value) == 16:
        return UUID(bytes=value)
    if isinstance(value, str) and _UUID.fullmatch(value):
        return UUID(value)
    return value if isinstance(value, UUID) else None


def document(value: Any) -> Any:
    """Read JSON with every digit of its numbers. A text that is no JSON is the string that it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, RecursionError):
        return value


def equal_documents(one: Any, other: Any) -> bool:
    """Tell whether two documents are one. The order of keys means nothing, 1 is 1.0, and true is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal_documents(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal_documents, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Number) and isinstance(other, Number):
        return equal_numbers(one, other)
    return type(one) is type(other) and bool(one == other)
