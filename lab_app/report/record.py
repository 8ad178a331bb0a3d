"""The recorded form of a document: the same content, small enough to keep in the repository and to read as a diff."""

import json
from typing import Any

from lab_app.evidence.cell import Document

#: Cells hold the same few schemas over and over: each is written once, and named by its place.
_SCHEMAS = ("schema_before", "schema_after", "schema_goal")


def record_text(document: Document) -> str:
    """A document with every schema written once and one cell a line; the times of single statements are left out."""
    schemas: dict[str, int] = {}
    cells = [_packed({**cell}, schemas) for cell in document["cells"]]
    head = {key: value for key, value in document.items() if key not in ("cells", "scenarios")}
    parts = [f'"{key}": {_line(value)}' for key, value in head.items()]
    parts.append('"scenarios": ' + _lines(map(_line, document["scenarios"])))
    parts.append('"schemas": ' + _lines(schemas))
    parts.append('"cells": ' + _lines(map(_line, cells)))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def unpacked(found: dict[str, Any]) -> dict[str, Any]:
    """The document behind a recorded form; one that is no such form is returned as it is."""
    if "schemas" not in found:
        return found
    schemas = found.pop("schemas")
    for cell in found["cells"]:
        for key in _SCHEMAS:
            if cell[key] is not None:
                cell[key] = schemas[cell[key]]
    return found


def _packed(cell: dict[str, Any], schemas: dict[str, int]) -> dict[str, Any]:
    for key in _SCHEMAS:
        if cell[key] is not None:
            cell[key] = schemas.setdefault(_line(cell[key]), len(schemas))
    cell["ms"] = round(cell["ms"])
    cell["statements"] = [{**statement, "ms": 0} for statement in cell["statements"]]
    return cell


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(texts: Any) -> str:
    return "[\n" + ",\n".join(texts) + "\n]"
