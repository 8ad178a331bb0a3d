"""An SQL expression in one spelling: operators by their precedence, and no parentheses but those that matter.

The parser climbs precedences and writes as it goes. What it does not know it refuses, and whoever called it
writes the tokens as they are: a spelling more is a false alarm, a spelling less would hide a difference.
sqlglot is no alternative here: it is not in the standard library, takes 3 ms for a CREATE TABLE, and half a
second to be imported.
"""

from collections.abc import Callable
from typing import NamedTuple

from lab_app.evidence.grammar import COMMON, KEYWORDS, Grammar, NotUnderstood
from lab_app.evidence.tokens import closing, joined

#: Keywords with which an operand may begin.
_BEGIN = frozenset({"NULL", "TRUE", "FALSE", "CASE", "CAST", "EXISTS", "NOT", "ANY", "ALL"})
_OPPOSITES = {"=": "<>", "<>": "=", "IS": "IS NOT", "IS NOT": "IS"}
_ATOM = 100
_ENDS = frozenset({"", ")", ",", "]"})


class _Part(NamedTuple):
    """A piece that is written already; ``opposite`` is its negation, where that has a spelling of its own.

    ``word`` is TRUE or FALSE, which after IS are no values but tests.
    """

    text: str
    level: int
    opposite: str = ""
    bracketed: bool = False
    word: str = ""


def level(parts: list[str], grammar: Grammar = COMMON, query: Callable[[list[str]], str] | None = None) -> str:
    """Write an expression with the parentheses that its meaning needs. ``query`` writes a SELECT inside it.

    Keywords are in capitals already, names in their one spelling.

    Raises:
        NotUnderstood: It holds something else than operators, names, values, calls, lists and CASE.
    """
    text, rest = leading(parts, grammar, query)
    if rest:
        raise NotUnderstood(rest[0])
    return text


def leading(
    parts: list[str], grammar: Grammar, query: Callable[[list[str]], str] | None = None
) -> tuple[str, list[str]]:
    """Write the expression with which the tokens begin, and return the tokens that are left.

    Raises:
        NotUnderstood: They begin with no expression.
    """
    parser = _Parser(parts, grammar, query)
    try:
        return parser.expression(0).text, parts[parser.place :]
    except RecursionError:
        raise NotUnderstood("it is nested too deeply") from None


