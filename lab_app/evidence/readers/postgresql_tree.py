"""SQL as PostgreSQL prints it, as a tree in which a cast belongs to its value.

Whatever is not a bracket, a call or a cast stays a token, so that any statement can be read and written again.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """What is between brackets, the opening one with it."""

    bracket: str
    items: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """A word that its brackets belong to: ``lower(name)``, ``ARRAY[1, 2]``."""

    name: str
    arguments: Group


@dataclass(frozen=True)
class Cast:
    """A value with ``::type`` behind it."""

    value: "Node"
    type: str


Node = str | Group | Call | Cast

_CLOSING = {"(": ")", "[": "]"}
#: What the engine prints has no comments, and signs of operators side by side are one operator.
_TOKEN = re.compile(
    r"""(?:\b[EBXN])?'(?:[^']|'')*' | "(?:[^"]|"")*" | \d+(?:\.\d+)?(?:e[+-]?\d+)?\b | [\w$]+ | ::
      | [-+*/<>=~!@\#%^&|`?]+ | \S""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
#: Words before a bracket that do not call anything.
KEYWORD = re.compile(
    r"ALL|AND|ANY|AS|BETWEEN|BY|CASE|CHECK|COLLATE|DISTINCT|ELSE|EXCEPT|EXISTS|FILTER|FROM|"
    r"GROUP|HASH|HAVING|IN|INCLUDE|INTERSECT|IS|ISNULL|JOIN|LATERAL|LIKE|LIST|NOT|NOTNULL|"
    r"OFFSET|ON|OR|ORDER|OVER|PARTITION|RANGE|RETURNING|SELECT|SET|SOME|THEN|TO|UNION|USING|"
    r"VALUES|WHEN|WHERE|WITH|WITHIN|ZONE"
)
_OPERATOR = "-+*/<>=~!@#%^&|`?"
_PLAIN = re.compile(r'"[A-Za-z_]\w*"')
_WORD = re.compile(r'[A-Za-z_\x80-\uffff][\w$]*|"(?:[^"]|"")*"')
#: Types of several words, by the first of them.
_LONGER = {
    "double": ("precision",),
    "character": ("varying",),
    "bit": ("varying",),
    "timestamp": ("with", "without", "time", "zone"),
    "time": ("with", "without", "time", "zone"),
    "interval": ("year", "month", "day", "hour", "minute", "second", "to"),
}


def parsed(sql: str) -> tuple[Node, ...]:
    """Read a piece of SQL that the engine printed."""
    return tuple(_Parser(_TOKEN.findall(sql)).nodes())


def text(nodes: Iterable[Node]) -> str:
    """Write a tree with even spaces, and plain names without quotes."""
    found, last, signed = "", "", False
    for node in nodes:
        part = _written(node)
        glued = last in ("", ".") or signed or part in (",", ".", ";") or part[:1] == "["
        found += part if glued else f" {part}"
        signed, last = part in ("-", "+") and (last in ("", ",") or last[-1] in _OPERATOR), part
    return found


def _written(node: Node) -> str:
    if isinstance(node, Cast):
        return f"{text((node.value,))}::{node.type}"
    if isinstance(node, Call):
        return f"{_plain(node.name)}{_written(node.arguments)}"
    if isinstance(node, Group):
        return f"{node.bracket}{text(node.items)}{_CLOSING[node.bracket]}"
    return _plain(node)


def _plain(name: str) -> str:
    return name[1:-1] if _PLAIN.fullmatch(name) else name


def split(nodes: Iterable[Node], at: str = ",") -> list[tuple[Node, ...]]:
    """Split a list at its commas, or at another token."""
    found: list[list[Node]] = [[]]
    for node in nodes:
        if node == at:
            found.append([])
        else:
            found[-1].append(node)
    return [tuple(part) for part in found]


def joined(parts: Iterable[Iterable[Node]]) -> tuple[Node, ...]:
    """Put the parts of a list together again, with commas between them."""
    found: list[Node] = []
    for place, part in enumerate(parts):
        found += [","] * bool(place) + [*part]
    return tuple(found)


class _Parser:
    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._at = 0

    def nodes(self, end: str | None = None) -> Iterator[Node]:
        """Read up to a closing bracket, or to the end."""
        found: list[Node] = []
        while self._at < len(self._parts):
            part = self._next()
            if part == end:
                break
            if part == "::" and found:
                found[-1] = Cast(found[-1], self._type())
            elif part in _CLOSING:
                group = Group(part, tuple(self.nodes(_CLOSING[part])))
                name = found[-1] if found else None
                if isinstance(name, str) and _calls(name, part):
                    found[-1] = Call(name, group)
                else:
                    found.append(group)
            else:
                found.append(part)
        yield from found

    def _next(self) -> str:
        self._at += 1
        return self._parts[self._at - 1]

    def _peek(self, ahead: int = 0) -> str:
        return self._parts[self._at + ahead] if self._at + ahead < len(self._parts) else ""

    def _type(self) -> str:
        """Read the name of a type: ``timestamp(3) without time zone[]``, ``app.mood``."""
        name = self._next()
        longer = _LONGER.get(name, ())
        while self._peek() == "." or self._peek() in longer:
            part = self._next()
            name += part + self._next() if part == "." else f" {part}"
        if self._peek() == "(" and self._peek(1).isdigit():
            while not name.endswith(")"):
                name += self._next()
            while self._peek() in longer:
                name += f" {self._next()}"
        while self._peek() == "[" and self._peek(1) == "]":
            name += self._next() + self._next()
        return name


def _calls(name: str, bracket: str) -> bool:
    if bracket == "[":
        return name == "ARRAY"
    return bool(_WORD.fullmatch(name)) and not KEYWORD.fullmatch(name)
