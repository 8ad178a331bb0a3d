"""What PostgreSQL prints of a condition or a default, in one spelling for one meaning.

The engine's own definition is the ground: it has resolved names, operators and types. What is levelled here is what
remains of how a column got its type, and the two spellings that the engine itself keeps for one function.
"""

import re
from collections.abc import Iterable, Mapping

from lab_app.evidence.normalise import default_text, unquoted
from lab_app.evidence.readers import postgresql_literals as literals
from lab_app.evidence.readers.postgresql_tree import Call, Cast, Group, Node, joined, parsed, split, text

#: The columns that an expression may name, with their types.
Scope = Mapping[str, str]
_NONE: Scope = {}
_COMPARISONS = {"=", "<>", "<", ">", "<=", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"}
_TRIMS = {"BOTH": "btrim", "LEADING": "ltrim", "TRAILING": "rtrim"}
_NOW = Call("now", Group("(", ()))
#: How tight an operator binds; of those that are not listed (``||``, ``~~``) none binds tighter than another.
_BINDS = {"^": 9, "*": 8, "/": 8, "%": 8, "+": 7, "-": 7, "NOT": 2, "AND": 1, "OR": 0}
_BINDS |= dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 4) | {"IS": 3}
_OTHER, _VALUE, _UNKNOWN = 6, 100, -1


def condition(sql: str | tuple[Node, ...], scope: Scope = _NONE) -> str:
    """Write an expression without the brackets and casts that say nothing."""
    return _text(_level(parsed(sql) if isinstance(sql, str) else sql, scope))


def statement(sql: str, scope: Scope = _NONE) -> str:
    """Write a whole definition: a view, a trigger."""
    return text(_opened(_level(parsed(sql), scope)))


def default(sql: str, type_: str, shown: str) -> tuple[str | None, bool]:
    """Write a default, and tell whether only the engine knows what the column makes of it.

    ``type_`` is the column's type in the engine's words, ``shown`` as it is shown.
    """
    nodes = _level(parsed(sql), _NONE)
    asked = False
    if len(nodes) == 1 and literals.is_constant(nodes[0]):
        node = literals.compared(nodes[0], type_)
        if isinstance(node, Cast) and node.value == "NULL":
            return None, False
        if isinstance(node, Cast) and literals.base(node.type) == literals.base(type_):
            node = node.value
        # An array may be written in many ways.
        asked = not isinstance(node, str) or (type_.endswith("[]") and node != "'{}'")
        nodes = (node,)
    return default_text(_text(nodes), shown), asked


def _bare(array: Call, element: str) -> Call:
    parts = [(literals.compared(part[0], element),) for part in literals.elements(array)]
    return Call("ARRAY", Group("[", joined(parts)))


def _level(nodes: tuple[Node, ...], scope: Scope) -> tuple[Node, ...]:
    return joined(_compared(_casts(_grown(part, scope), scope), scope) for part in split(nodes))


def _grown(nodes: tuple[Node, ...], scope: Scope) -> tuple[Node, ...]:
    """Level what is inside of each node; a lone value loses its brackets."""
    found: list[Node] = []
    for before, node, behind in zip(("", *nodes), nodes, (*nodes[1:], ""), strict=False):
        if isinstance(node, Cast):
            inner = _level((node.value,), scope)
            found.append(literals.cast(inner[0] if len(inner) == 1 else Group("(", inner), node.type))
        elif isinstance(node, Call):
            found.append(_called(Call(node.name, Group(node.arguments.bracket, _level(node.arguments.items, scope)))))
        elif isinstance(node, Group):
            inner = _level(node.items, scope)
            lone = node.bracket == "(" and len(inner) == 1 and _is_sign(before) and behind != "."
            found.append(inner[0] if lone and not isinstance(behind, Group) else Group(node.bracket, inner))
        else:
            found.append(_NOW if node == "CURRENT_TIMESTAMP" else node)
    return tuple(found)


def _is_sign(before: Node) -> bool:
    """Tell whether brackets behind this can only be those of a value."""
    return isinstance(before, str) and (before in _BINDS or not re.match(r'[\w"]', before))


def _casts(nodes: tuple[Node, ...], scope: Scope) -> tuple[Node, ...]:
    """Leave out a cast from one text type to another on a column, which changes nothing."""
    return tuple(
        node.value
        if isinstance(node, Cast)
        and isinstance(node.value, str)
        and node.type in ("text", "character varying")
        and literals.is_string(scope.get(unquoted(node.value), ""))
        else node
        for node in nodes
    )


