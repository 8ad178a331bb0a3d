"""Types of different engines that mean one thing, folded to one: TINYINT(1) is BOOLEAN, JSONB is JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_TYPE = re.compile(r"([A-Z][A-Z ]*?)(?:\(([\d, ]+)\))?( WITH TIME ZONE)?")
_NOISE = re.compile(r" COLLATE .*| CHARACTER SET \S+| UNSIGNED| ZEROFILL")
_WORDS = {
    **dict.fromkeys(("BOOLEAN", "BOOL"), "boolean"),
    **dict.fromkeys(("INT", "INTEGER", "MEDIUMINT"), "integer 32"),
    "BIGINT": "integer 64",
    "SMALLINT": "integer 16",
    "TINYINT": "integer 8",
    **dict.fromkeys(("VARCHAR", "CHAR", "NVARCHAR", "CHARACTER", "NCHAR", "BPCHAR"), "text"),
    **dict.fromkeys(("TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "CLOB"), "text"),
    **dict.fromkeys(("DATETIME", "TIMESTAMP"), "datetime"),
    "DATE": "date",
    "TIME": "time",
    **dict.fromkeys(("NUMERIC", "DECIMAL"), "number"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DOUBLE PRECISION", "REAL"), "float"),
    **dict.fromkeys(("JSON", "JSONB"), "json"),
    **dict.fromkeys(("BYTEA", "BLOB", "TINYBLOB", "LONGBLOB", "MEDIUMBLOB", "VARBINARY", "BINARY"), "bytes"),
    "UUID": "uuid",
    "INTERVAL": "interval",
}
#: What every engine takes of a column that has several kinds, the strictest first.
_STRICTEST = (
    "array", "interval", "enum", "boolean", "uuid", "json", "bytes", "datetime", "date", "time", "number", "float",
    "integer", "text",
)  # fmt: skip

#: What one engine has a type for, and the others write as something else.
OF_ONE_ENGINE = frozenset({"array", "interval"})


class Folded(NamedTuple):
    """A type without its engine. ``kind`` is None where it is unknown: then nothing is compared.

    ``size`` is the length of a text, the bits of an integer, the digits of a number; ``scale`` the latter's fraction.
    ``words`` are those of an enum, or the type of an array's elements.
    """

    kind: str | None
    size: int | None = None
    scale: int | None = None
    words: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def fold(type_: str) -> Folded:
    """Fold the type of a column, as the schema reader writes it."""
    text = _NOISE.sub("", type_).strip()
    if text.upper().startswith("ENUM("):
        return Folded("enum", words=tuple(word.replace("''", "'") for word in re.findall(r"'((?:[^']|'')*)'", text)))
    if text.endswith("[]"):
        return Folded("array", words=(text.removesuffix("[]"),))
    found = _TYPE.fullmatch(text)
    word = _WORDS.get(found[1].strip()) if found else None
    if not found or not word:
        return Folded(None)
    numbers = [int(number) for number in (found[2] or "").replace(" ", "").split(",") if number]
    if found[1].strip() == "TINYINT" and numbers == [1]:
        return Folded("boolean")
    kind, _, bits = word.partition(" ")
    if kind == "integer":
        return Folded(kind, int(bits))
    if kind == "number":
        return Folded(kind, numbers[0], numbers[1] if len(numbers) > 1 else 0) if numbers else Folded(kind)
    if kind == "text":
        return Folded(kind, numbers[0] if numbers else None)
    return Folded(kind)


def meet(types: Sequence[str]) -> Folded:
    """Return what every one of these types takes: the strictest kind, the shortest length, the words of all enums."""
    folded = [fold(type_) for type_ in types]
    kinds = {each.kind for each in folded}
    if None in kinds or (kinds & OF_ONE_ENGINE and len(kinds) > 1):
        return Folded(None)
    kind = min((str(each.kind) for each in folded), key=_STRICTEST.index)
    same = [each for each in folded if each.kind == kind]
    sizes = [each.size for each in same if each.size is not None]
    lengths = [each.size for each in folded if each.kind == "text" and each.size is not None]
    if kind == "enum":
        common = tuple(word for word in same[0].words if all(word in each.words for each in same))
        return Folded(kind, min(lengths, default=None), words=common)
    if kind == "array":
        return same[0]
    scales = [each.scale for each in same if each.scale is not None]
    return Folded(kind, min(sizes, default=None), min(scales, default=None))
