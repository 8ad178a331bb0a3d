"""SQL fragments in one spelling, so that only what an engine means is compared.

Two ways to make the same column leave texts that differ in white space, quotes and parentheses.
These functions level that, and nothing that changes a result.
"""

import re

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
      | (?:\b[BXN])?'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`
      | [\w$]+ | :: | <> | != | <= | >= | \|\| | ->> | -> | [^\s\w]""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_NAME = re.compile(r"[\w\"]")
_NO_SPACE_AFTER = {"(", "[", ".", "::"}
_NO_SPACE_BEFORE = {")", "]", ",", ".", "::", "["}
#: Words that may stand before a parenthesis without being a function's name.
_OPERATORS = {"and", "or", "not", "in", "like", "between", "is", "then", "else", "when", "case", "any", "as", "where"}
_NUMERIC = re.compile(r"\b(TINY|SMALL|MEDIUM|BIG)?INT(EGER)?\b|NUMERIC|DECIMAL|FLOAT|DOUBLE|REAL|BOOL", re.IGNORECASE)
_QUOTED_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'")
_NOW = re.compile(r"(?:now|current_timestamp)(?:\(\)|(\(\d\)))?", re.IGNORECASE)


def tokens(sql: str) -> list[str]:
    """Split a piece of SQL into words, names, strings and signs; comments are left out."""
    return [match[0] for match in _TOKEN.finditer(sql) if not match["comment"]]


def unquoted(token: str) -> str:
    """Return a name without its quotes."""
    if token[0] in '"`':
        return token[1:-1].replace(token[0] * 2, token[0])
    return token


def groups(parts: list[str]) -> list[list[str]]:
    """Split tokens at the commas that are outside every parenthesis."""
    depth = 0
    found: list[list[str]] = [[]]
    for part in parts:
        depth += (part == "(") - (part == ")")
        if part == "," and not depth:
            found.append([])
        else:
            found[-1].append(part)
    return found


def closing(parts: list[str], start: int) -> int:
    """Find the place of the parenthesis that closes the one at ``start``."""
    depth = 0
    for place in range(start, len(parts)):
        depth += (parts[place] == "(") - (parts[place] == ")")
        if not depth:
            return place
    return len(parts) - 1


def expression(sql: str | list[str]) -> str:
    """Write an expression with plain names unquoted, even spaces, no parentheses around the whole or a lone value."""
    parts = [_plain(part) for part in (tokens(sql) if isinstance(sql, str) else sql)]
    while parts and parts[0] == "(" and closing(parts, 0) == len(parts) - 1:
        parts = parts[1:-1]
    for place in range(len(parts) - 3, 0, -1):
        # A word before the parenthesis is a function or an operator that needs it.
        if parts[place] == "(" and parts[place + 2] == ")" and not _NAME.match(parts[place - 1]):
            parts[place : place + 3] = [parts[place + 1]]
    return _joined(parts)


def type_text(sql: str) -> str:
    """Write a column type in capitals, members of an ENUM as they are: ``VARCHAR(100)``, ``ENUM('a','b')``."""
    parts = [part if part[0] in "'\"`" else part.upper() for part in tokens(sql)]
    return _joined(parts, comma=",")


def default_text(sql: str | None, type_: str) -> str | None:
    """Write a server default in one spelling: ``'n'``, ``0``, ``CURRENT_TIMESTAMP``; None for none and for NULL."""
    text = expression(sql or "")
    if text.upper() in ("", "NULL"):
        return None
    if now := _NOW.fullmatch(text):
        return "CURRENT_TIMESTAMP" + (now[1] or "")
    number = _QUOTED_NUMBER.fullmatch(text)
    return number[1] if number and _NUMERIC.search(type_) else text


def _plain(token: str) -> str:
    if token[0] not in '"`':
        return token
    name = unquoted(token)
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else '"' + name.replace('"', '""') + '"'


def _joined(parts: list[str], comma: str = ", ") -> str:
    text = ""
    for before, last, part in zip(["", "", *parts], ["", *parts], parts, strict=False):
        call = part == "(" and _NAME.match(last) and last.lower() not in _OPERATORS
        sign = last == "-" and not (_NAME.match(before) or before in (")", "]") or before[:1] == "'")
        glued = not last or last in _NO_SPACE_AFTER or part in _NO_SPACE_BEFORE or call or sign
        if part == ",":
            text += comma
        else:
            text += part if glued or last == "," else " " + part
    return text
