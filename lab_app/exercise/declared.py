"""What an ``exercise.toml`` declares, as the judge and the pages read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

#: Where every engine begins: with the rows that the exercise starts from, or with an empty database.
Begin = Literal["rows", "empty"]


@dataclass(frozen=True)
class Start:
    """What a learner starts from.

    ``rows_at`` is the revision at which the rows of ``rows.sql`` are put in, ``at`` the one that the databases are then
    brought to; empty where there is no database yet. ``fails``: that upgrade fails, and is meant to.
    ``database``: the learner has a school.db.
    """

    rows_at: str = ""
    at: str = ""
    fails: bool = False
    database: bool = True


@dataclass(frozen=True)
class ModelGoal:
    """One thing that the models must have: a table, or a column of it.

    ``says`` is the line of the list. ``kinds`` are folded types (integer, text, boolean, …), any of them; empty for
    any type. ``nullable`` is None where it does not matter. ``absent``: it must not be there.
    """

    says: str
    table: str
    column: str = ""
    kinds: tuple[str, ...] = ()
    length: int | None = None
    nullable: bool | None = None
    checks: int = 0
    absent: bool = False


@dataclass(frozen=True)
class RevisionsGoal:
    """What must become of the history. ``says`` is the line of the list; without it the history is not looked at.

    ``new`` is how many revisions must follow at least, ``heads`` how many heads there may be. ``parents`` are those
    that one new revision must have. ``changed`` are revisions of the start that must be changed, ``may_change`` those
    that may be.
    """

    says: str = ""
    new: int = 1
    heads: int = 1
    parents: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    may_change: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowsGoal:
    """What must become of the rows.

    ``renamed`` maps TABLE.COLUMN of before to TABLE.COLUMN of after, ``values`` TABLE.COLUMN of after to the value that
    each row must have there. ``emptied`` maps TABLE.COLUMN to the value that becomes NULL. ``schema`` are things that
    the tables of every engine must have. ``takes`` and ``refuses`` are statements that the app's own connection must
    take, and refuse, at the end; they are taken back.
    """

    says: str = "every row is as it was"
    begin: Begin = "rows"
    renamed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    emptied: Mapping[str, Any] = field(default_factory=dict)
    schema: tuple[ModelGoal, ...] = ()
    same_tables: bool = False
    takes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()


@dataclass(frozen=True)
class BackGoal:
    """Whether a downgrade is judged: down to ``to``, and up again. Without ``says`` it is not.

    ``entered`` are statements that are sent before the downgrade, as people enter something meanwhile; that must be
    there again, too. ``from_nothing``: an empty database must get to the newest revision, as well.
    """

    says: str = "down and up again"
    to: str = ""
    keeps: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    from_nothing: bool = False


@dataclass(frozen=True)
class Exercise:
    """One exercise: its texts, its folder, and what is judged.

    ``points`` are points of the lesson, ``hints`` three of them from nudge to answer. ``why`` is told when it is
    passed, ``tempting`` what the tempting wrong way does. ``setup`` are the lines about app.py itself, by what is
    looked for: ``migrate`` (Flask-Migrate knows the app), ``folder`` (there is a migrations folder), ``no_create_all``
    (loading makes no table). ``begin`` is the first act, in a sentence; ``command`` what is typed once the model, or
    whatever else it is, is saved. ``sentences`` and ``commands`` are this exercise's own, by state, where the usual
    one would name the wrong next act.
    """

    name: str
    folder: Path
    number: int
    title: str
    summary: str
    task: str
    level: str
    points: tuple[str, ...]
    scenario: str
    hints: tuple[str, ...]
    why: str
    tempting: str
    begin: str
    command: str = "flask db upgrade"
    start: Start = field(default_factory=Start)
    models: tuple[ModelGoal, ...] = ()
    setup: Mapping[str, str] = field(default_factory=dict)
    revisions: RevisionsGoal = field(default_factory=RevisionsGoal)
    applied: str = "school.db is at the newest revision"
    rows: RowsGoal = field(default_factory=RowsGoal)
    back: BackGoal = field(default_factory=BackGoal)
    sentences: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)

    @property
    def past(self) -> Path:
        """The project that made the databases: the one that a learner has, unless that one has lost something."""
        past = self.folder / "past"
        return past if past.is_dir() else self.folder / "start"
