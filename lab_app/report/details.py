"""What is worth showing of one attempt, with everything that targets share said once."""

import ast
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lab_app.document.matrix import Row
from lab_app.document.targets import in_words
from lab_app.document.types import Cell, TargetRecord
from lab_app.evidence.bookkeeping import is_bookkeeping
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.types import ErrorRecord, Schema, TableRows, Value
from lab_app.report.values import short

T = TypeVar("T")
ROWS_CAP = 10
#: Where nothing was changed there is nothing to say about the schema.
_UNTOUCHED = frozenset({"refused", "rolled back"})


@dataclass(frozen=True)
class Shared(Generic[T]):
    """Something that one or more targets have in common; ``everywhere`` is true when all that ran have it."""

    targets: tuple[str, ...]
    everywhere: bool
    value: T

    @property
    def label(self) -> str:
        """The targets as they are called: PostgreSQL, MySQL 8.4, MariaDB."""
        return ", ".join(self.targets)


@dataclass(frozen=True)
class SQL:
    """One statement to show, laid out as it was sent."""

    text: str
    parameters: str | None
    failed: bool


@dataclass(frozen=True)
class RowView:
    """One row: its values as text, what those that changed were, and whether the row is gone."""

    values: tuple[str, ...]
    was: tuple[str | None, ...]
    gone: bool

    @property
    def differs(self) -> bool:
        """Whether something that should have survived did not."""
        return self.gone or any(self.was)


@dataclass(frozen=True)
class TableView:
    """One table after the attempt, as far as it is shown; ``more`` rows are not."""

    table: str
    columns: tuple[str, ...]
    new: tuple[bool, ...]
    key: tuple[bool, ...]
    rows: tuple[RowView, ...]
    more: int


def shared(row: Row, targets: tuple[TargetRecord, ...], what: Callable[[Cell], T]) -> list[Shared[T]]:
    """Group the cells that ran by what they have in common, in the order of the targets."""
    found: list[tuple[T, list[str]]] = []
    for cell in row.ran:
        value = what(cell)
        names = next((names for known, names in found if known == value), None)
        if names is None:
            found.append((value, names := []))
        names.append(cell["target"])
    return [Shared(in_words(names, targets), len(found) == 1, value) for value, names in found]


def statements(cell: Cell) -> tuple[SQL, ...]:
    """Return the statements of the change: without COMMIT, and without what Alembic notes in alembic_version."""
    shown: list[SQL] = []
    for statement in cell["statements"]:
        sql, failed = laid_out(statement["sql"]), statement["error"] is not None
        if sql == "COMMIT" or (sql == "ROLLBACK" and not (shown and cell["error"])):
            continue
        if failed or not is_bookkeeping(sql):
            shown.append(SQL(sql + ";", statement["parameters"], failed))
    return tuple(shown)


def leaves_out(cell: Cell) -> bool:
    """Tell whether statements() leaves something out that was sent."""
    return len(statements(cell)) < len(cell["statements"])


def laid_out(sql: str) -> str:
    """Return a statement without its empty lines, the space at its ends and its tabs."""
    lines = [line.rstrip() for line in sql.expandtabs(4).splitlines()]
    return "\n".join(line for line in lines if line)


