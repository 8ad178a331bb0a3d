"""The recorded form of a document: the same content, small enough to keep in the repository and to read as a diff."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lab_app.document.types import Document

#: What cells hold over and over (targets agree more than they differ): each value is written once, under a name.
SHARED = (
    *("statements", "migration", "rows_before", "rows_after", "survival"),
    *("expected", "steps", "first_query", "error"),
)
#: The same, table by table: an attempt changes one of them.
SCHEMAS = ("schema_before", "schema_after", "schema_goal")
#: Keys of a cell that begin a line: of another time or another outcome a diff has one line, and nothing around it.
_BEGIN = ("outcome", "expected", "ms", "steps", "revision_before", "schema_before", "rows_before", "first_query")

_HALF = re.compile(r"[\ud800-\udfff]")


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


def without_halves(text: str) -> str:
    r"""Return JSON text with each half of a surrogate pair spelt out, \ud800: no file and no page can hold one.

    A backslash is two in JSON, and a half can stand nowhere else than in a text.
    """
    if text.isascii() or not (found := _HALF.search(text)):
        return text
    return text[: found.start()] + _HALF.sub(lambda half: rf"\\u{ord(half[0]):04x}", text[found.start() :])


def _packed(cell: dict[str, Any], shared: dict[str, str]) -> dict[str, Any]:
    cell["ms"] = round(cell["ms"])
    cell["statements"] = [{**statement, "ms": 0} for statement in cell["statements"]]
    replaced(cell, dict.fromkeys((*SHARED, *SCHEMAS), lambda value: _kept(value, shared)))
    return cell


def _kept(value: object, shared: dict[str, str]) -> str:
    """Return the name of a value: it follows from the value alone, so that one more renames and moves none."""
    text = _lines(map(_line, value)) if isinstance(value, list) and len(value) > 1 else _line(value)
    whole = hashlib.sha256(text.encode()).hexdigest()
    name = next(name for name in (whole[:8], whole) if shared.get(name, text) == text)
    shared[name] = text
    return name


def replaced(cell: dict[str, Any], by: Mapping[str, Callable[[Any], Any]]) -> None:
    """Put another thing in the place of each that cells share: the field's function says which."""
    for key in SHARED:
        if cell[key] is not None:
            cell[key] = by[key](cell[key])
    for key in SCHEMAS:
        if cell[key] is not None:
            cell[key] = {name: by[key](table) for name, table in cell[key].items()}


def _cell(cell: dict[str, Any]) -> str:
    texts = (("\n" if key in _BEGIN else "") + f'"{key}":{_line(value)}' for key, value in cell.items())
    return "{" + ",".join(texts) + "}"


def _line(value: object) -> str:
    return without_halves(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _lines(texts: Iterable[str]) -> str:
    return "[\n" + ",\n".join(texts) + "\n]"