def _called(call: Call) -> Node:
    """Write a function that has a spelling of its own in the standard as a plain call, AT TIME ZONE the other way."""
    items = call.arguments.items
    if call.name == "timezone" and len(parts := split(items)) == 2:
        return Group("(", (*parts[1], "AT", "TIME", "ZONE", *parts[0]))
    if call.name == "transaction_timestamp" and not items:
        return _NOW
    if call.name == "TRIM" and items and isinstance(items[0], str) and items[0] in _TRIMS and "FROM" in items:
        characters, text = split(items[1:], "FROM")
        return Call(_TRIMS[items[0]], Group("(", joined([text, characters] if characters else [text])))
    if call.name in ("SUBSTRING", "OVERLAY") and not {"SIMILAR", "ESCAPE"}.intersection(map(str, items)):
        comma = tuple("," if item in ("FROM", "FOR", "PLACING") else item for item in items)
        return Call(call.name.lower(), Group("(", comma))
    return call


def _compared(nodes: tuple[Node, ...], scope: Scope) -> tuple[Node, ...]:
    """Leave out the types of literals in ``column = literal`` and ``column = ANY (ARRAY[…])``."""
    if len(nodes) < 3 or not all(isinstance(node, str) for node in nodes[1:-1]):
        return nodes
    left, *operator, right = nodes
    words = " ".join(map(str, operator))
    if words in _COMPARISONS:
        left, right = _plain_column(left, (right,), scope), _plain_column(right, (left,), scope)
        return (literals.compared(left, _type(right, scope)), *operator, literals.compared(right, _type(left, scope)))
    if operator[-1] in ("ANY", "ALL") and isinstance(right, Group) and len(right.items) == 1:
        array = right.items[0]
        if isinstance(array, Call) and array.name == "ARRAY" and literals.is_constant(array):
            left = _plain_column(left, [part[0] for part in literals.elements(array)], scope)
            return (left, *operator, Group("(", (_bare(array, _type(left, scope) or ""),)))
    return nodes


def _plain_column(node: Node, others: Iterable[Node], scope: Scope) -> Node:
    """Leave out a cast on a column that is compared with literals, where the result is the same without it."""
    if not isinstance(node, Cast) or not isinstance(node.value, str):
        return node
    type_ = _type(node.value, scope)
    same = type_ and all(literals.same_uncast(other, type_, node.type) for other in others)
    return node.value if same else node


def _type(node: Node, scope: Scope) -> str | None:
    return scope.get(unquoted(node)) if isinstance(node, str) else None


def _text(nodes: tuple[Node, ...]) -> str:
    while len(nodes) == 1 and isinstance(nodes[0], Group) and nodes[0].bracket == "(":
        nodes = nodes[0].items
    return text(_opened(nodes))


def _opened(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Take out the brackets around what binds tighter than the operators beside it."""
    return joined(_opened_part(part) for part in split(nodes))


def _opened_part(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    bindings = [binding for binding in map(_binding, nodes) if binding != _VALUE]
    tightest = max(bindings) if bindings and _UNKNOWN not in bindings else _VALUE
    found: list[Node] = []
    for node, behind in zip(nodes, (*nodes[1:], ""), strict=False):
        inside = _inside(node)
        # A subscript or a field belongs to the brackets as a whole.
        whole = isinstance(behind, Group) or behind == "." or not isinstance(inside, Group) or inside.bracket == "["
        items = () if whole or not isinstance(inside, Group) or "," in inside.items else inside.items
        loosest = min(map(_binding, items), default=_UNKNOWN)
        opens = loosest > tightest or (
            loosest == tightest and {*bindings} == {loosest} <= {_BINDS["AND"], _BINDS["OR"]}
        )
        found += items if opens else (inside,)
    return tuple(found)


def _inside(node: Node) -> Node:
    if isinstance(node, Call):
        return Call(node.name, Group(node.arguments.bracket, _opened(node.arguments.items)))
    if isinstance(node, Cast):
        return Cast(_inside(node.value), node.type)
    if not isinstance(node, Group):
        return node
    found = Group(node.bracket, _opened(node.items))
    while found.bracket == "(" and len(found.items) == 1 and isinstance(inner := found.items[0], Group):
        found = inner
    return found


def _binding(node: Node) -> int:
    """Return how tight an operator binds; a value binds tightest, and of a keyword nothing is known."""
    if not isinstance(node, str):
        return _VALUE
    if node in _BINDS:
        return _BINDS[node]
    if node[:1].isalpha() or node[:1] == "_":
        return _VALUE if node == node.lower() or node in ("NULL", "DISTINCT", "FROM") else _UNKNOWN
    return _VALUE if node[:1] in "'\"." or node[-1:].isdigit() else _OTHER
