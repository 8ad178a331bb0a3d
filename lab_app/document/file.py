"""The result document as a file: read and written."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from lab_app.document.packed import unpacked
from lab_app.document.types import AttemptRecord, Cell, Document, ScenarioRecord, TargetRecord
from lab_app.errors import LabError

SCHEMA = 2
#: Columns were engines, and every document was one of a run.
_OLDER = 1


def dump(document: Document) -> str:
    """Write the document as JSON text: two spaces deep, letters as they are, keys in the order of the contract."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def load(path: Path) -> Document:
    """Read a document from a file; one of schema 1 becomes one of today.

    Raises:
        LabError: there is none in it that this version reads.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LabError(
            f"{path.name} cannot be read ({error.strerror}): name a file that --format json wrote"
        ) from error
    except ValueError as error:
        raise LabError(f"{path.name} is not JSON: name a file that --format json wrote") from error
    if said := _foreign(found):
        raise LabError(f"{path.name} is {said}: run it again with --format json")
    with suppress(AttributeError, LookupError, TypeError):  # not the lists and objects of the contract
        found = _of_today(found)
        if _complete(found):
            document: Document = unpacked(found)  # type: ignore[assignment]
            return document
    raise LabError(f"{path.name} is a result document with parts missing: run it again with --format json")


def _foreign(found: Any) -> str:
    """Tell what a file's JSON is instead of a result document that this version reads, if it is none."""
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema not in (_OLDER, SCHEMA) or isinstance(schema, bool):
        said = "no result document" if schema is None else f"a result document of schema {schema!r}"
        return f"{said}, and this lab reads schema {_OLDER} and {SCHEMA}"
    kind = found.get("kind", "run")
    return "" if kind == "run" else f"a document of kind {kind!r}, and results of a run are wanted"


def _of_today(found: dict[str, Any]) -> dict[str, Any]:
    """Return a document of schema 1 as one of today: each of its engines is the one target of that engine."""
    if found["schema"] == SCHEMA:
        return found
    targets = [{"name": engine["name"], "engine": engine["name"], **engine} for engine in found["engines"]]
    cells = [
        {"scenario": cell["scenario"], "attempt": cell["attempt"], "target": cell["engine"], **cell}
        for cell in found["cells"]
    ]
    head = {"schema": SCHEMA, "kind": "run", **{key: found[key] for key in ("recorded_at", "versions", "ms")}}
    rest = {key: value for key, value in found.items() if key not in (*head, "engines", "cells")}
    return {**head, "targets": targets, **rest, "cells": cells}


def _complete(found: dict[str, Any]) -> bool:
    """Tell whether everything is there that a report reads without asking, and each cell has its one column."""
    if not found.keys() >= Document.__required_keys__:
        return False
    attempts = [attempt for scenario in found["scenarios"] for attempt in scenario["attempts"]]
    parts = (TargetRecord, found["targets"]), (ScenarioRecord, found["scenarios"]), (Cell, found["cells"])
    if not all(
        one.keys() >= kind.__required_keys__ for kind, ones in (*parts, (AttemptRecord, attempts)) for one in ones
    ):
        return False
    names = [target["name"] for target in found["targets"]]
    return len(names) == len(set(names)) and {cell["target"] for cell in found["cells"]} <= set(names)


def of_scenario(document: Document, name: str) -> Document:
    """Return the part of a document that one scenario is.

    Raises:
        LabError: the document holds no such scenario.
    """
    scenarios = [scenario for scenario in document["scenarios"] if scenario["name"] == name]
    if not scenarios:
        names = ", ".join(scenario["name"] for scenario in document["scenarios"])
        raise LabError(f"these results hold no scenario {name!r}: name one of {names}")
    cells = [cell for cell in document["cells"] if cell["scenario"] == name]
    return {**document, "scenarios": scenarios, "cells": cells}
