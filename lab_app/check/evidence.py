"""What the walk observed, as findings read it: revisions, passages of a revision on a lane, and the two ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lab_app.check.answers import Answer, Place
from lab_app.evidence.state import State
from lab_app.evidence.survival import survival
from lab_app.evidence.types import Survival

#: How hard the rows were that a revision passed with: all that was seeded, tidier ones, none.
Rows = Literal["wild", "fit", "empty"]


@dataclass(frozen=True)
class Revision:
    """One revision of the history; ``branches`` tells whether another one has a parent of its."""

    revision: str
    parents: tuple[str, ...]
    depends_on: tuple[str, ...]
    message: str
    file: str
    branches: bool = False


@dataclass
class Cut:
    """What happened when the connection was cut after statement ``after`` of ``of``: what stayed, and a second try.

    ``sql`` is that statement, ``at`` its line.
    """

    after: int
    of: int
    stayed: list[str]
    again: Answer | None
    same_end: bool
    sql: str = ""
    at: Place | None = None


@dataclass
class Passage:
    """One revision on one lane, step by step; a step that was not taken is None.

    ``before`` and ``after`` are around the first up that passed, with the rows of ``passed_with``. ``first`` is the
    very first up: where it failed, ``stayed`` is what it left, and ``again`` the same command typed once more.
    ``empty`` and ``fit`` are what was tried next. ``up`` is the one that passed.
    """

    before: State | None = None
    first: Answer | None = None
    stayed: list[str] = field(default_factory=list)
    again: Answer | None = None
    empty: Answer | None = None
    fit: Answer | None = None
    up: Answer | None = None
    passed_with: Rows | None = None
    after: State | None = None
    no_new_row: dict[str, str] = field(default_factory=dict)
    down: Answer | None = None
    down_stayed: list[str] = field(default_factory=list)
    back: State | None = None
    up_again: Answer | None = None
    after_again: State | None = None
    cuts: list[Cut] = field(default_factory=list)

    @property
    def never_passed(self) -> bool:
        """Whether its upgrade failed with rows and without, and what was before it was brought back."""
        return self.empty is not None and self.empty.failure is not None

    @cached_property
    def survived(self) -> list[Survival]:
        """What became of the rows in the first up that passed; asked for when the passage is over."""
        if self.before is None or self.after is None:
            return []
        return survival(self.before.rows, self.after.rows, self.after.schema)


@dataclass
class Ends:
    """What was seen at the head of a lane: the models against it, down to base and up in one go, create_all()."""

    head: State | None = None
    compared: Answer | None = None
    down: Answer | None = None
    base: State | None = None
    up: Answer | None = None
    up_state: State | None = None
    made: Answer | None = None
    made_state: State | None = None


@dataclass(frozen=True)
class LaneRecord:
    """A lane, as far as findings need it: names, and what was asked of env.py."""

    name: str
    engine: str
    title: str
    transactional_ddl: bool


@dataclass
class NotTested:
    """Something that was not tested, and why; both are for a person."""

    what: str
    why: str


@dataclass(frozen=True)
class Unseeded:
    """A table that no rows could be made for: what, from which revision on, and why."""

    what: str
    revision: str
    why: str


@dataclass
class Walked:
    """Everything that a walk saw.

    ``passages`` are by revision and lane, ``ends`` by lane. ``loaded`` is what came of loading, by lane;
    ``left`` what loading left in the database, ``env_left`` what running env.py added to that, ``blocked`` the revision
    at which a lane had to stop.
    ``judged`` are the revisions that findings are wanted of; the others are just run. None is all of them.
    ``there`` are revisions that the database which the walk starts from has already. ``set_aside`` are lanes on which
    nothing of the project is run, with the reason. ``absent`` are targets that were wanted and have no lane: what is
    said of them is read from the source. ``taken_back`` is, of a walk from
    the head backwards, the downgrade that came before each passage, by revision and lane.
    """

    lanes: list[LaneRecord] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    loaded: dict[str, Answer] = field(default_factory=dict)
    left: dict[str, State] = field(default_factory=dict)
    env_left: dict[str, list[str]] = field(default_factory=dict)
    passages: dict[str, dict[str, Passage]] = field(default_factory=dict)
    ends: dict[str, Ends] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    not_tested: list[NotTested] = field(default_factory=list)
    unseeded: list[Unseeded] = field(default_factory=list)
    judged: frozenset[str] | None = None
    there: frozenset[str] = frozenset()
    set_aside: dict[str, str] = field(default_factory=dict)
    absent: list[LaneRecord] = field(default_factory=list)
    taken_back: dict[str, dict[str, Answer]] = field(default_factory=dict)

    def judges(self, revision: str) -> bool:
        """Tell whether findings are wanted of a revision."""
        return self.judged is None or revision in self.judged

    def each(self) -> Iterator[tuple[Revision, LaneRecord, Passage]]:
        """Yield every passage, revision by revision, with the lanes in their order."""
        for revision in self.revisions:
            found = self.passages.get(revision.revision, {})
            yield from ((revision, lane, found[lane.name]) for lane in self.lanes if lane.name in found)

    def each_passed(self) -> Iterator[tuple[Revision, LaneRecord, Passage]]:
        """Yield those whose up has passed, and is noted, in the same order."""
        return (one for one in self.each() if has_passed(one[0].revision, one[2]))

    def passed(self, revision: str) -> Mapping[str, Passage]:
        """Return the passages of a revision whose up has passed, and is noted, by lane."""
        found = self.passages.get(revision, {})
        return {name: passage for name, passage in found.items() if has_passed(revision, passage)}


def has_passed(revision: str, passage: Passage) -> bool:
    """Tell whether an up has passed, and the database notes the revision."""
    return passage.after is not None and moved(revision, passage.after)


def moved(revision: str, after: State) -> bool:
    """Tell whether the database notes a revision that went up; that of a bind has the bind's name before it."""
    return any(noted.rpartition(":")[2] == revision for noted in after.revisions)
