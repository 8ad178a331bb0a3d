"""The schemas beside the default one that a project names: on an engine without schemas they are other databases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from lab_app.check.answers import Answer
from lab_app.check.evidence import Revision
from lab_app.check.findings.reading import nodes
from lab_app.engines import Engine

_MADE = re.compile(r"\s*CREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?[`\"]?(\w+)", re.IGNORECASE)
#: Types take a schema, too, which engines without one pass over.
_TYPES = ("Enum", "ENUM")
_ARGUMENTS = ("schema", "version_table_schema", "source_schema", "referent_schema")


def why_not(engine: Engine, loaded: Answer, revisions: Iterable[Revision]) -> str:
    """Return why a project cannot be tried on an engine that has no schemas, or nothing.

    Its migrations would write into other databases of that server, which are not the lab's.
    """
    if engine.schemas:
        return ""
    files = [Path(loaded.said["directory"]) / "env.py", *(Path(each.file) for each in revisions)]
    named = sorted({*loaded.said.get("schemas", ()), *(name for file in files for name in _of_file(file))})
    if not named:
        return ""
    schemas = f"the schema{'' if len(named) == 1 else 's'} {', '.join(named)}"
    return f"{engine.schemas.reason} The project names {schemas}, and nothing of it was run there."


def _of_file(file: Path) -> Iterator[str]:
    """Yield the schemas that a file names whatever the engine is."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return
    for node, _ in nodes(tree):
        if not isinstance(node, ast.Call) or getattr(node, "asks_dialect", False):
            continue
        for word in node.keywords if _called(node) not in _TYPES else ():
            if word.arg in _ARGUMENTS and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str):
                yield word.value.value
        for value in (each.value for each in ast.walk(node) if isinstance(each, ast.Constant)):
            if isinstance(value, str) and (made := _MADE.match(value)):
                yield made[1]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
