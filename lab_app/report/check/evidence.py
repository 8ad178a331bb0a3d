"""The evidence of one revision on one target: each step's statements with their lines, schema, rows and error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from lab_app.document.check import DIRECTIONS, CheckCell, CheckDocument, CheckStatement
from lab_app.document.types import Cell
from lab_app.evidence.changing import changed_something
from lab_app.evidence.types import Rows as RowsOfTables
from lab_app.evidence.types import Statement, Survival, TableRows, Value, ValueChange
from lab_app.report import details
from lab_app.report.page.sections import Lines, Rows
from lab_app.report.values import intact, survived


@dataclass(frozen=True)
class Sent:
    """One statement, the line that sent it (of another file with its name), and whether it failed."""

    text: str
    place: str
    failed: bool


@dataclass(frozen=True)
class Step:
    """One step with what is worth showing of it; ``schema`` is empty where nothing changed or nothing was read.

    ``reads`` is how many statements are not among its ``statements``, because they only read.
    """

    cell: CheckCell
    statements: tuple[Sent, ...]
    reads: int
    schema: Lines
    rows: Rows | None


def steps(document: CheckDocument, revision: str, target: str) -> list[Step]:
    """Return what was done with a revision on a target, in the order in which it was done."""
    file = next((each["file"] for each in document["revisions"] if each["revision"] == revision), "")
    cells = [cell for cell in document["cells"] if (cell["revision"], cell["target"]) == (revision, target)]
    return [_step(cell, file) for cell in sorted(cells, key=lambda cell: DIRECTIONS.index(cell["direction"]))]


def _step(cell: CheckCell, file: str) -> Step:
    survival = list(_survival(cell["rows_before"] or {}, cell["rows_after"] or {}))
    whole = cast(Cell, {**cell, "survival": survival})
    read = cell["rows_before"] is not None and cell["rows_after"] is not None
    told = survived(survival)
    statements = tuple(_sent(statement, cell, file) for statement in cell["statements"] if _counts(statement, cell))
    return Step(
        cell=cell,
        statements=statements,
        reads=len(cell["statements"]) - len(statements),
        schema=Lines(details.schema_changes(whole), ()),
        rows=Rows(told, intact(told), details.tables_before(whole), details.tables(whole)) if read else None,
    )


def _sent(statement: CheckStatement, cell: CheckCell, file: str) -> Sent:
    other = "" if statement["file"] in (None, file) else f"{statement['file']}, "
    place = f"{other}line {statement['line']}" if statement["line"] else ""
    return Sent(details.laid_out(statement["sql"]) + ";", place, _failed(statement, cell))


def _counts(statement: CheckStatement, cell: CheckCell) -> bool:
    """Tell whether a statement changes something or failed: batch mode reads a table with a dozen others."""
    sent: Statement = {"sql": statement["sql"], "parameters": None, "ms": 0, "error": None, "step": ""}
    return _failed(statement, cell) or changed_something(sent, cell["schema_before"] or {})


def _failed(statement: CheckStatement, cell: CheckCell) -> bool:
    return cell["error"] is not None and statement["ms"] is None  # it never came to its end


def _survival(before: RowsOfTables, after: RowsOfTables) -> Iterator[Survival]:
    """Compare the rows that are kept, by their keys; a table that is gone is told by the schema."""
    for name, old in before.items():
        new = after.get(name)
        if new is None or not old["rows"]:
            continue
        known, left = _keyed(old), _keyed(new)
        changes = [change for key, row in known.items() if key in left for change in _changes(key, row, left[key])]
        whole = new["count"] == len(new["rows"])
        yield {
            "table": name,
            "how": "values",
            "before": old["count"],
            "after": new["count"],
            "lost": len(known.keys() - left.keys()) if whole else 0,
            "changed": len({json.dumps(change["key"]) for change in changes}),
            "changes": changes,
        }


def _changes(key: str, old: dict[str, Value], new: dict[str, Value]) -> Iterator[ValueChange]:
    for column, value in old.items():
        if column in new and new[column] != value:
            yield {"key": json.loads(key), "column": column, "before": value, "after": new[column]}


def _keyed(table: TableRows) -> dict[str, dict[str, Value]]:
    """Return the rows by their key as JSON text; by their place where the table has no key."""
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    keys: list[Any] = [[row[column] for column in table["key"]] or [number] for number, row in enumerate(rows)]
    return {json.dumps(key): row for key, row in zip(keys, rows, strict=True)}
