"""The document of Learn: how far a learner is with one exercise, and what each engine says of it.

Terminal, page, JUnit and tests read it and nothing else. A missing thing is ``None`` or empty, never left out.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from lab_app.document.outcomes import Outcome

#: The number of the contract, which is in each document.
JUDGEMENT_SCHEMA = 1
#: How far one line of the list is, or one engine.
Progress = Literal["passed", "failed", "asking", "waiting", "not up"]
#: What a learner can be told; each has a sentence of its own, which names the next act.
State = Literal[
    "not-begun", "model-unchanged", "model-differs", "does-not-load", "not-set-up", "no-folder", "creates-tables",
    "history-unreadable", "no-revision", "revision-unchanged", "start-changed", "start-removed", "empty-revision",
    "several-heads", "wrong-parents", "no-database", "database-deleted", "not-applied", "unknown-revision", "stamped",
    "made-by-hand", "made-before", "passes-over", "edited-by-hand", "own-rows-lost", "own-rows-changed", "ignored",
    "refused", "rolled-back", "half-applied", "rows-lost", "rows-changed", "drifted", "lets-in", "keeps-out",
    "app-does-not-answer", "downgrade-refused", "no-downgrade", "downgrade-differs", "again-refused", "again-rows",
    "again-differs", "new-install-refused", "asking", "passed", "passed-on-some",
]  # fmt: skip


class JudgedExercise(TypedDict):
    """Which exercise it is: the ``number``-th ``of`` so many. ``scenario`` tells more."""

    name: str
    number: int
    of: int
    title: str
    task: str
    scenario: str


class Line(TypedDict):
    """One line of the list; ``detail`` is there for one that has failed. ``engines``: they have a say."""

    says: str
    progress: Progress
    detail: str
    engines: bool


class EngineLine(TypedDict):
    """What one engine says: its outcome word, and why. ``fix`` is what to type where it is not up."""

    name: str
    title: str
    version: str | None
    progress: Progress
    outcome: Outcome | None
    detail: str
    fix: str


class Surprise(TypedDict):
    """The first thing that is not as it should be, seen beside wanted; ``engine`` is a title, or empty."""

    engine: str
    said: str
    seen: str
    wanted: str


class JudgedRevision(TypedDict):
    """One revision of the learner's history; ``here``: school.db is at it."""

    revision: str
    message: str
    here: bool


class JudgedFile(TypedDict):
    """A file of the learner's: its path below the folder, its text, and when it was saved (seconds since 1970)."""

    path: str
    text: str
    saved_at: float


class JudgedRows(TypedDict):
    """One table of school.db, as it is now; ``new`` are columns that the start did not have."""

    table: str
    columns: list[str]
    new: list[str]
    rows: list[list[str]]
    count: int


class Judgement(TypedDict):
    """One judgement, or as much of one as there is yet: ``over`` tells which.

    ``sentence`` names the next act, ``command`` is what to type, if anything. ``difference`` is app.py against the
    start, in lines of a unified difference. ``told`` is what a passed exercise tells: why it works, and what the
    tempting wrong way does; ``more`` is what to type for the scenario that tells the whole story.
    """

    schema: int
    kind: Literal["judgement"]
    recorded_at: str
    versions: dict[str, str]
    folder: str
    exercise: JudgedExercise
    state: State
    sentence: str
    command: str
    passed: bool
    over: bool
    checks: list[Line]
    engines: list[EngineLine]
    surprise: Surprise | None
    revisions: list[JudgedRevision]
    difference: list[str]
    migration: JudgedFile | None
    rows: list[JudgedRows]
    told: dict[str, str]
    more: str
