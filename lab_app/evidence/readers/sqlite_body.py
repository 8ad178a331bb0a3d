"""Views, triggers and virtual tables of SQLite: statements in one spelling.

A statement is cut at its keywords and commas, and what is between them are expressions, names, or tokens that
stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lab_app.evidence.expressions import leading
from lab_app.evidence.grammar import NotUnderstood
from lab_app.evidence.readers.sqlite_words import GRAMMAR, KEYWORDS, Scope, tokens, unquoted
from lab_app.evidence.tokens import closing, groups, joined, quoted, words

#: Keywords inside of an expression; at all others a statement is cut.
_INSIDE = words(
    """AND OR NOT IN IS NULL LIKE GLOB REGEXP MATCH BETWEEN TRUE FALSE CASE WHEN THEN ELSE END CAST AS COLLATE ESCAPE
    EXISTS ISNULL NOTNULL RAISE ASC DESC NEW OLD CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP ABORT FAIL ROLLBACK IGNORE
    REPLACE FILTER OVER"""
)
_CUTS = KEYWORDS - _INSIDE
_QUERY = ("SELECT", "WITH", "VALUES")
_EVENTS = ("INSERT", "DELETE", "UPDATE")


@dataclass(frozen=True)
class Bodies:
    """Statements of one database: ``names`` are its tables and columns, in small letters with their spelling."""

    names: Mapping[str, str]

    def view(self, sql: str) -> str:
        """Write what a view selects, after the names of its columns where those are given."""
        parts = tokens(sql)
        body = next(place for place, part in enumerate(parts) if place > 2 and part.upper() == "AS")
        columns = f"{joined(self._names(parts[3:body]))} AS " if body > 3 else ""
        return columns + self.statement(parts[body + 1 :])

    def trigger(self, sql: str) -> str:
        """Write when a trigger acts, and what it does. BEFORE and FOR EACH ROW go without saying."""
        parts = tokens(sql)
        words = [part.upper() for part in parts]
        event = next(place for place, word in enumerate(words) if place > 2 and word in _EVENTS)
        when = " ".join(words[3:event]) or "BEFORE"
        on, begin = words.index("ON", event), _begin(words, event)
        text = f"{when} {words[event]}"
        if words[event + 1] == "OF":
            columns = sorted(part[0] for part in groups(self._names(parts[event + 2 : on])))
            text += f" OF {', '.join(columns)}"
        if "WHEN" in words[on:begin]:
            text += f" WHEN {self._piece(self._spelled(parts[words.index('WHEN', on) + 1 : begin]))}"
        statements = _statements(parts[begin + 1 : -1])
        return f"{text} BEGIN {'; '.join(self.statement(statement) for statement in statements)}; END"

    def statement(self, parts: list[str]) -> str:
        """Write a statement in one spelling."""
        return self._query(_without_noise(self._spelled(_unqualified(parts))))

    def _spelled(self, parts: list[str]) -> list[str]:
        # An alias is a name as well, though no table has it.
        known = {
            unquoted(part).lower()
            for before, part in zip(("", *parts), parts, strict=False)
            if part[0] not in "'\"" or before.upper() == "AS" or (part[0] == '"' and _ends_operand(before))
        }
        return Scope("", {**{name: name for name in known if name.upper() not in KEYWORDS}, **self.names}).spelled(
            parts
        )

    def _names(self, parts: list[str]) -> list[str]:
        scope = Scope("", self.names)
        return [part if part in "()," else quoted(scope.name(part), KEYWORDS) for part in parts]

    def _query(self, parts: list[str]) -> str:
        text: list[str] = []
        start = place = 0
        while place <= len(parts):
            if place == len(parts) or parts[place] in _CUTS:
                if place > start:
                    pieces = [self._piece(piece) for piece in groups(parts[start:place])]
                    rows = text[-1:] == ["VALUES"]
                    text.append(", ".join(f"({piece})" if rows and piece[0] != "(" else piece for piece in pieces))
                text += parts[place : place + 1]
                start = place + 1
            elif parts[place] == "(":
                place = closing(parts, place)
            place += 1
        return " ".join(text)

    def _piece(self, parts: list[str]) -> str:
        """Write an expression with the alias or the order that may follow it."""
        try:
            text, rest = leading(parts, GRAMMAR, self._query)
        except NotUnderstood:
            return self._plain(parts)
        if not rest:
            return text
        alias = rest[1:] if rest[0] == "AS" else rest
        if len(alias) != 1 or alias[0] in "(),*":
            return self._plain(parts)
        if alias[0] in ("ASC", "DESC") and rest == alias:
            return text + (" DESC" if alias[0] == "DESC" else "")
        return f"{text} AS {alias[0]}"

    def _plain(self, parts: list[str]) -> str:
        """Write tokens as they are, and the queries in parentheses among them in their one spelling."""
        found: list[str] = []
        place = 0
        while place < len(parts):
            if parts[place] == "(" and parts[place + 1 : place + 2] and parts[place + 1] in _QUERY:
                end = closing(parts, place)
                found += ["(", self._query(parts[place + 1 : end]), ")"]
                place = end
            else:
                found.append(parts[place])
            place += 1
        return joined(found)


def virtual(sql: str) -> str:
    """Write a virtual table's module and its arguments, which the module reads in its own way."""
    parts = tokens(sql)
    # CREATE VIRTUAL TABLE name USING module (…)
    module, arguments = parts[5].lower(), groups(parts[7:-1])
    if module == "fts5":
        # A column and what is said of it: title UNINDEXED.
        arguments = [[*part[:1], *map(str.upper, part[1:])] if "=" not in part else part for part in arguments]
    return f"USING {module}({', '.join(_argument(part) for part in arguments if part)})"


def _argument(parts: list[str]) -> str:
    """Write one argument: a column, or a setting as ``tokenize='porter'``."""
    if len(parts) == 3 and parts[1] == "=":
        value = unquoted(parts[2]).replace("'", "''")
        return f"{parts[0].lower()}='{value}'"
    return joined([quoted(unquoted(part)) if part[0] in "\"`['" else part for part in parts])


def _ends_operand(part: str) -> bool:
    """Tell whether a name that follows is an alias, and no operand."""
    return bool(part) and (part[-1] in ")]`\"'" or part[-1].isalnum()) and part.upper() not in KEYWORDS


def _begin(words: list[str], start: int) -> int:
    """Find the BEGIN of a trigger."""
    return words.index("BEGIN", start)


def _statements(parts: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for part in parts:
        if part == ";":
            found.append([])
        else:
            found[-1].append(part)
    return [statement for statement in found if statement]


def _unqualified(parts: list[str]) -> list[str]:
    """Leave a table's name in front of a column out where there is but one table that could be meant."""
    words = [part.upper() for part in parts]
    if "." not in parts or words.count("FROM") != 1 or "JOIN" in words or "UPDATE" in words:
        return parts
    place = words.index("FROM") + 1
    after = words[place + 1 : place + 2]
    if after and after[0] not in ("WHERE", "GROUP", "ORDER", "LIMIT", "HAVING", ")"):
        return parts
    return Scope(table=unquoted(parts[place]).lower()).unqualified(parts)


def _without_noise(parts: list[str]) -> list[str]:
    """Leave out the INNER of a JOIN, the OUTER of a LEFT one and the ALL of a SELECT."""
    pairs = zip(["", *parts], parts, [*parts[1:], ""], strict=False)
    return [
        part
        for before, part, after in pairs
        if not (part in ("INNER", "OUTER") and after == "JOIN") and not (part == "ALL" and before == "SELECT")
    ]
