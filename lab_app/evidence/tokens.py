"""SQL as a list of words, names, strings and signs, and such a list as text again."""

import re

_PATTERN = r"""--[^\n]*|/\*.*?(?:\*/|\Z)
      | (?:\b[BXN])?'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`
      | (?<![\w$])(?:\d+\.\d*|\.\d+|\d+(?=e[+-]?\d))(?:e[+-]?\d+)?(?![\w$])
      | [\w$]+ | :: | <=> | <> | != | <= | >= | == | << | >> | && | \|\| | ->> | -> | [^\s\w]"""
_FLAGS = re.VERBOSE | re.DOTALL | re.IGNORECASE
_TOKEN = re.compile(_PATTERN, _FLAGS)
#: Where [brackets] are quotes and not a subscript.
_TOKEN_OR_BRACKETS = re.compile(rf"\[[^\]]*\] | {_PATTERN}", _FLAGS)
_NAME = re.compile(r"[\w\"]")
_SIMPLE = re.compile(r"[A-Za-z_]\w*")
_NO_SPACE_AFTER = {"(", "[", ".", "::"}
_NO_SPACE_BEFORE = {")", "]", ",", ".", "::", "["}
#: Words that may stand before a parenthesis without being a function's name.
OPERATORS = {
    "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "THEN", "ELSE", "WHEN", "CASE", "ANY", "ALL", "AS", "WHERE",
    "EXISTS", "FROM", "VALUES",
}  # fmt: skip


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


def tokens(sql: str, brackets_quote: bool = False) -> list[str]:
    """Split a piece of SQL into words, names, strings and signs; comments are left out."""
    found = (_TOKEN_OR_BRACKETS if brackets_quote else _TOKEN).findall(sql)
    if "--" in sql or "/*" in sql:
        return [part for part in found if not part.startswith(("--", "/*"))]
    return found


def unquoted(token: str) -> str:
    """Return a name without its quotes."""
    return token[1:-1].replace(token[0] * 2, token[0]) if token[0] in '"`' else token


def quoted(name: str, reserved: frozenset[str] = frozenset()) -> str:
    """Write a name plainly, or in double quotes where it would not be a name without them."""
    plain = _SIMPLE.fullmatch(name) and name.upper() not in reserved
    return name if plain else '"' + name.replace('"', '""') + '"'


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


def without_outer(parts: list[str]) -> list[str]:
    """Take away the parentheses around the whole, and around a lone value where no function is called."""
    parts = list(parts)
    while parts and parts[0] == "(" and closing(parts, 0) == len(parts) - 1:
        parts = parts[1:-1]
    for place in range(len(parts) - 3, 0, -1):
        # A word before the parenthesis is a function or an operator that needs it.
        if parts[place] == "(" and parts[place + 2] == ")" and not _NAME.match(parts[place - 1]):
            parts[place : place + 3] = [parts[place + 1]]
    return parts


def joined(parts: list[str], comma: str = ", ") -> str:
    """Write tokens with even spaces."""
    text = ""
    for before, last, part in zip(["", "", *parts], ["", *parts], parts, strict=False):
        call = part == "(" and _NAME.match(last) and last.upper() not in OPERATORS
        sign = last == "-" and not (_NAME.match(before) or before in (")", "]") or before[:1] == "'")
        glued = not last or last in _NO_SPACE_AFTER or part in _NO_SPACE_BEFORE or call or sign
        if part == ",":
            text += comma
        else:
            text += part if glued or last == "," else " " + part
    return text
