"""What is said between a page and the process that runs the app: one JSON object a line, each way.

The page sends wishes, the process replies. It begins with any number of Starting, then says Ready or NotStarted; each
wish after that gets Answered or Failed, and Closed says why it ends by itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, TypedDict, get_args, get_type_hints, is_typeddict

from lab_app.evidence.types import ErrorRecord, Statement, Value

#: What is shown as done last. Starting over is none: nothing has been done after it.
Deed = Literal["upgrade", "downgrade", "add"]


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


@dataclass(frozen=True)
class Look:
    """Nothing is to be done: the answer alone is wanted."""


@dataclass(frozen=True)
class Reset:
    """Start over, as if nothing had been done."""


@dataclass(frozen=True)
class Upgrade:
    """Go one revision up."""


@dataclass(frozen=True)
class Downgrade:
    """Go one revision down."""


@dataclass(frozen=True)
class Add:
    """Insert a student; None is NULL."""

    name: str
    course: str | None
    age: int | None


@dataclass(frozen=True)
class Starting:
    """What goes on before the app can be asked, in a few words."""

    words: str


@dataclass(frozen=True)
class Ready:
    """The app can be asked now, on this engine."""

    title: str
    version: str
    source: str


@dataclass(frozen=True)
class NotStarted:
    """Why the engine cannot be had, and what to type; ``fix`` may be empty."""

    reason: str
    fix: str


@dataclass(frozen=True)
class Answered:
    """A wish was done, or the engine refused it: that is in the answer, too."""

    answer: Answer


@dataclass(frozen=True)
class Failed:
    """A wish brought no answer: why, in one line."""

    reason: str


@dataclass(frozen=True)
class Closed:
    """It ends by itself: why."""

    reason: str


Wish = Look | Reset | Upgrade | Downgrade | Add
Reply = Starting | Ready | NotStarted | Answered | Failed | Closed

_KINDS: dict[str, type[Wish | Reply]] = {kind.__name__: kind for kind in get_args(Wish) + get_args(Reply)}


def encode(message: Wish | Reply) -> str:
    """Write a message as one line, without its end."""
    return json.dumps({"kind": type(message).__name__, **vars(message)})


def decode(line: str | bytes) -> Wish | Reply:
    """Read the message that ``encode`` wrote.

    Raises:
        ValueError: it is another line.
    """
    try:
        values = json.loads(line)
        kind = _KINDS[values.pop("kind")]
        hints = get_type_hints(kind)
        if values.keys() == hints.keys() and all(_fits(values[name], hint) for name, hint in hints.items()):
            return kind(**values)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        pass  # no JSON, no object, or none of the kinds
    raise ValueError(f"no message: {line!r}")


def _fits(value: object, hint: type) -> bool:
    """Tell whether a value is of a declared type; of an answer, whether it has exactly the parts of one."""
    if is_typeddict(hint):
        return isinstance(value, dict) and value.keys() == hint.__annotations__.keys()
    return type(value) in (get_args(hint) or (hint,))
