"""The recorded form of a document: the same content, small enough to keep in the repository and to read as a diff."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from lab_app.document.types import Document

#: What cells hold over and over (targets agree more than they differ): each value is written once, under a name.
_SHARED = (
    *("statements", "migration", "rows_before", "rows_after", "survival"),
    *("expected", "steps", "first_query", "error"),
)
#: The same, table by table: an attempt changes one of them.
_SCHEMAS = ("schema_before", "schema_after", "schema_goal")
#: Keys of a cell that begin a line: of another time or another outcome a diff has one line, and nothing around it.
_BEGIN = ("outcome", "expected", "ms", "steps", "revision_before", "schema_before", "rows_before", "first_query")


def record_text(document: Document) -> str:
    """Write a document with what cells share written once, some lines a cell; single statements carry no times."""
    shared: dict[str, str] = {}
    cells = [_packed({**cell}, shared) for cell in document["cells"]]
    parts = [f'"{key}": {_line(value)}' for key, value in document.items() if not isinstance(value, list)]
    parts.append('"targets": ' + _lines(map(_line, document["targets"])))
    parts.append('"scenarios": ' + _lines(map(_line, document["scenarios"])))
    parts.append('"shared": {\n' + ",\n".join(f'"{name}": {text}' for name, text in sorted(shared.items())) + "\n}")
    parts.append('"cells": ' + _lines(map(_cell, cells)))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def unpacked(found: dict[str, Any]) -> dict[str, Any]:
    """Return the document behind a recorded form; one that is no such form is returned as it is.

    Raises:
        LookupError: a cell has something of a name that is not there.
    """
    if "shared" not in found:
        return found
    shared = found.pop("shared")
    for cell in found["cells"]:
        _replace(cell, shared.__getitem__)
    return found


def _packed(cell: dict[str, Any], shared: dict[str, str]) -> dict[str, Any]:
    cell["ms"] = round(cell["ms"])
    cell["statements"] = [{**statement, "ms": 0} for statement in cell["statements"]]
    _replace(cell, lambda value: _kept(value, shared))
    return cell


def _kept(value: object, shared: dict[str, str]) -> str:
    """Return the name of a value: it follows from the value alone, so that one more renames and moves none."""
    text = _lines(map(_line, value)) if isinstance(value, list) and len(value) > 1 else _line(value)
    whole = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    name = next(name for name in (whole[:8], whole) if shared.get(name, text) == text)
    shared[name] = text
    return name


def _replace(cell: dict[str, Any], by: Callable[[Any], Any]) -> None:
    for key in _SHARED:
        if cell[key] is not None:
            cell[key] = by(cell[key])
    for key in _SCHEMAS:
        if cell[key] is not None:
            cell[key] = {name: by(table) for name, table in cell[key].items()}


def _cell(cell: dict[str, Any]) -> str:
    texts = (("\n" if key in _BEGIN else "") + f'"{key}":{_line(value)}' for key, value in cell.items())
    return "{" + ",".join(texts) + "}"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(texts: Iterable[str]) -> str:
    return "[\n" + ",\n".join(texts) + "\n]"
