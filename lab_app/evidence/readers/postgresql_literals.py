"""Values that are written out, in the one spelling that does not tell how a column got its type.

ALTER COLUMN … TYPE keeps the types that the values of a condition had before. ``1`` and ``(1)::bigint`` are then two
spellings of one condition, as are ``'x'::text`` and ``('x'::character varying)::text``. A cast stays wherever its
type could be part of the result.
"""

import re
import struct

from lab_app.evidence.readers.postgresql_tree import Call, Cast, Group, Node, joined, split

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_INTEGER = re.compile(r"-?\d+")
_QUOTED = re.compile(r"E?'(?:[^']|'')*'")
_ARRAY = re.compile(r"'\{([^{}\"\\']+)\}'")
_MODIFIER = re.compile(r"\((\d+)(?:,-?\d+)?\)")
_STRINGS = ("text", "character varying")
_INTEGERS = ("smallint", "integer", "bigint")
_FLOATS = ("real", "double precision")
NUMBERS = (*_INTEGERS, "numeric", *_FLOATS)
#: Types that hold every number of another one.
_WIDER = {
    "smallint": ("integer", "bigint", "numeric", *_FLOATS),
    "integer": ("bigint", "numeric", "double precision"),
    "bigint": ("numeric",),
}
_MIDNIGHT = " 00:00:00"
_TIMESTAMP = "timestamp without time zone"


def base(type_: str) -> str:
    """Return a type without its length or precision, CHAR under the name that literals have."""
    name = _MODIFIER.sub("", type_)
    return {"character": "bpchar", "bit": '"bit"'}.get(name, name)


def is_string(type_: str) -> bool:
    """Tell whether values of this type are text and nothing else."""
    return base(type_) in _STRINGS


def is_constant(node: Node) -> bool:
    """Tell whether this is a value written out, or an array of them, in whatever type."""
    if isinstance(node, Cast):
        return is_constant(node.value)
    if isinstance(node, Call):
        return node.name == "ARRAY" and all(len(part) == 1 and is_constant(part[0]) for part in elements(node))
    if isinstance(node, Group):
        return len(node.items) == 1 and is_constant(node.items[0])
    return bool(_QUOTED.fullmatch(node) or _NUMBER.fullmatch(node)) or node in ("true", "false", "NULL")


def elements(array: Call) -> list[tuple[Node, ...]]:
    """Return the elements of ``ARRAY[…]``."""
    return split(array.arguments.items) if array.arguments.items else []


def cast(value: Node, type_: str) -> Node:
    """Put a type to a value; where that says nothing about the result, leave it out."""
    if type_.endswith("[]"):
        return _array(value, type_)
    if value == "NULL" and is_string(type_):
        return value
    if isinstance(value, str) and value[:1] in "'E" and _QUOTED.fullmatch(value):
        return _string(value, type_)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return _number(value, type_)
    if isinstance(value, Cast):
        inner = value.value
        if isinstance(inner, str) and _INTEGER.fullmatch(inner) and {base(value.type), base(type_)} <= {*NUMBERS}:
            return _number(inner, type_)
        if (value.type, type_) == ("date", _TIMESTAMP) and isinstance(inner, str):
            return Cast(f"{inner[:-1]}{_MIDNIGHT}'", type_)
    return Cast(value, type_)


def _string(text: str, type_: str) -> Node:
    if is_string(type_):
        length = _MODIFIER.search(type_)
        return text if not length or len(text) - 2 <= int(length[1]) else Cast(text, type_)
    if type_ in NUMBERS and _NUMBER.fullmatch(text[1:-1]):
        return _number(text[1:-1], type_)
    return Cast(text, type_)


def _number(text: str, type_: str) -> Node:
    """Leave a type out that the engine gives to such a number anyway."""
    own = "integer" if _INTEGER.fullmatch(text) else "numeric"
    return text if type_ == own else Cast(text, type_)


def _array(value: Node, type_: str) -> Node:
    element = type_[:-2]
    if isinstance(value, str) and (plain := _ARRAY.fullmatch(value)) and "NULL" not in plain[1].upper().split(","):
        parts: list[tuple[Node, ...]] = [(cast(f"'{part}'", element),) for part in plain[1].split(",")]
        return Call("ARRAY", Group("[", joined(parts)))
    if isinstance(value, Call) and value.name == "ARRAY":
        if not value.arguments.items:
            return Cast("'{}'", type_)
        if element not in NUMBERS and not is_string(element):
            return Cast(value, type_)
        if is_constant(value):
            inner: list[tuple[Node, ...]] = [(cast(part[0], element),) for part in elements(value)]
            return Call("ARRAY", Group("[", joined(inner)))
    return Cast(value, type_)


def compared(literal: Node, column: str | None) -> Node:
    """Leave out the type of a literal that is compared, where it decides nothing; ``column`` is the other side's."""
    if not isinstance(literal, Cast) or not isinstance(literal.value, str):
        return literal
    value, type_ = literal.value, literal.type
    other = base(column) if column else None
    if base(type_) == other or (type_ in NUMBERS and _exact(value, type_, other)):
        return value
    if (type_, other) == ("date", _TIMESTAMP):
        return f"{value[:-1]}{_MIDNIGHT}'"
    if (type_, other) == (_TIMESTAMP, "date") and value.endswith(f"{_MIDNIGHT}'"):
        return f"{value.removesuffix(_MIDNIGHT + chr(39))}'"
    return literal


def same_uncast(literal: Node, column: str, type_: str) -> bool:
    """Tell whether a column compares with a literal as it does when it is cast to this type.

    A whole number is the same in each wider type, and CHAR loses its padding as text.
    """
    value = literal.value if isinstance(literal, Cast) else literal
    if not isinstance(value, str):
        return False
    if base(column) == "bpchar" and type_ == "text":
        return bool(_QUOTED.fullmatch(value)) and value[-2:-1] != " " and value == literal
    wider = _WIDER.get(column, ())
    return bool(_INTEGER.fullmatch(value)) and type_ in wider


def _exact(number: str, type_: str, column: str | None) -> bool:
    """Tell whether a number is the same in every type that it may be compared in."""
    if _INTEGER.fullmatch(number):
        return len(number) < len("9007199254740992") or type_ not in _FLOATS
    if column == "real" and type_ == "double precision":
        try:
            return bool(struct.unpack("f", struct.pack("f", float(number)))[0] == float(number))
        except OverflowError:
            return False
    return type_ == "numeric" and column == "numeric"
