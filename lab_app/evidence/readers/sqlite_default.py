"""A column's DEFAULT on SQLite, as the value that a row gets: that depends on the column's affinity.

https://www.sqlite.org/datatype3.html#determination_of_column_affinity
"""

import re
from functools import lru_cache

from lab_app.evidence.readers.sqlite_words import KEYWORDS, Scope, number, tokens, unquoted
from lab_app.evidence.tokens import without_outer

_STRING = re.compile(r"'((?:[^']|'')*)'")
_SIGNED = re.compile(r"\s*([+-]?)\s*([\d.][\w.+-]*)\s*")
#: Both give the same text: https://www.sqlite.org/lang_datefunc.html
_NOW = {
    "datetime('now')": "CURRENT_TIMESTAMP",
    "datetime()": "CURRENT_TIMESTAMP",
    "date('now')": "CURRENT_DATE",
    "date()": "CURRENT_DATE",
    "time('now')": "CURRENT_TIME",
    "time()": "CURRENT_TIME",
}


@lru_cache(maxsize=4096)
def default(sql: str | None, type_: str, strict: bool) -> str | None:
    """Write a default in one spelling: ``'n'``, ``0``, ``CURRENT_TIMESTAMP``; None for none and for NULL."""
    parts = without_outer(tokens(sql or ""))
    if not parts:
        return None
    text = _text(parts)
    if text == "NULL":
        return None
    affinity = "" if strict and type_ == "ANY" else _affinity(type_)
    string, value = _STRING.fullmatch(text), _number(text)
    if value is not None and affinity == "TEXT":
        return f"'{value}'"
    if string and affinity in ("INTEGER", "REAL", "NUMERIC") and "0x" not in string[1].lower():
        value = _number(string[1])
    if value is None:
        return _NOW.get(text, text)
    whole = affinity in ("INTEGER", "REAL", "NUMERIC") and value == int(value) and abs(value) < 2**63
    return str(int(value) if whole else value)


def _text(parts: list[str]) -> str:
    if len(parts) == 1 and (parts[0][0] in '"`[' or (parts[0][0].isalpha() and parts[0].upper() not in KEYWORDS)):
        # A bare name is a string, whatever its quotes; a BLOB is none.
        return parts[0].upper() if "'" in parts[0][1:2] else "'" + unquoted(parts[0]).replace("'", "''") + "'"
    return Scope().expression(parts)


def _number(text: str) -> int | float | None:
    if not (found := _SIGNED.fullmatch(text)) or (value := number(found[2])) is None:
        return None
    value = -value if found[1] == "-" else value
    return None if abs(value) == float("inf") else value


def _affinity(type_: str) -> str:
    for words, affinity in (
        (("INT",), "INTEGER"),
        (("CHAR", "CLOB", "TEXT"), "TEXT"),
        (("BLOB",), ""),
        (("REAL", "FLOA", "DOUB"), "REAL"),
    ):
        if any(word in type_ for word in words):
            return affinity
    return "NUMERIC" if type_ else ""
