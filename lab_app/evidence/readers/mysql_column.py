"""One column of SHOW CREATE TABLE: its type, its default in one spelling, and whatever else is said of it.

What is not known here is kept all the same, as an option under its own name.
"""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from lab_app.evidence.normalise import closing
from lab_app.evidence.readers.mysql_text import expression, plain, written
from lab_app.evidence.types import Column

_TYPE_WORDS = {"unsigned", "zerofill"}
_CHARACTER_TYPES = {"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"}
#: What ends a default, which itself is a literal, a call, or in parentheses.
_AFTER_DEFAULT = {
    "ON", "COMMENT", "CHECK", "INVISIBLE", "AUTO_INCREMENT", "COLUMN_FORMAT", "STORAGE", "SRID", "WITH", "WITHOUT",
    "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE",
}  # fmt: skip
_WITH_VALUE = {"SRID", "COLUMN_FORMAT", "STORAGE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"}
_NOW = re.compile(r"(?:now|current_timestamp|localtime|localtimestamp)(?:\((\d?)\))?", re.IGNORECASE)
_NUMBER = re.compile(r"'?(-?\d+(?:\.\d*)?(?:e[+-]?\d+)?)'?", re.IGNORECASE)
_EXACT = re.compile(r"(?:(?:TINY|SMALL|MEDIUM|BIG)?INT|DECIMAL|YEAR)\b(?:\(\d+(?:,(\d+))?\))?")
_FLOATING = re.compile(r"FLOAT|DOUBLE")
_MOMENT = re.compile(r"'(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d)(:\d\d)?(?:\.(\d+))?)?'")
_MOMENT_TYPE = re.compile(r"(?:DATETIME|TIMESTAMP)(?:\((\d)\))?")
_TRUTH = {"false": "0", "true": "1"}


@dataclass
class _Found:
    """What was read of a column so far."""

    charset: str | None = None
    collation: str | None = None
    nullable: bool = True
    default: list[str] = field(default_factory=list)
    on_update: list[str] = field(default_factory=list)
    autoincrement: bool = False
    computed: str | None = None
    comment: str | None = None
    check: str | None = None
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadColumn:
    """A column as it stands in a table: ``check`` is MariaDB's CHECK of the column.

    ``charset`` is set where the engine names a charset and leaves its collation to be known.
    ``collation`` is None where the column has that of the table, or holds no characters.
    """

    name: str
    column: Column
    characters: bool
    charset: str | None
    collation: str | None
    check: str | None


def read_column(parts: list[str]) -> ReadColumn:
    """Read one column from its tokens, the name first."""
    end = closing(parts, 2) + 1 if parts[2:3] == ["("] else 2
    while parts[end : end + 1] and parts[end].lower() in _TYPE_WORDS:
        end += 1
    type_ = type_text(parts[1:end])
    found = _Found()
    while end < len(parts):
        end = _attribute(parts, end, found)
    default = default_text(found.default, type_)
    if found.on_update:
        default = f"{default or 'NULL'} ON UPDATE {default_text(found.on_update, type_)}"
    column = Column(
        type=type_,
        nullable=found.nullable,
        default=default,
        autoincrement=found.autoincrement,
        computed=found.computed,
        comment=found.comment,
    )
    if found.options:
        column["options"] = found.options
    characters = parts[1].lower() in _CHARACTER_TYPES
    return ReadColumn(plain(parts[0]), column, characters, found.charset, found.collation, found.check)


def type_text(parts: list[str]) -> str:
    """Write the type in capitals, the members of an ENUM as they are."""
    text = ""
    for part in parts:
        glued = not text or part in "(),." or text[-1] in "(,"
        text += ("" if glued else " ") + (part if part[0] == "'" else part.upper())
    return text


