"""What operators stand between: names, values, calls, lists, CASE, and what is in parentheses."""

from collections.abc import Callable
from typing import NamedTuple

from lab_app.evidence.grammar import KEYWORDS, Grammar, NotUnderstood
from lab_app.evidence.tokens import closing, joined

#: The level of what needs no parentheses anywhere.
ATOM = 100
#: What an expression ends before.
ENDS = frozenset({"", ")", ",", "]"})
#: Keywords with which an operand may begin.
_BEGIN = frozenset({"NULL", "TRUE", "FALSE", "CASE", "CAST", "EXISTS", "NOT", "ANY", "ALL"})
_QUERY = ("SELECT", "WITH", "VALUES")


class Part(NamedTuple):
    """A piece that is written already; ``opposite`` is its negation, where that has a spelling of its own.

    ``word`` is TRUE or FALSE, which after IS are no values but tests.
    """

    text: str
    level: int
    opposite: str = ""
    bracketed: bool = False
    word: str = ""


def wrapped(part: Part, least: int) -> str:
    """Write a piece, in parentheses where it binds less tightly than what is around it."""
    return part.text if part.level >= least else f"({part.text})"


class Operands:
    """A place in a list of tokens, from which operands are read; ``expression`` is the other half of the parser."""

    def __init__(self, parts: list[str], grammar: Grammar, query: Callable[[list[str]], str] | None) -> None:
        self.parts, self.grammar, self.query = parts, grammar, query
        self.place = 0

    def peek(self, ahead: int = 0) -> str:
        """Return a token without taking it; nothing behind the last one."""
        place = self.place + ahead
        return self.parts[place] if place < len(self.parts) else ""

    def take(self) -> str:
        """Take one token."""
        part = self.peek()
        self.place += 1
        return part

    def expect(self, part: str) -> None:
        """Take this token.

        Raises:
            NotUnderstood: It is another one.
        """
        if self.take() != part:
            raise NotUnderstood(f"{part} is missing")

    def expression(self, least: int) -> Part:
        """Read an expression whose operators bind at least so tightly."""
        raise NotImplementedError

    def prefixed(self, sign: str) -> Part:
        """Read what follows a sign or NOT."""
        raise NotImplementedError

    def operand(self) -> Part:
        """Read one operand with the signs before it.

        Raises:
            NotUnderstood: There is none.
        """
        part = self.take()
        if part in ENDS or (part in KEYWORDS and part not in _BEGIN):
            raise NotUnderstood(part)
        if part in self.grammar.prefix:
            return self.prefixed(part)
        if part == "(":
            return self.suffixed(self.grouped())
        if part == "CASE":
            return Part(self.case(), ATOM)
        if self.peek() == "(":
            return self.suffixed(Part(self.call(part), ATOM))
        if not (part[0].isalnum() or part[0] in "_\"'.$:?"):
            raise NotUnderstood(part)
        text = self.grammar.literals.get(part, part)
        while self.peek() == ".":
            self.place += 1
            text += "." + self.take()
        return self.suffixed(Part(text, ATOM, word=part if part in ("TRUE", "FALSE") else ""))

    def suffixed(self, inner: Part) -> Part:
        """Add the casts and subscripts of PostgreSQL, which follow a value at once."""
        while self.peek() in ("::", "["):
            text, inside = wrapped(inner, ATOM), []
            if self.take() == "::":
                text += "::" + self.take()
                if self.peek() == "(":
                    text += f"({joined(self.inside(), comma=',')})"
            else:
                while self.peek() not in ("]", ""):
                    inside.append(wrapped(self.expression(0), 0))
                    if self.peek() == ",":
                        self.place += 1
                self.expect("]")
                text += f"[{', '.join(inside)}]"
            inner = Part(text, ATOM)
        return inner

    def grouped(self) -> Part:
        """Read on behind a parenthesis: a SELECT, one expression, or a row of several."""
        if self.peek() in _QUERY:
            self.place -= 1
            return Part(self.subquery(), ATOM)
        inner = self.list_until_closed()
        if len(inner) == 1:
            return inner[0]._replace(bracketed=True)
        return Part(f"({', '.join(part.text for part in inner)})", ATOM)

    def values(self) -> str:
        """Write what stands after IN.

        Raises:
            NotUnderstood: It is no list and no query.
        """
        if self.peek() != "(":
            raise NotUnderstood("IN without a list")
        if self.peek(1) in _QUERY:
            return self.subquery()
        self.place += 1
        return f"({', '.join(part.text for part in self.list_until_closed())})"

    def list_until_closed(self) -> list[Part]:
        """Read expressions up to the parenthesis that closes them."""
        found: list[Part] = []
        while self.peek() != ")":
            found.append(self.expression(0))
            if self.peek() != ")":
                self.expect(",")
        self.place += 1
        return found

    def subquery(self) -> str:
        """Write a SELECT in parentheses.

        Raises:
            NotUnderstood: Nobody here writes a SELECT.
        """
        if not self.query:
            raise NotUnderstood("a query")
        return f"({self.query(self.inside())})"

    def inside(self) -> list[str]:
        """Take a pair of parentheses, and return the tokens between them."""
        start, end = self.place, closing(self.parts, self.place)
        self.place = end + 1
        return self.parts[start + 1 : end]

    def call(self, name: str) -> str:
        """Write a call. Words inside of it, as in extract(year FROM x), stay as they are."""
        spaced = name in ("ANY", "ALL", "EXISTS")
        if self.peek(1) in _QUERY:
            return name + (" " if spaced else "") + self.subquery()
        start, outer = self.place, self.inside()
        inner = type(self)(outer, self.grammar, self.query)
        try:
            text = inner.arguments(name)
            if inner.place < len(outer):
                raise NotUnderstood(inner.peek())
        except NotUnderstood:
            text = joined(self.parts[start + 1 : self.place - 1])
        return f"{name}{' ' if spaced else ''}({text}){self.window()}"

    def window(self) -> str:
        """Write the FILTER and the OVER behind a call, if there are any."""
        text = ""
        while self.peek() in ("FILTER", "OVER"):
            text += " " + self.take()
            if self.peek() == "(":
                inside = self.inside()
                text += f" ({self.query(inside) if self.query else joined(inside)})"
            else:
                text += " " + self.take()
        return text

    def arguments(self, name: str) -> str:
        """Write what is in the parentheses of a call."""
        if self.parts == ["*"]:
            self.place = 1
            return "*"
        distinct = self.peek() == "DISTINCT"
        self.place += distinct
        found: list[str] = []
        while self.peek():
            found.append(self.expression(0).text)
            if name == "CAST" and self.peek() == "AS":
                type_, self.place = self.parts[self.place + 1 :], len(self.parts)
                return f"{found[0]} AS {joined([part.upper() for part in type_], comma=',')}"
            if self.peek():
                self.expect(",")
        return ("DISTINCT " if distinct else "") + ", ".join(found)

    def case(self) -> str:
        """Write a CASE from behind its first word to its END."""
        text = "CASE" if self.peek() == "WHEN" else f"CASE {self.expression(0).text}"
        while self.peek() == "WHEN":
            self.place += 1
            text += f" WHEN {self.expression(0).text}"
            self.expect("THEN")
            text += f" THEN {self.expression(0).text}"
        if self.peek() == "ELSE":
            self.place += 1
            text += f" ELSE {self.expression(0).text}"
        self.expect("END")
        return f"{text} END"
