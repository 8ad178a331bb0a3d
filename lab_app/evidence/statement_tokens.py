"""A statement's words, without comments: enough of SQL's spelling to see what a statement is, on every engine."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = r"[^\W\d][\w$]*"
#: A comment that MySQL and MariaDB execute (/*!50001 … */) is left open: its words count.
_TOKEN = rf"""
    (?P<skip>\s+|--[^\n]*|\#(?![>\-])[^\n]*|/\*M?!\d*|\*/)
    |(?P<comment>/\*)
    |(?P<body>\$(?P<tag>{_WORD})?\$.*?\$(?(tag)(?P=tag))\$)
    |(?P<string>[EeNnXxBb]?'(?:[^'ESCAPE]|''ESCAPED)*(?P<end>'|\Z))
    |(?P<name>"(?:[^"ESCAPE]|""ESCAPED)*"|`(?:[^`]|``)*`|\[[^\W\d][^\]\n]*\])
    |(?P<word>@*{_WORD})
    |\d[\w.]*|.
"""
_STANDARD = re.compile(_TOKEN.replace("ESCAPED", "").replace("ESCAPE", ""), re.VERBOSE | re.DOTALL)
#: With backslashes in strings, as MySQL, MariaDB and E'…' have them.
_BACKSLASHES = re.compile(_TOKEN.replace("ESCAPED", r"|\\.").replace("ESCAPE", r"\\"), re.VERBOSE | re.DOTALL)


class Token(NamedTuple):
    """A word in upper case, or something quoted as it stands, or a sign; and where it begins."""

    text: str
    start: int

    @property
    def called(self) -> str:
        """The name that it is, if it is one: in lower case, without its quotes."""
        return self.text.strip('"`[]').lower() if self.text[0] in '"`[' or self.text[0].isalpha() else ""

    @property
    def inside(self) -> str:
        """What stands between the quotes of a string, or between the dollars of a body; else nothing."""
        if self.text.startswith("$") and self.text != "$":
            return self.text.split("$", 2)[2].rpartition("$")[0].rpartition("$")[0]
        return self.text.partition("'")[2].removesuffix("'").replace("''", "'")


def tokens(sql: str) -> list[Token]:
    """Split SQL into tokens; what is quoted is one token each."""
    if "\\" in sql:
        found, closed = _split(sql, _BACKSLASHES)
        if closed:
            return found
    return _split(sql, _STANDARD)[0]


def statements(sql: str) -> list[list[Token]]:
    """Split a string into its statements, by the semicolons between them."""
    found: list[list[Token]] = [[]]
    for token in tokens(sql):
        if token.text == ";":
            found.append([])
        else:
            found[-1].append(token)
    return [statement for statement in found if statement]


def _split(sql: str, pattern: re.Pattern[str]) -> tuple[list[Token], bool]:
    """Return the tokens, and whether every string is closed."""
    found: list[Token] = []
    place, closed = 0, True
    while match := pattern.match(sql, place):
        place = match.end()
        if match["comment"]:
            place = _end_of_comment(sql, place)
        elif not match["skip"]:
            closed = closed and match["end"] != ""
            found.append(Token(match[0].upper() if match["word"] else match[0], match.start()))
    return found, closed


def _end_of_comment(sql: str, start: int) -> int:
    """Return where a comment ends: PostgreSQL's hold others; where that does not come out even, they do not."""
    depth = 1
    for sign in re.finditer(r"/\*|\*/", sql[start:]):
        depth += 1 if sign[0] == "/*" else -1
        if not depth:
            return start + sign.end()
    end = sql.find("*/", start)
    return len(sql) if end < 0 else end + len("*/")
