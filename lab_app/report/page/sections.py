"""The evidence of one attempt as a page shows it: each section's blocks, what targets have in common said once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lab_app.document.matrix import Row
from lab_app.document.types import Cell, TargetRecord
from lab_app.evidence.types import ErrorRecord
from lab_app.report import details
from lab_app.report.details import SQL, Shared, TableView, shared
from lab_app.report.values import intact, rows_told

T = TypeVar("T")


@dataclass(frozen=True)
class Lines:
    """What an attempt did to the schema, and what the models say that the schema does not: a line each."""

    changed: tuple[str, ...]
    missing: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing)


@dataclass(frozen=True)
class Rows:
    """What became of the rows in a sentence, and the tables that are not what they were, before and after.

    ``intact`` tells whether every row that should have survived did.
    """

    sentence: str
    intact: bool
    before: tuple[TableView, ...]
    after: tuple[TableView, ...]


@dataclass(frozen=True)
class Query:
    """The application's first query after the attempt, and the error that it got."""

    sql: str
    error: ErrorRecord | None


@dataclass(frozen=True)
class Sections:
    """The evidence of one attempt; a section that no target has anything for is empty."""

    typed: list[Shared[tuple[str, ...]]]
    migration: list[Shared[str | None]]
    sql: list[Shared[tuple[SQL, ...]]]
    leaves_out: bool
    errors: list[Shared[ErrorRecord | None]]
    again: list[Shared[str]]
    queries: list[Shared[Query | None]]
    rows: list[Shared[Rows]]
    schema: list[Shared[Lines]]
    warnings: list[Shared[tuple[str, ...]]]


def sections(row: Row, targets: tuple[TargetRecord, ...]) -> Sections:
    """Return the sections of an attempt, in the order of a page."""

    def common(what: Callable[[Cell], T]) -> list[Shared[T]]:
        return [block for block in shared(row, targets, what) if block.value]

    return Sections(
        typed=common(lambda cell: tuple(cell["steps"])),
        migration=common(details.migration),
        sql=shared(row, targets, details.statements),
        leaves_out=any(map(details.leaves_out, row.ran)),
        errors=common(lambda cell: cell["error"]),
        again=common(details.again),
        queries=common(_query),
        rows=shared(row, targets, _rows),
        schema=common(lambda cell: Lines(details.schema_changes(cell), details.schema_missing(cell))),
        warnings=common(lambda cell: tuple(dict.fromkeys(cell["warnings"]))),
    )


def _query(cell: Cell) -> Query | None:
    asked: Any = cell["first_query"]
    return Query(details.laid_out(asked["sql"]), asked["error"]) if asked else None


def _rows(cell: Cell) -> Rows:
    sentence = rows_told(cell)
    return Rows(sentence, intact(sentence), details.tables_before(cell), details.tables(cell))
