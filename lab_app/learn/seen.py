"""What was seen of a learner's folder: its files, its database, and what its migrations did on one engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab_app.check.answers import Answer
from lab_app.check.differences import differences
from lab_app.check.findings.history import unreadable
from lab_app.document.judgement import State
from lab_app.document.outcomes import Outcome
from lab_app.evidence.state import State as Database


@dataclass
class Seen:
    """One engine's evidence, step by step; a step that was not taken is None.

    ``start`` is what the exercise starts from, ``before`` what the upgrade does. ``left`` are the tables that loading
    the app made, ``made`` and ``models`` what came of ``create_all()`` on an empty database. ``unmigrated`` is the
    app's first question to each of its models where ``create_all()`` was all that was done, ``query`` the same after
    the upgrade. ``tried`` is what is said of each statement that it must take or refuse: nothing, where it took it.
    ``entered`` is the database once people have entered something, ``back`` what a downgrade left, ``again`` and
    ``after_again`` the second upgrade, ``from_nothing`` the upgrade of an empty database.
    """

    name: str
    title: str
    start: Database
    before: Database
    loaded: Answer
    left: tuple[str, ...] = ()
    made: Answer | None = None
    models: Database | None = None
    unmigrated: Answer | None = None
    up: Answer | None = None
    after: Database | None = None
    query: Answer | None = None
    tried: dict[str, str] = field(default_factory=dict)
    entered: Database | None = None
    down: Answer | None = None
    back: Database | None = None
    again: Answer | None = None
    after_again: Database | None = None
    from_nothing: Answer | None = None

    @property
    def stayed(self) -> list[str]:
        """What an upgrade that failed has left, a line each."""
        if self.up is None or self.up.failure is None or self.after is None:
            return []
        return differences(self.before, self.after)

    @property
    def broken_history(self) -> bool:
        """Whether the app was loaded, and the history of its revisions could not be read."""
        return unreadable(self.loaded)

    @property
    def revisions(self) -> list[Found]:
        """The history, the oldest first; none where it could not be read."""
        return [
            Found(each["revision"], tuple(each["parents"]), each["message"], each["file"])
            for each in self.loaded.said.get("revisions", ())
        ]

    @property
    def heads(self) -> list[str]:
        """The newest revisions of the history."""
        return list(self.loaded.said.get("heads", ()))


@dataclass(frozen=True)
class Found:
    """A revision in the learner's folder."""

    revision: str
    parents: tuple[str, ...]
    message: str
    file: str


@dataclass(frozen=True)
class Told:
    """What one engine comes to: its word, and what a person should know of it. ``code`` is the state it puts one in.

    ``seen`` and ``wanted`` stand side by side where there is something to compare.
    """

    word: Outcome
    code: State | None = None
    detail: str = ""
    seen: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class Check:
    """One line of the list, met where there is no ``code``. ``seen`` and ``wanted`` stand side by side.

    ``command`` is what to type next, where it is not the usual one of that code.
    """

    says: str
    code: State | None = None
    detail: str = ""
    seen: str = ""
    wanted: str = ""
    command: str = ""


@dataclass(frozen=True)
class Files:
    """The learner's files and those of the start: the text of app.py, and of revisions by their id.

    ``database`` is what is in school.db; None where there is none. ``unreadable`` is why it cannot be read.
    """

    app: str = ""
    app_at_start: str = ""
    revisions: dict[str, str] = field(default_factory=dict)
    revisions_at_start: dict[str, str] = field(default_factory=dict)
    database: Database | None = None
    unreadable: str = ""