class _Parser:
    def __init__(self, parts: list[str], grammar: Grammar, query: Callable[[list[str]], str] | None) -> None:
        self.parts, self.grammar, self.query = parts, grammar, query
        self.place = 0

    def peek(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.parts[place] if place < len(self.parts) else ""

    def take(self) -> str:
        part = self.peek()
        self.place += 1
        return part

    def expect(self, part: str) -> None:
        if self.take() != part:
            raise NotUnderstood(f"{part} is missing")

    def expression(self, least: int) -> _Part:
        left = self.operand()
        while True:
            start = self.place
            operator = self.operator()
            bound = self.grammar.binary.get(operator.removeprefix("NOT ").partition(" ")[0], -1)
            if bound < least:
                self.place = start
                return left
            left = self.applied(operator, bound, left)

    def operator(self) -> str:
        """Take an operator of one word or two in its one spelling; nothing where an expression ends."""
        part = self.peek()
        if part in _ENDS:
            return ""
        self.place += 1
        part = self.grammar.same.get(part, part)
        if part == "NOT" and self.peek() in self.grammar.negatable:
            word = self.take()
            return "NOTNULL" if word == "NULL" else f"NOT {word}"
        if part == "IS" and self.peek() == "NOT":
            self.place += 1
            part = "IS NOT"
        if part in ("IS", "IS NOT") and self.peek() == "DISTINCT" and self.peek(1) == "FROM":
            self.place += 2
            part = "IS NOT" if part == "IS" else "IS"
            return part if self.grammar.folds else f"{part} DISTINCT FROM"
        return part

    def applied(self, operator: str, bound: int, left: _Part) -> _Part:
        """Write an operator with what is on both sides of it."""
        exclusive = bound in self.grammar.exclusive
        if exclusive and left.level == bound and not left.bracketed:
            raise NotUnderstood(f"engines disagree on the rank of {operator}")
        before, above = _wrapped(left, bound + exclusive), bound + 1
        negated, word = operator.startswith("NOT "), operator.removeprefix("NOT ")
        if word == "BETWEEN":
            return self.between(before, left, bound, negated)
        if word == "IN":
            after = self.values()
        elif word in ("NOTNULL", "ISNULL"):
            word, after = ("IS NOT" if word == "NOTNULL" else "IS"), "NULL"
        else:
            right = self.expression(above)
            if word in self.grammar.associative:
                return _Part(f"{before} {word} {_wrapped(right, bound)}", bound)
            after = right.word if word in ("IS", "IS NOT") and right.word else _wrapped(right, above)
            if word in self.grammar.negatable and self.peek() == "ESCAPE":
                self.place += 1
                after += f" ESCAPE {_wrapped(self.expression(above), above)}"
        text, opposite = f"{before} {word} {after}", f"{before} {_OPPOSITES.get(word, f'NOT {word}')} {after}"
        if word not in self.grammar.negatable and word not in _OPPOSITES:
            opposite = ""
        if negated:
            return _Part(opposite, bound, text)
        return _Part(text, bound, opposite, word=left.word if word == "COLLATE" else "")

    def between(self, before: str, left: _Part, bound: int, negated: bool) -> _Part:
        # Up to its AND, it may hold tests itself.
        low = self.expression(bound + (bound in self.grammar.exclusive))
        self.expect("AND")
        high = self.expression(bound + 1)
        if self.grammar.folds and left.level == _ATOM and not before.endswith(")"):
            both, either, above = (self.grammar.binary[operator] for operator in ("AND", "OR", ">="))
            least, most = _wrapped(low, above + 1), _wrapped(high, above + 1)
            outside = f"{before} < {least} OR {before} > {most}"
            return (
                _Part(outside, either)
                if negated
                else _Part(f"{before} >= {least} AND {before} <= {most}", both, outside)
            )
        limits = f"{_wrapped(low, bound + 1)} AND {_wrapped(high, bound + 1)}"
        text, opposite = (f"{before} {word} {limits}" for word in ("BETWEEN", "NOT BETWEEN"))
        return _Part(opposite, bound, text) if negated else _Part(text, bound, opposite)

    def operand(self) -> _Part:
        part = self.take()
        if part in _ENDS or (part in KEYWORDS and part not in _BEGIN):
            raise NotUnderstood(part)
        if part in self.grammar.prefix:
            return self.prefixed(part)
        if part == "(":
            return self.suffixed(self.grouped())
        if part == "CASE":
            return _Part(self.case(), _ATOM)
        if self.peek() == "(":
            return self.suffixed(_Part(self.call(part), _ATOM))
        if not (part[0].isalnum() or part[0] in "_\"'.$:?"):
            raise NotUnderstood(part)
        text = self.grammar.literals.get(part, part)
        while self.peek() == ".":
            self.place += 1
            text += "." + self.take()
        return self.suffixed(_Part(text, _ATOM, word=part if part in ("TRUE", "FALSE") else ""))

    def prefixed(self, sign: str) -> _Part:
        bound = self.grammar.prefix[sign]
        inner = self.expression(bound)
        if sign == "NOT":
            if self.grammar.folds and inner.opposite:
                # The opposite of >= AND <= is an OR; that of any other test is a test.
                if inner.level == self.grammar.binary["AND"]:
                    return _Part(inner.opposite, self.grammar.binary["OR"])
                return _Part(inner.opposite, inner.level, inner.text)
            return _Part(f"NOT {_wrapped(inner, bound)}", bound)
        text = _wrapped(inner, bound)
        if sign == "+" and text[0].isdigit():
            return inner._replace(word="")
        return _Part(f"{sign} {text}" if text[0] == sign else sign + text, bound)

    def suffixed(self, inner: _Part) -> _Part:
        """Add the casts and subscripts of PostgreSQL, which follow a value at once."""
        while self.peek() in ("::", "["):
            text, inside = _wrapped(inner, _ATOM), []
            if self.take() == "::":
                text += "::" + self.take()
                if self.peek() == "(":
                    text += f"({joined(self.inside(), comma=',')})"
            else:
                while self.peek() not in ("]", ""):
                    inside.append(_wrapped(self.expression(0), 0))
                    if self.peek() == ",":
                        self.place += 1
                self.expect("]")
                text += f"[{', '.join(inside)}]"
            inner = _Part(text, _ATOM)
        return inner

    def grouped(self) -> _Part:
        """Read on behind a parenthesis: a SELECT, one expression, or a row of several."""
        if self.peek() in ("SELECT", "WITH", "VALUES"):
            self.place -= 1
            return _Part(self.subquery(), _ATOM)
        inner = self.list_until_closed()
        if len(inner) == 1:
            return inner[0]._replace(bracketed=True)
        return _Part(f"({', '.join(part.text for part in inner)})", _ATOM)

    def values(self) -> str:
        """Write what stands after IN."""
        if self.peek() != "(":
            raise NotUnderstood("IN without a list")
        if self.peek(1) in ("SELECT", "WITH", "VALUES"):
            return self.subquery()
        self.place += 1
        return f"({', '.join(part.text for part in self.list_until_closed())})"

    def list_until_closed(self) -> list[_Part]:
        found: list[_Part] = []
        while self.peek() != ")":
            found.append(self.expression(0))
            if self.peek() != ")":
                self.expect(",")
        self.place += 1
        return found

    def subquery(self) -> str:
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
        if self.peek(1) in ("SELECT", "WITH", "VALUES"):
            return name + (" " if spaced else "") + self.subquery()
        start, outer = self.place, self.inside()
        inner = _Parser(outer, self.grammar, self.query)
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


def _wrapped(part: _Part, least: int) -> str:
    return part.text if part.level >= least else f"({part.text})"
