"""The types of a check's document: somebody's revisions on every engine, and what was found.

They are the JSON itself. Times are milliseconds; a missing thing is ``None``, never left out.
"""

from typing import Literal, TypedDict

from lab_app.document.outcomes import Outcome
from lab_app.document.types import TargetRecord
from lab_app.evidence.types import ErrorRecord, Rows, Schema

#: The number of the document's form.
CHECK_SCHEMA = 1

Severity = Literal["error", "warning", "note"]
#: The worst first.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
Direction = Literal["up", "down", "up again", "in the middle"]
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "up again", "in the middle")


class Finding(TypedDict):
    """One thing that was found; one cause is one finding, whatever the number of engines.

    ``engines`` are names of targets, ``engine`` is the first of them; both are None where a finding is about the whole
    project, as ``revision`` is. ``title`` is what happens, ``detail`` the reason and the values, a sentence a line;
    ``fix`` is what to do, with code. ``scenario`` is the lab's story of the same.
    """

    code: str
    severity: Severity
    engine: str | None
    engines: list[str] | None
    revision: str | None
    title: str
    detail: str
    fix: str
    file: str | None
    line: int | None
    scenario: str | None
    fingerprint: str


class CheckStatement(TypedDict):
    """One statement of a revision's own, with its line."""

    sql: str
    line: int | None
    file: str | None
    rows: int | None
    ms: float | None


class CheckCell(TypedDict):
    """One step of one revision on one target, with its evidence; the schemas are None where nothing was read.

    Of schemas and rows it has the tables that are not the same before and after, and whatever is no table.
    """

    revision: str
    direction: Direction
    target: str
    engine: str
    outcome: Outcome
    reason: str
    finding: str
    ms: float
    error: ErrorRecord | None
    statements: list[CheckStatement]
    schema_before: Schema | None
    schema_after: Schema | None
    rows_before: Rows | None
    rows_after: Rows | None


class RevisionRecord(TypedDict):
    """One revision of the history, oldest first; ``file`` is relative to the project's folder where it is inside."""

    revision: str
    parents: list[str]
    message: str
    file: str


class Started(TypedDict):
    """What loading the project did beside loading: rows and tables left, programs started, connections refused."""

    left: list[str]
    programs: list[str]
    refused: list[str]


class ProjectRecord(TypedDict):
    """What was understood of the project; ``inside`` is where it lies in its repository, ``.`` at the root."""

    name: str
    app: str | None
    inside: str
    migrations: str | None
    url_through: str
    started: Started


class Untested(TypedDict):
    """What was not tested, and why, in plain words."""

    what: str
    why: str


class Skipped(TypedDict):
    """A finding that the project's settings leave out, and the reason that they give."""

    code: str
    revision: str | None
    because: str


class CheckDocument(TypedDict):
    """One check: what ``flask lab check --format json`` prints."""

    schema: int
    kind: Literal["check"]
    recorded_at: str
    versions: dict[str, str]
    theirs: dict[str, str]
    ms: float
    project: ProjectRecord
    targets: list[TargetRecord]
    revisions: list[RevisionRecord]
    cells: list[CheckCell]
    findings: list[Finding]
    skipped: list[Skipped]
    not_tested: list[Untested]
