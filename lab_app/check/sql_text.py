"""A text of SQL as its statements: what ``psql``, ``mysql`` and ``sqlite3`` read of a file, and what dumps hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Comments are part of no statement; those that MySQL and MariaDB execute are, but for one to mariadb itself.
_COMMENT = re.compile(r"--[^\n]*|/\*(?!!|M!).*?\*/|/\*M!999999.*?\*/|\s+", re.DOTALL)
#: A command of psql's, and the one of mysql's; each has a line of its own.
_COMMAND = re.compile(r"\\[^\n]*")
_DELIMITER = re.compile(r"DELIMITER[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_TEXT, _ESCAPED_TEXT = re.compile(r"'(?:[^']|'')*'"), re.compile(r"'(?:[^'\\]|''|\\.)*'", re.DOTALL)
#: What else a semicolon may stand in without ending a statement.
_QUOTED = re.compile(r"--[^\n]*|/\*.*?\*/|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|(\$\w*\$).*?\1", re.DOTALL)
_COPY = re.compile(r"COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
#: Statements whose bodies hold statements, and the words that such a body opens and ends with.
_WITH_BODY = re.compile(r"\s*CREATE\b.*?\b(?:TRIGGER|FUNCTION|PROCEDURE|EVENT)\b", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(r"\bEND\s+CASE\b|\bEND\b(?!\s+(?:IF|LOOP|WHILE|REPEAT)\b)|\b(?:BEGIN|CASE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Copied:
    """A ``COPY … FROM stdin`` with the lines that follow it."""

    sql: str
    rows: str


def split(text: str, *, escapes: bool = True) -> Iterator[str | Copied]:
    """Yield the statements of a text, without the comments before each.

    ``escapes`` tells whether a backslash in a text takes the next character with it, as it does in MySQL.
    """
    reader = _Reader(text, escapes)
    while (statement := reader.next()) is not None:
        if statement:
            yield statement


class _Reader:
    """Reads one statement after the other."""

    def __init__(self, text: str, escapes: bool) -> None:
        self._text = text
        self._escapes = escapes
        self._at = 0
        self._set_delimiter(";")

    def next(self) -> str | Copied | None:
        """Return the next statement, which may be empty; None at the end."""
        self._skip()
        if self._at >= len(self._text):
            return None
        start, plain = self._at, list[str]()
        while self._at < len(self._text):
            if self._text.startswith(self._delimiter, self._at):
                if not self._is_open(start, plain):
                    break
                self._at += 1
            plain.append(self._part())
        statement = self._text[start : self._at].strip()
        self._at += len(self._delimiter)
        return self._copied(statement) if _COPY.match(statement) else statement

    def _set_delimiter(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._run = re.compile(rf"[^'\"`$/\-{re.escape(delimiter[0])}]+")

    def _skip(self) -> None:
        """Pass over comments, commands, and the words that change the delimiter."""
        while True:
            if found := _COMMENT.match(self._text, self._at) or _COMMAND.match(self._text, self._at):
                self._at = found.end()
            elif found := _DELIMITER.match(self._text, self._at):
                self._at = found.end()
                self._set_delimiter(found[1])
            else:
                return

    def _part(self) -> str:
        """Pass over one part of a statement, and return it where it is neither quoted nor a comment."""
        if found := self._run.match(self._text, self._at):
            self._at = found.end()
            return found[0]
        if found := self._quoted():
            self._at = found.end()
            return " "
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def _quoted(self) -> re.Match[str] | None:
        if self._text.startswith("'", self._at):
            marked = re.search(r"(?<!\w)[eE]\Z", self._text[max(0, self._at - 2) : self._at])
            return (_ESCAPED_TEXT if self._escapes or marked else _TEXT).match(self._text, self._at)
        return _QUOTED.match(self._text, self._at)

    def _is_open(self, start: int, plain: list[str]) -> bool:
        """Tell whether a body has begun that has not ended: its semicolons end no statement."""
        if self._delimiter != ";" or not _WITH_BODY.match(self._text, start, self._at):
            return False
        words = [word.upper() for word in _BODY.findall("".join(plain))]
        return 2 * sum(word in ("BEGIN", "CASE") for word in words) > len(words)

    def _copied(self, sql: str) -> Copied:
        """Read the lines of a COPY, up to the one that ends it."""
        start = self._text.find("\n", self._at) + 1 or len(self._text)
        ended = re.compile(r"^\\\.\r?$", re.MULTILINE).search(self._text, start)
        end, self._at = (ended.start(), ended.end()) if ended else (len(self._text), len(self._text))
        return Copied(sql, self._text[start:end])
