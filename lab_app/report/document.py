"""The result document as a file: read and written."""

import json
from pathlib import Path
from typing import Any

from lab_app.errors import LabError
from lab_app.evidence.cell import AttemptRecord, Cell, Document, EngineRecord, ScenarioRecord
from lab_app.report.record import unpacked

SCHEMA = 1


def dump(document: Document) -> str:
    """The document as JSON text: two spaces deep, letters as they are, keys in the order of the contract."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def load(path: Path) -> Document:
    """Read a document from a file; LabError when there is none in it that this version reads."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LabError(
            f"{path.name} cannot be read ({error.strerror}): name a file that --format json wrote"
        ) from error
    except ValueError as error:
        raise LabError(f"{path.name} is not JSON: name a file that --format json wrote") from error
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema != SCHEMA or isinstance(schema, bool):
        said = "no result document" if schema is None else f"a result document of schema {schema!r}"
        raise LabError(f"{path.name} is {said}, and this lab reads schema {SCHEMA}: run it again with --format json")
    if not _complete(found):
        raise LabError(f"{path.name} is a result document with parts missing: run it again with --format json")
    document: Document = unpacked(found)  # type: ignore[assignment]
    return document


def _complete(found: dict[str, Any]) -> bool:
    """Whether everything is there that a report reads without asking."""
    if not found.keys() >= Document.__required_keys__:
        return False
    try:
        attempts = [attempt for scenario in found["scenarios"] for attempt in scenario["attempts"]]
        parts = (EngineRecord, found["engines"]), (ScenarioRecord, found["scenarios"]), (Cell, found["cells"])
        return all(
            one.keys() >= kind.__required_keys__ for kind, ones in (*parts, (AttemptRecord, attempts)) for one in ones
        )
    except (AttributeError, KeyError, TypeError):  # not the lists and objects of the contract
        return False


def of_scenario(document: Document, name: str) -> Document:
    """The part of a document that one scenario is; LabError when it holds no such scenario."""
    scenarios = [scenario for scenario in document["scenarios"] if scenario["name"] == name]
    if not scenarios:
        names = ", ".join(scenario["name"] for scenario in document["scenarios"])
        raise LabError(f"these results hold no scenario {name!r}: name one of {names}")
    cells = [cell for cell in document["cells"] if cell["scenario"] == name]
    return {**document, "scenarios": scenarios, "cells": cells}
