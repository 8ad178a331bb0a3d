"""SQL fragments in one spelling, so that only what an engine means is compared.

Two ways to make the same column leave texts that differ in white space, quotes, parentheses and the case of
keywords. These functions level that, and nothing that changes a result on any engine.
"""

import re
from functools import lru_cache

from lab_app.evidence.expressions import level
from lab_app.evidence.grammar import KEYWORDS, NotUnderstood
from lab_app.evidence.tokens import closing, groups, joined, quoted, tokens, unquoted, without_outer

#: The readers take tokens from here as well.
__all__ = ["closing", "default_text", "expression", "groups", "tokens", "type_text", "unquoted"]

_NUMERIC = re.compile(r"\b(TINY|SMALL|MEDIUM|BIG)?INT(EGER)?\b|NUMERIC|DECIMAL|FLOAT|DOUBLE|REAL|BOOL", re.IGNORECASE)
_QUOTED_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'")
_NOW = re.compile(r"(?:now|current_timestamp)(?:\(\)|(\(\d\)))?", re.IGNORECASE)


def expression(sql: str | list[str]) -> str:
    """Write an expression with plain names unquoted, keywords in capitals, ``<>``, and parentheses where they matter.

    An expression with words that not all engines have keeps its parentheses, but for those around the whole.
    """
    return _levelled(sql if isinstance(sql, str) else " ".join(sql))


@lru_cache(maxsize=4096)
def _levelled(sql: str) -> str:
    parts = [_spelled(part) for part in tokens(sql)]
    try:
        return level(parts)
    except NotUnderstood:
        return joined(without_outer(parts))


@lru_cache(maxsize=4096)
def type_text(sql: str) -> str:
    """Write a column type in capitals, members of an ENUM as they are: ``VARCHAR(100)``, ``ENUM('a','b')``."""
    parts = [part if part[0] in "'\"`" else part.upper() for part in tokens(sql)]
    return joined(parts, comma=",")


def default_text(sql: str | None, type_: str) -> str | None:
    """Write a server default in one spelling: ``'n'``, ``0``, ``CURRENT_TIMESTAMP``; None for none and for NULL."""
    text = expression(sql or "")
    if text.upper() in ("", "NULL"):
        return None
    if now := _NOW.fullmatch(text):
        return "CURRENT_TIMESTAMP" + (now[1] or "")
    number = _QUOTED_NUMBER.fullmatch(text)
    return number[1] if number and _NUMERIC.search(type_) else text


def _spelled(part: str) -> str:
    if part[0] in '"`':
        return quoted(unquoted(part), KEYWORDS)
    if part == "!=":
        return "<>"
    word = part.upper()
    return word if word in KEYWORDS else part
