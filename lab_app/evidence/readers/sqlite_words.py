"""SQLite's words: its tokens, the ranks of its operators, and what a name means where it stands.

https://www.sqlite.org/lang_expr.html, https://www.sqlite.org/quirks.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_app.evidence import tokens as sql_tokens
from lab_app.evidence.expressions import leading
from lab_app.evidence.grammar import Grammar, NotUnderstood
from lab_app.evidence.tokens import joined, quoted, words

#: https://www.sqlite.org/lang_keywords.html; a name that is one of them is shown in quotes.
KEYWORDS = words(
    """ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN BY CASCADE
    CASE CAST CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME
    CURRENT_TIMESTAMP DATABASE DEFAULT DEFERRABLE DEFERRED DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE
    EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN FAIL FALSE FILTER FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB
    GROUP GROUPS HAVING IF IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY INNER INSERT INSTEAD INTERSECT INTO IS ISNULL
    JOIN KEY LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL NEW NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET OLD ON OR
    ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE REFERENCES REGEXP
    REINDEX RELEASE RENAME REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET TABLE TEMP TEMPORARY
    THEN TIES TO TRANSACTION TRIGGER TRUE UNBOUNDED UNION UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE
    WINDOW WITH WITHOUT"""
)
#: Keywords that may be a name without quotes: a column of this name is meant.
_SOFT = words(
    """ABORT ACTION AFTER ALWAYS ANALYZE ASC ATTACH BEFORE BEGIN BY CASCADE COLUMN CONFLICT CURRENT DATABASE DEFERRED
    DESC DETACH DO EACH EXCLUDE EXCLUSIVE EXPLAIN FAIL FALSE FILTER FIRST FOLLOWING FOR GENERATED GROUPS IF IGNORE
    IMMEDIATE INITIALLY INSTEAD KEY LAST MATERIALIZED NEW NO NULLS OF OFFSET OLD OTHERS OVER PARTITION PLAN PRAGMA
    PRECEDING QUERY RANGE RECURSIVE REINDEX RELEASE RENAME REPLACE RESTRICT ROLLBACK ROW ROWS SAVEPOINT TEMP TEMPORARY
    TIES TRIGGER TRUE UNBOUNDED VACUUM VIEW VIRTUAL WINDOW WITH WITHOUT"""
)
#: Keywords that are a name, if at all, where no operator can stand: after these, or at the beginning.
_OPERATORS = words("LIKE GLOB REGEXP MATCH END")
_BEFORE_OPERANDS = words(
    "( , AND OR WHEN THEN ELSE CASE + - * / % || = == <> != < > <= >= ON BY WHERE SELECT SET HAVING"
)
_TESTS = ("=", "<>", "IS", "IN", "LIKE", "GLOB", "REGEXP", "MATCH", "BETWEEN", "ISNULL", "NOTNULL")
GRAMMAR = Grammar(
    binary={
        "OR": 1, "AND": 2, **dict.fromkeys(_TESTS, 4), **dict.fromkeys(("<", "<=", ">", ">="), 5),
        **dict.fromkeys(("&", "|", "<<", ">>"), 7), "+": 8, "-": 8, "*": 9, "/": 9, "%": 9,
        **dict.fromkeys(("||", "->", "->>"), 10), "COLLATE": 11,
    },
    prefix={"NOT": 3, "-": 12, "+": 12, "~": 12},
    associative=frozenset({"AND", "OR"}),
    negatable=frozenset({"IN", "LIKE", "GLOB", "REGEXP", "MATCH", "BETWEEN", "NULL"}),
    # TRUE is 1 everywhere but after IS, where the parser takes it as it is.
    literals={"TRUE": "1", "FALSE": "0"},
    same={"!=": "<>", "==": "="},
    folds=True,
)  # fmt: skip
_ROWID = frozenset({"rowid", "oid", "_rowid_"})
_LARGEST = 2**63 - 1
_HEX = re.compile(r"0x[0-9a-f]+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)


def tokens(sql: str) -> list[str]:
    """Split a statement as SQLite does, for which [brackets] are quotes."""
    return sql_tokens.tokens(sql, brackets_quote=True)


def unquoted(token: str) -> str:
    """Return a name without its quotes, of which SQLite has four kinds."""
    if token[0] == "[" and len(token) > 1:
        return token[1:-1]
    return token[1:-1].replace(token[0] * 2, token[0]) if token[0] in "\"`'" else token


def number(text: str) -> int | float | None:
    """Read a number as SQLite does: a whole one that is too large becomes a float; None if it is none."""
    if _HEX.fullmatch(text):
        value = int(text, 16)
        return value if value <= _LARGEST else None
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) if text.isdecimal() and int(text) <= _LARGEST else float(text)


@dataclass(frozen=True)
class Scope:
    """What names mean: ``names`` are those that exist, each in small letters with its declared spelling.

    A name in double quotes that does not exist is a string (https://www.sqlite.org/quirks.html#dblquote).
    ``table`` in front of a column says nothing.
    """

    table: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def spelled(self, parts: list[str]) -> list[str]:
        """Write each token in its one spelling: keywords in capitals, names as declared, numbers by their value."""
        if "." in parts and self.table:
            parts = self.unqualified(parts)
        afters = [*parts[1:], ""]
        return [self._word(*three) for three in zip(["", *parts], parts, afters, strict=False)]

    def expression(self, parts: list[str]) -> str:
        """Write an expression in one spelling; one that is not understood keeps its parentheses."""
        words = self.spelled(parts)
        try:
            text, rest = leading(words, GRAMMAR)
        except NotUnderstood:
            rest = words
        return joined(words) if rest else text

    def name(self, token: str) -> str:
        """Return the declared spelling of a name, or the name itself where there is none of it."""
        name = unquoted(token)
        return self.names.get(name.lower(), name)

    def unqualified(self, parts: list[str]) -> list[str]:
        """Leave out the table's name in front of a column, and the database's in front of that."""
        found: list[str] = []
        for part in parts:
            if part == "." and found and unquoted(found[-1]).lower() == self.table:
                found.pop()
                if found[-2:] and found[-1] == "." and unquoted(found[-2]).lower() == "main":
                    del found[-2:]
            else:
                found.append(part)
        return found

    def _word(self, before: str, token: str, after: str) -> str:
        first = token[0]
        if before.upper() == "COLLATE":
            return unquoted(token).upper()
        if first == "'" or token[1:2] == "'":
            return token if first == "'" else token.upper()
        if first in '"`[':
            return self._quoted(before, token, after)
        if first.isdigit() or (first == "." and len(token) > 1):
            value = number(token)
            return token.upper() if value is None or value == float("inf") else repr(value)
        if not (first.isalpha() or first == "_"):
            return GRAMMAR.same.get(token, token)
        upper, lower = token.upper(), token.lower()
        known = self.names.get(lower)
        operand = not before or before.upper() in _BEFORE_OPERANDS
        soft = known and (upper in _SOFT or (upper in _OPERATORS and operand and after != "("))
        if upper in KEYWORDS and not soft and before != ".":
            return upper
        if known and (after != "(" or before == "."):
            return quoted(known, KEYWORDS)
        return "rowid" if lower in _ROWID else lower

    def _quoted(self, before: str, token: str, after: str) -> str:
        name = unquoted(token)
        known = self.names.get(name.lower())
        if known is None and name.lower() in _ROWID:
            known = "rowid"
        if known is None and token[0] == '"' and "." not in (before, after) and after != "(" and before.upper() != "AS":
            return "'" + name.replace("'", "''") + "'"
        return quoted(known if known is not None else name.lower(), KEYWORDS)