def _attribute(parts: list[str], at: int, found: _Found) -> int:
    """Take the attribute that begins here, and return the place after it."""
    word, rest = parts[at].upper(), parts[at + 1 :]
    match word:
        case "CHARACTER":
            found.charset = rest[1]
            return at + 3
        case "COLLATE":
            found.collation = rest[0]
            return at + 2
        case "NOT":
            found.nullable = False
            return at + 2
        case "NULL":
            return at + 1
        case "AUTO_INCREMENT":
            found.autoincrement = True
            return at + 1
        case "COMMENT":
            found.comment = plain(rest[0]) or None
            return at + 2
        case "CHECK":
            end = closing(parts, at + 1)
            found.check = expression(parts[at + 1 : end + 1])
            return end + 1
        case "GENERATED":
            return _generated(parts, at, found)
        case "DEFAULT":
            end = _end_of_default(parts, at + 1)
            found.default = parts[at + 1 : end]
            return end
        case "ON":
            end = _end_of_default(parts, at + 2)
            found.on_update = parts[at + 2 : end]
            return end
        case "WITH" | "WITHOUT":
            found.options["system versioning"] = "yes" if word == "WITH" else "no"
            return at + 3
    return _option(parts, at, found)


def _generated(parts: list[str], at: int, found: _Found) -> int:
    """Take GENERATED ALWAYS AS (…) STORED, or ROW START."""
    start = at + 3
    if parts[start] != "(":
        found.options["generated"] = written(parts[at + 1 : start + 2])
        found.nullable = False
        return start + 2
    end = closing(parts, start)
    kept = parts[end + 1].upper() if end + 1 < len(parts) else ""
    stored = kept in ("STORED", "PERSISTENT")
    found.computed = expression(parts[start : end + 1]) + (" STORED" if stored else " VIRTUAL")
    return end + (2 if stored or kept == "VIRTUAL" else 1)


def _option(parts: list[str], at: int, found: _Found) -> int:
    """Take what has no field: a flag, or a name with its value."""
    name = plain(parts[at])
    if parts[at + 1 : at + 2] == ["="]:
        found.options[name.lower()] = plain(parts[at + 2])
        return at + 3
    if name.upper() in _WITH_VALUE:
        found.options[name.lower()] = plain(parts[at + 1])
        return at + 2
    found.options[name.lower()] = "yes"
    return at + 1


def _end_of_default(parts: list[str], start: int) -> int:
    place = start
    while place < len(parts) and (place == start or parts[place].upper() not in _AFTER_DEFAULT):
        place = closing(parts, place) + 1 if parts[place] == "(" else place + 1
    return place


def default_text(parts: list[str], type_: str) -> str | None:
    """Write a default in one spelling: ``'n'``, ``0``, ``CURRENT_TIMESTAMP``; None for none and for NULL.

    A literal is the engine's own form of it already. An expression that is a literal, ``(1.5)``, gets that form.
    """
    text = expression(parts)
    if text.upper() in ("", "NULL"):
        return None
    if now := _NOW.fullmatch(text):
        return "CURRENT_TIMESTAMP" + (f"({now[1]})" if now[1] and now[1] != "0" else "")
    if exact := _EXACT.match(type_):
        return _number(_TRUTH.get(text.lower(), text), int(exact[1] or 0))
    if _FLOATING.match(type_):
        return _number(text, None)
    if moment := _MOMENT_TYPE.fullmatch(type_):
        return _moment(text, int(moment[1] or 0))
    if type_.startswith(("CHAR", "VARCHAR")) and text.isdigit():
        return f"'{text}'"
    return text


def _number(text: str, scale: int | None) -> str:
    number = _NUMBER.fullmatch(text)
    if not number:
        return text
    value = Decimal(number[1])
    if scale is None:
        return f"{value.normalize():f}"
    return f"{value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP):f}"


def _moment(text: str, precision: int) -> str:
    """Write a date as the moment that it is in a DATETIME."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return text
    fraction = f".{(found[4] or '')[:precision]:0<{precision}}" if precision else ""
    return f"'{found[1]} {found[2] or '00:00'}{found[3] or ':00'}{fraction}'"