def migration(cell: Cell) -> str | None:
    """Return the functions of the migration file; downgrade() only when a step went down, and no header."""
    source = cell["migration"]
    if source is None:
        return None
    try:
        parts = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it is no Python, whatever else it is
        return source.strip()
    down = any("downgrade" in step for step in cell["steps"])
    wanted = [ast.get_source_segment(source, part) or "" for part in parts if down or part.name != "downgrade"]
    lines = [line.rstrip() for part in wanted for line in part.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(lines)


def error_name(error: ErrorRecord) -> str:
    """Return the class of an error and its code: DatatypeMismatch 42804."""
    return " ".join(part for part in (error["class"], error["code"]) if part)


def again(cell: Cell) -> str:
    """Tell in a line what came of the upgrade that was typed once more; nothing where it was not."""
    typed = cell.get("again")
    if not typed:
        return ""
    error = typed["error"]
    if error:
        code = error["code"] or ""
        # SQLite's names of codes say less than the driver's class: SQLITE_ERROR, OperationalError.
        name = code if any(map(str.isdigit, code)) else error["class"]
        words = f"{name} {error['message']}".strip().splitlines()
        return f"{typed['step']} again: fails with {words[0]}"
    then = "" if typed["outcome"] == "done" else f", and the outcome is then: {typed['outcome']}"
    return f"{typed['step']} again: goes through{then}"


def first_error(cell: Cell) -> ErrorRecord | None:
    """Return the error of the application's first query after the attempt."""
    return cell["first_query"]["error"] if cell["first_query"] else None


def schema_changes(cell: Cell) -> tuple[str, ...]:
    """Tell what the attempt did to the schema, a line each."""
    return _difference(cell["schema_before"], cell["schema_after"])


def schema_missing(cell: Cell) -> tuple[str, ...]:
    """Tell what the schema lacks of what the models say; nothing for an attempt that changed nothing by failing."""
    return () if cell["outcome"] in _UNTOUCHED else _difference(cell["schema_after"], cell["schema_goal"])


def schema_wanted(cell: Cell) -> tuple[str, ...]:
    """Tell what the models say that the schema did not before, a line each: what an attempt is for."""
    return _difference(cell["schema_before"], cell["schema_goal"])


def _difference(old: Schema | None, new: Schema | None) -> tuple[str, ...]:
    return () if old is None or new is None else tuple(schema_diff(old, new))


def tables(cell: Cell) -> tuple[TableView, ...]:
    """Return the tables whose rows are not what they were, the rows that changed before the others."""
    before, after = cell["rows_before"] or {}, cell["rows_after"] or {}
    return tuple(
        _table(cell, name, before[name], after.get(name, _empty(before[name])))
        for name in before
        if before[name] != after.get(name)
    )


def tables_before(cell: Cell) -> tuple[TableView, ...]:
    """Return the same tables before the attempt; of an attempt that left every row alone, all of its tables."""
    before, after = cell["rows_before"] or {}, cell["rows_after"] or {}
    changed = [name for name in before if before[name] != after.get(name)]
    return tuple(_as_it_was(name, before[name]) for name in changed or before)


def tables_to_begin_with(cell: Cell) -> tuple[TableView, ...]:
    """Return every table before the attempt, whatever became of it."""
    return tuple(_as_it_was(name, table) for name, table in (cell["rows_before"] or {}).items())


def _as_it_was(name: str, table: TableRows) -> TableView:
    rows = tuple(RowView(tuple(map(short, row)), (None,) * len(row), gone=False) for row in table["rows"][:ROWS_CAP])
    key = tuple(column in table["key"] for column in table["columns"])
    return TableView(name, tuple(table["columns"]), (False,) * len(key), key, rows, table["count"] - len(rows))


def _empty(rows: TableRows) -> TableRows:
    return {**rows, "rows": [], "count": 0}


def _table(cell: Cell, name: str, before: TableRows, after: TableRows) -> TableView:
    changes = {
        (json.dumps(change["key"]), change["column"]): short(change["before"])
        for survival in cell["survival"]
        if survival["table"] == name
        for change in survival["changes"]
    }
    columns = after["columns"]
    views = []
    for key, row in _keyed(after).items():
        was = tuple(changes.get((key, column)) for column in columns)
        views.append(RowView(tuple(short(value) for value in row), was, gone=False))
    if any(survival["table"] == name and survival["lost"] for survival in cell["survival"]):
        views += _gone(before, after)
    first = sorted(range(len(views)), key=lambda place: not views[place].differs)[:ROWS_CAP]
    return TableView(
        name,
        tuple(columns),
        tuple(column not in before["columns"] for column in columns),
        tuple(column in after["key"] for column in columns),
        tuple(views[place] for place in sorted(first)),
        max(after["count"], len(views)) - len(first),
    )


def _gone(before: TableRows, after: TableRows) -> list[RowView]:
    """Return the rows that are there no longer; where a table is not kept whole, a missing row proves nothing."""
    if after["count"] > len(after["rows"]):
        return []
    left = _keyed(after)
    return [
        RowView(_values_in(after["columns"], before["columns"], row), (None,) * len(after["columns"]), gone=True)
        for key, row in _keyed(before).items()
        if key not in left
    ]


def _values_in(wanted: list[str], columns: list[str], row: list[Value]) -> tuple[str, ...]:
    known = dict(zip(columns, row, strict=True))
    return tuple(short(known[column]) if column in known else "" for column in wanted)


def _keyed(table: TableRows) -> dict[str, list[Value]]:
    """Return the rows by their key as JSON text; by their place where the table has no key."""
    places = [table["columns"].index(column) for column in table["key"]]
    return {
        json.dumps([row[place] for place in places] if places else [number]): row
        for number, row in enumerate(table["rows"])
    }
