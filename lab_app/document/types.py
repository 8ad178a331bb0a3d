"""The types of the result document: its cells, targets and scenarios.

They are the JSON itself, so that a report reads what the worker wrote and nothing is converted on
the way. Times are milliseconds; a missing thing is ``None``, never left out.
"""

from typing import Literal, NotRequired, TypedDict

from lab_app.document.outcomes import Outcome
from lab_app.evidence.types import ErrorRecord, FirstQuery, Rows, Schema, Statement, Survival

#: The number of the contract, which is in each document.
SCHEMA = 2
#: How much a scenario takes for known, the least first.
LEVELS = ("beginner", "intermediate", "advanced")


class Again(TypedDict):
    """What came of the upgrade, typed once more after an attempt that was half-applied.

    ``step`` is what was typed. ``error`` is None when it went through, and ``statement`` the one that failed, if one
    did. ``outcome`` is the word for where the database is then.
    """

    step: str
    error: ErrorRecord | None
    statement: str | None
    outcome: Outcome


class Evidence(TypedDict):
    """Everything observed of one attempt on one target; the verdict reads this and nothing else.

    ``again`` is there where the attempt was half-applied; everything else was read before.
    """

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
    again: NotRequired[Again]


class Expected(TypedDict):
    """What the scenario declared for this engine and version; ``error`` is a class or code, or None for any."""

    outcome: Outcome
    reason: str
    error: str | None


class Cell(TypedDict):
    """One attempt on one target. ``evidence`` keys are spread into the cell; all are None when it was not run.

    ``mistake`` is there where the scenario's own Python is wrong, and ``reason`` tells file, line and error.
    """

    scenario: str
    attempt: str
    target: str
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
    again: NotRequired[Again]
    mistake: NotRequired[bool]


class TargetRecord(TypedDict):
    """One engine in one version: a column of the matrix.

    ``name`` is the engine's where a run has one version of it (postgresql), else with the version (postgresql 15);
    ``title`` is the engine's (PostgreSQL). ``reason`` and ``fix`` are set when it is not up; ``version`` may then be
    the one that was asked for.
    """

    name: str
    engine: str
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
    """A scenario's declaration, as far as a report shows it.

    ``question`` is there where the scenario asks one; documents from before questions have none.
    """

    name: str
    title: str
    level: str
    story: str
    lesson: list[str]
    hints: list[str]
    reference: str
    attempts: list[AttemptRecord]
    question: NotRequired[str]


class Document(TypedDict):
    """One run: what ``flask lab run --format json`` prints."""

    schema: int
    kind: Literal["run"]
    recorded_at: str
    versions: dict[str, str]
    ms: float
    targets: list[TargetRecord]
    scenarios: list[ScenarioRecord]
    cells: list[Cell]
