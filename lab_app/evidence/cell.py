"""The types of the result document: what is recorded of one attempt on one engine.

They are the JSON itself, so that a report reads what the worker wrote and nothing is converted on
the way. Times are milliseconds; a missing thing is ``None``, never left out.
"""

from typing import Literal, TypedDict

Outcome = Literal[
    "done", "ignored", "drifted", "refused", "rolled back", "half-applied", "rows changed", "rows lost", "not run"
]

#: The worst first: the word that wins when the evidence supports two.
WORST_FIRST: tuple[Outcome, ...] = (
    "rows lost",
    "rows changed",
    "half-applied",
    "drifted",
    "rolled back",
    "refused",
    "ignored",
    "done",
    "not run",
)
SIGNS: dict[Outcome, str] = {
    "done": "✓",
    "ignored": "○",
    "drifted": "≠",
    "refused": "✗",
    "rolled back": "↩",
    "half-applied": "½",
    "rows changed": "!",
    "rows lost": "‼",
    "not run": "–",
}
DATA_AT_RISK: frozenset[Outcome] = frozenset({"rows lost", "rows changed", "half-applied"})

#: A value as JSON has it, or one key that names the type JSON lacks: {"decimal": "1.50"},
#: {"datetime": "2024-01-02 03:04:05"}, {"date": …}, {"time": …}, {"bytes": "00ff"}, {"other": "repr"}.
Value = None | bool | int | float | str | dict[str, str]


class Statement(TypedDict):
    """One statement that went to the engine. ``step`` is the command it belongs to (``flask db upgrade``)."""

    sql: str
    parameters: str | None
    ms: float
    error: str | None
    step: str


ErrorRecord = TypedDict("ErrorRecord", {"class": str, "code": str | None, "message": str})


class Column(TypedDict):
    """``type`` is the engine's own name for it, upper case; ``default`` is the server's, as text."""

    type: str
    nullable: bool
    default: str | None
    autoincrement: bool
    computed: str | None
    comment: str | None


class ForeignKey(TypedDict):
    """``options`` are those that were said: ondelete, onupdate, deferrable."""

    name: str | None
    columns: list[str]
    refers_to: str
    refers_columns: list[str]
    options: dict[str, str]


class Unique(TypedDict):
    """A unique constraint; the engine's index below it is not listed again."""

    name: str | None
    columns: list[str]


class Check(TypedDict):
    """A CHECK, its text levelled so that one engine writes one condition one way."""

    name: str | None
    text: str


class Index(TypedDict):
    """``columns`` holds expressions too, as the engine prints them."""

    name: str | None
    columns: list[str]
    unique: bool
    where: str | None


class Table(TypedDict):
    """One table, view, or PostgreSQL enum type (its words are in ``checks``). Columns keep the order of the table."""

    kind: Literal["table", "view", "type"]
    columns: dict[str, Column]
    primary_key: list[str]
    unique: list[Unique]
    foreign_keys: list[ForeignKey]
    checks: list[Check]
    indexes: list[Index]
    comment: str | None


Schema = dict[str, Table]


class TableRows(TypedDict):
    """The rows of one table in the order of its key.

    Up to ROWS_SHOWN of them are kept in ``rows``; ``count`` is how many there are. ``digest`` is set where the
    table was too long to compare value by value.
    """

    columns: list[str]
    key: list[str]
    rows: list[list[Value]]
    count: int
    digest: str | None


Rows = dict[str, TableRows]


class ValueChange(TypedDict):
    """One value that should have survived: the row's key, the column, before and now."""

    key: list[Value]
    column: str
    before: Value
    after: Value


class Survival(TypedDict):
    """What became of one table's rows. ``how`` is ``values`` or ``digest``.

    ``changed`` counts rows (for a digest: 1 if anything differs); ``changes`` holds the first of them.
    """

    table: str
    how: Literal["values", "digest"]
    before: int
    after: int
    lost: int
    changed: int
    changes: list[ValueChange]


class FirstQuery(TypedDict):
    """The application's first SELECT through the new models, after the attempt."""

    sql: str
    error: ErrorRecord | None


class Evidence(TypedDict):
    """Everything observed of one attempt on one engine; the verdict reads this and nothing else."""

    steps: list[str]
    statements: list[Statement]
    error: ErrorRecord | None
    warnings: list[str]
    revision_before: list[str]
    revision_after: list[str]
    schema_before: Schema
    schema_after: Schema
    schema_goal: Schema
    rows_before: Rows
    rows_after: Rows
    survival: list[Survival]
    first_query: FirstQuery | None
    migration: str | None
    ms: float


class Expected(TypedDict):
    """What the scenario declared for this engine and version; ``error`` is a class or code, or None for any."""

    outcome: Outcome
    reason: str
    error: str | None


class Cell(TypedDict):
    """One attempt on one engine. ``evidence`` keys are spread into the cell; all are None when it was not run."""

    scenario: str
    attempt: str
    engine: str
    outcome: Outcome
    reason: str
    finding: str
    fix: str | None
    expected: Expected | None
    as_expected: bool
    ms: float
    steps: list[str]
    statements: list[Statement]
    error: ErrorRecord | None
    warnings: list[str]
    revision_before: list[str]
    revision_after: list[str]
    schema_before: Schema | None
    schema_after: Schema | None
    schema_goal: Schema | None
    rows_before: Rows | None
    rows_after: Rows | None
    survival: list[Survival]
    first_query: FirstQuery | None
    migration: str | None


class EngineRecord(TypedDict):
    """One engine of a run. ``reason`` and ``fix`` are set when it is not up."""

    name: str
    title: str
    up: bool
    version: str | None
    source: str | None
    reason: str | None
    fix: str | None


class AttemptRecord(TypedDict):
    """``code`` is the attempt's source, what a person would paste."""

    name: str
    title: str
    better: bool
    code: str


class ScenarioRecord(TypedDict):
    """A scenario's declaration, as far as a report shows it."""

    name: str
    title: str
    level: str
    story: str
    lesson: list[str]
    hints: list[str]
    reference: str
    attempts: list[AttemptRecord]


class Document(TypedDict):
    """One run: what ``flask lab run --format json`` prints."""

    schema: int
    recorded_at: str
    versions: dict[str, str]
    ms: float
    engines: list[EngineRecord]
    scenarios: list[ScenarioRecord]
    cells: list[Cell]
