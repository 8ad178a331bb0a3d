"""The values of five rows: an empty text, mixed case with an accent, the longest, the largest, before 1970."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lab_app.check.folding import Folded, fold

#: How many rows a table gets.
ROWS = 5
#: The longest text that is made where a column has no limit of its own.
_LONGEST = 500
#: The row whose values are NULL where they may be, and the one that repeats the second.
NULL_ROW, COPY_ROW = 3, 4
_ACCENT = "Mixed \u00c9 Case"


def value(type_: Folded, row: int, *, wild: bool) -> Any:
    """Return the value of a column in one row, from 0; ``wild`` ones bite, others are tidy and distinct."""
    kind = type_.kind
    if kind == "text":
        return _text(type_.size, row, wild)
    if kind == "enum":
        return type_.words[row % len(type_.words)] if type_.words else None
    if kind == "boolean":
        return row % 2 == 1
    if kind == "integer":
        largest = 2 ** ((type_.size or 32) - 1) - 1
        return (-largest, 0, largest, 1, 2)[row] if wild else row + 1
    if kind == "number":
        return _number(type_, row, wild)
    if kind == "array":
        element = fold(type_.words[0])  # of other kinds than these, drivers know an array only when it is empty
        simple = element.kind in ("text", "integer", "float", "boolean")
        return [value(element, each, wild=wild) for each in range(row if simple else 0)]
    if kind == "float":
        return (-1.5, 0.25, 3.0, 1.5, 2.5)[row] if wild else row + 1.5
    return _others(str(kind), row, wild)


def _text(size: int | None, row: int, wild: bool) -> str:
    length = min(size or _LONGEST, _LONGEST)
    if wild and row < NULL_ROW:
        return ("", _ACCENT[:length], "x" * length)[row]
    return f"v{row + 1}"[:length] if length > 1 else "abcde"[row]


def _number(type_: Folded, row: int, wild: bool) -> Decimal:
    if not wild:
        return Decimal(row + 1)
    digits, scale = min(type_.size or 10, 15), type_.scale or 0
    largest = Decimal(10**digits - 1).scaleb(-scale)
    return (-largest, Decimal(0), largest, Decimal(1), Decimal(2))[row]


def _others(kind: str, row: int, wild: bool) -> Any:
    if kind == "interval":
        return timedelta(hours=row, seconds=1)
    if kind == "datetime":
        bites = (datetime(1969, 7, 20, 20, 17, 40, 123456), datetime(2024, 2, 29, 23, 59, 59, 900000))
        return bites[row] if wild and row < len(bites) else datetime(2024, 1, 2, 3, 4, row + 1)
    if kind == "date":
        return (date(1969, 7, 20), date(2024, 2, 29))[row] if wild and row < 2 else date(2024, 1, row + 1)
    if kind == "time":
        return time(3, 4, 5 + row)
    if kind == "json":
        return ('{"a": true, "b": [1, "\u00e9"]}', "{}", '{"a": null}', '{"a": 1}', "[]")[row]
    if kind == "bytes":
        return (b"\x01", b"", b"\xffab", b"\x02", b"\x03")[row]
    return f"00000000-0000-4000-8000-{0x1234 + row:012x}"
