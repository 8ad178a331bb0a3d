"""The recorded form of a document: the same content, small enough to keep in the repository and to read as a diff."""

import json
from collections.abc import Callable
from typing import Any

from lab_app.document.types import Document

#: What cells hold over and over (engines agree more than they differ): each value is written once, under a number.
_SHARED = (
    *("statements", "migration", "rows_before", "rows_after", "survival"),
    *("expected", "steps", "first_query", "error"),
)
#: The same, table by table: an attempt changes one of them.
_SCHEMAS = ("schema_before", "schema_after", "schema_goal")


def record_text(document: Document) -> str:
    """Write a document with what cells share written once, and one cell a line; single statements carry no times."""
    shared: dict[str, int] = {}
    cells = [_packed({**cell}, shared) for cell in document["cells"]]
    head = {key: value for key, value in document.items() if key not in ("cells", "scenarios")}
    parts = [f'"{key}": {_line(value)}' for key, value in head.items()]
    parts.append('"scenarios": ' + _lines([_line(scenario) for scenario in document["scenarios"]]))
    parts.append('"shared": ' + _lines(list(shared)))
    parts.append('"cells": ' + _lines([_line(cell) for cell in cells]))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def unpacked(found: dict[str, Any]) -> dict[str, Any]:
    """Return the document behind a recorded form; one that is no such form is returned as it is."""
    if "shared" not in found:
        return found
    shared = found.pop("shared")
    for cell in found["cells"]:
        _replace(cell, lambda number: shared[number])
    return found


def _packed(cell: dict[str, Any], shared: dict[str, int]) -> dict[str, Any]:
    cell["ms"] = round(cell["ms"])
    cell["statements"] = [{**statement, "ms": 0} for statement in cell["statements"]]
    _replace(cell, lambda value: shared.setdefault(_line(value), len(shared)))
    return cell


def _replace(cell: dict[str, Any], by: Callable[[Any], Any]) -> None:
    for key in _SHARED:
        if cell[key] is not None:
            cell[key] = by(cell[key])
    for key in _SCHEMAS:
        if cell[key] is not None:
            cell[key] = {name: by(table) for name, table in cell[key].items()}


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(texts: list[str]) -> str:
    return "[\n" + ",\n".join(texts) + "\n]"
