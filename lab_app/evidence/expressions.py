"""An SQL expression in one spelling: operators by their precedence, and no parentheses but those that matter.

The parser climbs precedences and writes as it goes. What it does not know it refuses, and whoever called it
writes the tokens as they are: a spelling more is a false alarm, a spelling less would hide a difference.
sqlglot is no alternative here: it is not in the standard library, takes 3 ms for a CREATE TABLE, and half a
second to be imported.
"""

from collections.abc import Callable

from lab_app.evidence.grammar import COMMON, Grammar, NotUnderstood
from lab_app.evidence.operands import ATOM, ENDS, Operands, Part, wrapped

_OPPOSITES = {"=": "<>", "<>": "=", "IS": "IS NOT", "IS NOT": "IS"}


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


class _Parser(Operands):
    def expression(self, least: int) -> Part:
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
        if part in ENDS:
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

    def applied(self, operator: str, bound: int, left: Part) -> Part:
        """Write an operator with what is on both sides of it."""
        exclusive = bound in self.grammar.exclusive
        if exclusive and left.level == bound and not left.bracketed:
            raise NotUnderstood(f"engines disagree on the rank of {operator}")
        before, above = wrapped(left, bound + exclusive), bound + 1
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
                return Part(f"{before} {word} {wrapped(right, bound)}", bound)
            after = right.word if word in ("IS", "IS NOT") and right.word else wrapped(right, above)
            if word in self.grammar.negatable and self.peek() == "ESCAPE":
                self.place += 1
                after += f" ESCAPE {wrapped(self.expression(above), above)}"
        text, opposite = f"{before} {word} {after}", f"{before} {_OPPOSITES.get(word, f'NOT {word}')} {after}"
        if word not in self.grammar.negatable and word not in _OPPOSITES:
            opposite = ""
        if negated:
            return Part(opposite, bound, text)
        return Part(text, bound, opposite, word=left.word if word == "COLLATE" else "")

    def between(self, before: str, left: Part, bound: int, negated: bool) -> Part:
        # Up to its AND, it may hold tests itself.
        low = self.expression(bound + (bound in self.grammar.exclusive))
        self.expect("AND")
        high = self.expression(bound + 1)
        if self.grammar.folds and left.level == ATOM and not before.endswith(")"):
            both, either, above = (self.grammar.binary[operator] for operator in ("AND", "OR", ">="))
            least, most = wrapped(low, above + 1), wrapped(high, above + 1)
            outside = f"{before} < {least} OR {before} > {most}"
            inside = f"{before} >= {least} AND {before} <= {most}"
            return Part(outside, either) if negated else Part(inside, both, outside)
        limits = f"{wrapped(low, bound + 1)} AND {wrapped(high, bound + 1)}"
        text, opposite = (f"{before} {word} {limits}" for word in ("BETWEEN", "NOT BETWEEN"))
        return Part(opposite, bound, text) if negated else Part(text, bound, opposite)

    def prefixed(self, sign: str) -> Part:
        bound = self.grammar.prefix[sign]
        inner = self.expression(bound)
        if sign == "NOT":
            if self.grammar.folds and inner.opposite:
                # The opposite of >= AND <= is an OR; that of any other test is a test.
                if inner.level == self.grammar.binary["AND"]:
                    return Part(inner.opposite, self.grammar.binary["OR"])
                return Part(inner.opposite, inner.level, inner.text)
            return Part(f"NOT {wrapped(inner, bound)}", bound)
        text = wrapped(inner, bound)
        if sign == "+" and text[0].isdigit():
            return inner._replace(word="")
        return Part(f"{sign} {text}" if text[0] == sign else sign + text, bound)
