"""What is said between a page and the process that runs the app: one JSON object a line, each way.

A request is ``{"do": "look"}``, upgrade, downgrade, reset, or ``{"do": "add", "name", "course", "age"}``. The process
begins with any number of ``starting`` lines, then says ``ready`` or ``unavailable``; each request after that is
answered by ``answer`` or ``failed``, and ``closed`` says why it ends by itself.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from lab_app.evidence.types import ErrorRecord, Statement, Value

#: What is shown as done last. Starting over is none: nothing has been done after it.
Deed = Literal["upgrade", "downgrade", "add"]


class Request(TypedDict, total=False):
    """One request. ``name``, ``course`` and ``age`` belong to ``add``; a missing one is NULL."""

    do: Literal["look", "reset"] | Deed
    name: str | None
    course: str | None
    age: int | None


class Revision(TypedDict):
    """One file of the migrations folder."""

    revision: str
    message: str


class Query(TypedDict):
    """What the app asked through its model, and the rows or the error that came of it."""

    sql: str
    columns: list[str]
    rows: list[list[Value]]
    error: ErrorRecord | None


class ColumnPair(TypedDict):
    """One column as the model declares it and as the table has it; None where one of them has it not."""

    name: str
    model: str | None
    table: str | None


class Act(TypedDict):
    """What was done last: the command in a person's words, what it sent, and its error.

    ``rows_before`` is how many rows the table held, None when there was no table.
    """

    do: Deed
    command: str
    statements: list[Statement]
    error: ErrorRecord | None
    rows_before: int | None


class Answer(TypedDict):
    """The app and its database now.

    ``revision`` is None at base. ``revisions`` are in the order in which they are applied. ``rows`` is how many the
    table holds, None when there is no table.
    """

    revision: str | None
    revisions: list[Revision]
    query: Query
    columns: list[ColumnPair]
    rows: int | None
    last: Act | None


class Ready(TypedDict):
    """The engine that the app runs on."""

    title: str
    version: str
    source: str


class Unavailable(TypedDict):
    """Why the engine cannot be had, and what to type; ``fix`` may be empty."""

    reason: str
    fix: str


class Line(TypedDict, total=False):
    """What the process says: exactly one of these."""

    starting: str
    ready: Ready
    unavailable: Unavailable
    answer: Answer
    failed: str
    closed: str
