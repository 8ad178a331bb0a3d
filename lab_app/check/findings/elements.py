"""A schema as a set of elements that engines can be compared in: a table, a column, its type, a key, an index."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lab_app.check.folding import OF_ONE_ENGINE, Folded, fold
from lab_app.evidence.types import Column, Schema, Table

#: The kinds of elements, and how they are called on a screen.
KINDS = ("table", "column", "type", "nullable", "default", "primary key", "unique", "index", "foreign key", "checks")
_PLAIN = re.compile(r"[\w.-]*")


class Element(NamedTuple):
    """One thing of a table: ``what`` names it inside of the table, and is empty for the table as a whole."""

    table: str
    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.table}.{self.what}" if self.what else self.table


Elements = Mapping[Element, Any]


def elements(schema: Schema, *, integers_have_width: bool) -> dict[Element, Any]:
    """Return the elements of a schema with what each is, folded so that engines can be compared.

    Engines that know no width of integers say so.
    """
    found: dict[Element, Any] = {}
    for name, table in schema.items():
        if table["kind"] == "table" and not name.startswith("_alembic_tmp_"):
            found |= _columns(name, table, integers_have_width)
            found |= _keys(name, table)
    return found


def agree(element: Element, one: Any, other: Any) -> bool:
    """Tell whether one element is the same on two engines, as far as both can express it."""
    if one == other:
        return True
    if element.kind == "type" and isinstance(one, Folded) and isinstance(other, Folded):
        return _types_agree(one, other)
    if element.kind == "default" and one is not None and other is not None:
        # An expression is spelt as its engine spells it: only that there is one can be compared.
        return not (_PLAIN.fullmatch(one) and _PLAIN.fullmatch(other))
    return False


def say(value: Any) -> str:
    """Write what an element is, for a person."""
    if isinstance(value, Folded):
        if value.words:
            return f"enum({', '.join(value.words)})"
        sizes = [str(size) for size in (value.size, value.scale) if size is not None]
        return f"{value.kind}({', '.join(sizes)})" if sizes else str(value.kind)
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value if part)
    return {None: "not there", True: "yes", False: "no"}.get(value, str(value))


def _types_agree(one: Folded, other: Folded) -> bool:
    kinds = {one.kind, other.kind}
    if None in kinds or kinds & OF_ONE_ENGINE:
        return True
    if kinds in ({"enum", "text"}, {"uuid", "text"}, {"boolean", "integer"}, {"text", "json"}):
        return True
    if kinds == {"text"} or kinds == {"number"}:
        # A size that one engine leaves out is its own largest.
        return None in (one.size, other.size) and kinds == {"number"}
    if kinds == {"integer"}:
        return None in (one.size, other.size)
    return len(kinds) == 1 and one.kind in ("float", "datetime", "date", "time", "json", "bytes", "uuid", "boolean")


def _columns(name: str, table: Table, integers_have_width: bool) -> dict[Element, Any]:
    found: dict[Element, Any] = {Element(name, "table", ""): True}
    for column, definition in table["columns"].items():
        type_ = fold(definition["type"])
        if type_.kind == "integer" and not integers_have_width:
            type_ = Folded("integer")
        found[Element(name, "column", column)] = True
        if column not in table["primary_key"]:
            found[Element(name, "type", column)] = type_
            found[Element(name, "nullable", column)] = definition["nullable"]
        if not definition["autoincrement"]:
            found[Element(name, "default", column)] = _default(definition, type_)
    return found


def _keys(name: str, table: Table) -> dict[Element, Any]:
    found: dict[Element, Any] = {Element(name, "primary key", ""): tuple(table["primary_key"])}
    for unique in table["unique"]:
        if unique["columns"] == table["primary_key"]:
            continue  # a key is unique by itself, and PostgreSQL makes nothing more for it
        found[Element(name, "unique", ", ".join(unique["columns"]))] = "whole"
    keyed = {tuple(key["columns"]) for key in table["foreign_keys"]}
    for index in table["indexes"]:
        columns = tuple(re.sub(r"\(\d+\)$", "", column) for column in index["columns"])
        if index["unique"] and list(columns) == table["primary_key"]:
            continue
        if index["unique"]:
            found[Element(name, "unique", ", ".join(columns))] = "partial" if index["where"] else "whole"
        elif columns not in keyed:
            found[Element(name, "index", ", ".join(columns))] = True
    for key in table["foreign_keys"]:
        action = key["options"].get("ondelete")
        refers = (key["refers_to"], *key["refers_columns"], "" if action in (None, "RESTRICT", "NO ACTION") else action)
        found[Element(name, "foreign key", ", ".join(key["columns"]))] = refers
    if checks := _number_of_checks(table):
        found[Element(name, "checks", "")] = checks
    return found


def _number_of_checks(table: Table) -> int:
    """Count the CHECKs that a person wrote: not those that stand for a type where the engine lacks it."""
    made = [
        column
        for column, definition in table["columns"].items()
        if fold(definition["type"]).kind in ("enum", "boolean", "json")
    ]
    return sum(
        not any(re.search(rf"\b{re.escape(column)}\b", check["text"]) for column in made) for check in table["checks"]
    )


def _default(column: Column, type_: Folded) -> str | None:
    text = column["default"]
    if text is None:
        return None
    plain = re.sub(r"::[\w ]+(\(\d+\))?", "", text).strip().strip("()").lower().strip("'")
    if re.fullmatch(r"-?\d+\.\d+", plain):
        plain = plain.rstrip("0").rstrip(".")
    if type_.kind == "boolean":
        plain = {"true": "1", "false": "0", "b'1'": "1", "b'0'": "0"}.get(plain, plain)
    return "now()" if plain.startswith(("now", "current_timestamp")) else plain
