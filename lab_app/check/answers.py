"""What the probe says, as the walk keeps it: of loading a project, and of each step."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Self

#: What is not kept twice of an answer.
_READ = frozenset({"error", "swallowed", "statements", "notes", "ms"})
#: What drivers of MySQL say: a code and a text. What the lab's databases are called is nobody's business.
_WITH_CODE = re.compile(r"\((?P<code>\d+), (?:'|\")(?P<text>.*)(?:'|\")\)")
_CODE_FIRST = re.compile(r"(?P<code>\d+) \(\w{5}\): (?P<text>.*)")
_SCRATCH = re.compile(r"`?\blab_[0-9a-f]{10}`?\.")
#: How much of what an exception says is told: some tell a whole table.
_LINE = 400
#: What SQLAlchemy says for its own developers: objects with their addresses, and where to read on.
_NOISE = (
    (re.compile(r" ?\(Background on this error at: [^)]*\)"), ""),
    (re.compile(r"(\w+Constraint)\(\)"), r"\1"),
    (re.compile(r"(\w+Constraint)\(<.*?table=Table\('(\w+)'.*?\)\)"), r"\1 of \2"),
    (re.compile(r"<(?:\w+\.)*(\w+) object at 0x[0-9a-f]+>"), r"\1"),
)


def first_line(message: str) -> str:
    """Return the first line of what a driver says, the text before its code, without what only the lab has made."""
    first = next((line.strip() for line in message.splitlines() if line.strip()), "")
    if found := _WITH_CODE.fullmatch(first) or _CODE_FIRST.fullmatch(first):
        first = found["text"].replace("\\'", "'") + f" ({found['code']})"
    first = _SCRATCH.sub("", first)
    for noise, less in _NOISE:
        first = noise.sub(less, first)
    return first


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the project's own; ``revision`` tells whether its file is a revision."""

    file: str
    line: int
    revision: bool

    @staticmethod
    def of(told: dict[str, Any] | None) -> Place | None:
        """Read what the probe told, None for none; a line that sends many statements is held once."""
        return _place(told["file"], told["line"], told["revision"]) if told else None


@lru_cache(maxsize=4096)
def _place(file: str, line: int, revision: bool) -> Place:
    return Place(file, line, revision)


@dataclass(frozen=True)
class Failure:
    """What ended a step, or was swallowed in it.

    ``code`` is the engine's; ``sql`` the statement that failed, or nothing.
    ``kind`` tells an error from a step that did not end in time and from a process that died.
    """

    error: str
    code: str | None
    message: str
    sql: str
    at: Place | None
    kind: Literal["error", "timed out", "crashed"] = "error"

    @classmethod
    def of(cls, told: dict[str, Any] | None) -> Self | None:
        """Read what the probe told, None for none."""
        if not told:
            return None
        return cls(told["class"], told.get("code"), told["message"], told["sql"], Place.of(told["at"]))

    @property
    def line(self) -> str:
        """The first line of what was said, with the class in front."""
        first = first_line(self.message)
        first = f"{first[:_LINE]}…" if len(first) > _LINE else first
        if self.kind != "error":
            return first
        return f"{self.error}: {first}" if first else self.error


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement; ``count`` is how many rows of parameters it had, ``rows`` what the driver says it touched."""

    sql: str
    at: Place | None
    changes: bool
    count: int
    rows: int | None
    ms: float | None

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """Read what the probe told; a text that is sent over and over is held once."""
        return cls(
            sys.intern(told["sql"]), Place.of(told["at"]), told["changes"], told["count"], told["rows"], told["ms"]
        )


@dataclass(frozen=True)
class Note:
    """Something the probe saw beside its steps: a connection that was refused, a program that was started."""

    kind: str
    what: str
    at: Place | None
    loading: bool

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """Read what the probe told."""
        return cls(told["kind"], told["what"], Place.of(told["at"]), told["loading"])


@dataclass(frozen=True)
class Answer:
    """What came of one step. ``said`` is what the step was asked for."""

    failure: Failure | None
    swallowed: tuple[Failure, ...] = ()
    statements: tuple[Sent, ...] = ()
    notes: tuple[Note, ...] = ()
    ms: float = 0.0
    said: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """Read what the probe told."""
        return cls(
            failure=Failure.of(told["error"]),
            swallowed=tuple(filter(None, map(Failure.of, told.get("swallowed", ())))),
            statements=tuple(map(Sent.of, told.get("statements", ()))),
            notes=tuple(map(Note.of, told.get("notes", ()))),
            ms=told["ms"],
            said={name: value for name, value in told.items() if name not in _READ},
        )

    @property
    def changes(self) -> tuple[Sent, ...]:
        """The statements of the revision's own that change something, in their order."""
        return tuple(sent for sent in self.statements if sent.changes)
