"""What simple CHECKs say of one column: words of a list, a range."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lab_app.check.folding import Folded

_NUMBER = r"\(?'?(-?\d+)(?:\.\d+)?'?\)?"


def allowed(checks: Iterable[str], column: str, type_: Folded) -> list[Any] | None:
    """Return values that satisfy the CHECKs that name a column, as far as they can be read; None for no such CHECK."""
    for text in checks:
        if not re.search(rf"\b{re.escape(column)}\b", text):
            continue
        values = _listed(text, column) or _in_range(text, column, type_) or _not_empty(text, column, type_)
        if values:
            return values
    return None


def _listed(text: str, column: str) -> list[Any] | None:
    """Read ``c IN (…)`` and ``c = ANY (ARRAY[…])``."""
    found = re.search(
        rf"\b{re.escape(column)}\b[`\")]*(?:::[\w ]+)?\)*\s+(?:IN\s*\(|=\s*ANY\s*\(+ARRAY\s*\[)(.*?)[\])]",
        text,
        re.IGNORECASE,
    )
    if not found:
        return None
    words = [word.replace("''", "'") for word in re.findall(r"'((?:[^']|'')*)'", found[1])]
    return words or [int(number) for number in re.findall(r"-?\d+", found[1])] or None


def _in_range(text: str, column: str, type_: Folded) -> list[Any] | None:
    """Read comparisons with a number, and BETWEEN."""
    if type_.kind not in ("integer", "number", "float"):
        return None
    name = rf"\b{re.escape(column)}\b[`\")]*(?:::[\w ]+)?\)*"
    between = re.findall(rf"{name}\s+BETWEEN\s+{_NUMBER}\s+AND\s+{_NUMBER}", text, re.IGNORECASE)
    low = [int(number) + (sign == ">") for sign, number in re.findall(rf"{name}\s*(>=?)\s*{_NUMBER}", text)]
    high = [int(number) - (sign == "<") for sign, number in re.findall(rf"{name}\s*(<=?)\s*{_NUMBER}", text)]
    low += [int(number) for number, _ in between]
    high += [int(number) for _, number in between]
    if not low and not high:
        return None
    least = max(low) if low else min(high) - 10
    most = min(high) if high else least + 10
    return [*dict.fromkeys((least, most, (least + most) // 2, min(least + 1, most), max(most - 1, least)))]


def _not_empty(text: str, column: str, type_: Folded) -> list[Any] | None:
    """Read what keeps a text from being empty: ``c <> ''``, ``length(c) > 0``."""
    if type_.kind != "text":
        return None
    longer = re.search(rf"length\(+[`\"]?{re.escape(column)}[`\"]?\)*[^)]*\)\s*(>=?)\s*(\d+)", text, re.IGNORECASE)
    if longer:
        least = int(longer[2]) + (longer[1] == ">")
        return ["v".ljust(least, "x"), "w".ljust(least, "x")]
    return ["v1", "v2"] if re.search(rf"\b{re.escape(column)}\b[`\")]*\s*(<>|!=)\s*''", text) else None
