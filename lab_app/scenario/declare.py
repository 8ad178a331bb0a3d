"""What a scenario file is written with.

A scenario tells one story: the models before, rows that bite, the models after, and the attempts to get
from one to the other. Each attempt declares what every engine will do, and the tests hold it to that.
Nothing here runs anything or knows how it is run.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import EllipsisType
from typing import Any, Literal, get_args, overload

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from lab_app.document.types import LEVELS
from lab_app.engines import BY_NAME
from lab_app.scenario.expectations import Declared, Expectation, ScenarioError, by_engine

#: When a scenario's own preparation is done.
When = Literal["before rows", "after rows"]
WHEN: tuple[When, ...] = get_args(When)

#: Characters: on a projector a question has two lines.
LONGEST_QUESTION = 90

Models = Callable[[Any], None]
Step = Callable[[Any], None]
RowsByTable = dict[str, list[dict[str, Any]]]
#: Rows by their key (a tuple where it has several columns), or by some of what they hold.
NamesByTable = dict[str, list[Any]]


@dataclass(frozen=True)
class Attempt:
    """One way to get from before to after.

    ``goal`` builds the models it should end with; ``rows_after`` says which rows it should end with where they are
    meant to differ from the rows before, and ``rows_gone`` which of those are meant to go. ``seconds`` is its time
    limit. ``line`` is where its file declares it.
    ``expected`` has every engine, but in a file whose expectations are still to be measured.
    """

    name: str
    title: str
    run: Step
    expected: dict[str, Declared]
    better: bool
    goal: Models
    rows_after: RowsByTable
    rows_gone: NamesByTable
    seconds: float
    line: int

    @property
    def code(self) -> str:
        """The attempt's own source, without the decorator and the ``def`` line."""
        source = textwrap.dedent(inspect.getsource(self.run))
        body = source[source.index("def ") :].split("\n", 1)[1]
        return textwrap.dedent(body).strip("\n")

    @property
    def undeclared(self) -> list[str]:
        """The engines of which it declares nothing."""
        return [name for name in BY_NAME if name not in self.expected]

    def declares(self, engine: str, version: str) -> Expectation | None:
        """Return what it declares for one version of an engine, if it declares anything."""
        try:
            return self.expects(engine, version)
        except (KeyError, ScenarioError):
            return None

    def expects(self, engine: str, version: str) -> Expectation:
        """Return what it declares for one version of an engine.

        Raises:
            ScenarioError: no declared range holds that version.
        """
        declared = self.expected[engine]
        if isinstance(declared, Expectation):
            return declared
        for versions, expectation in declared.items():
            if SpecifierSet(versions).contains(Version(version), prereleases=True):
                return expectation
        raise ScenarioError(f"attempt {self.name!r}: no expectation holds for {engine} {version}")


@dataclass
class Scenario:
    """One story. A file holds one, under the name ``scenario``.

    Models with ``__bind_key__`` bring a database for each key, and a migrations folder of ``--multidb`` where those
    before have one. Schemas that the models before name are made before anything else, as an administrator would;
    those that only the models after name are the attempt's to make.

    Args:
        title: a plain statement.
        level: beginner, intermediate or advanced.
        lesson: what a person knows afterwards, one sentence each.
        reference: the manual page or issue that says so too.
        hints: from a nudge to the answer.
        question: what a reader may guess before the evidence is shown, in at most 90 characters, without the answer;
            left out, the page asks what each engine does.
        start: how the database before came to be: ``migrated`` (a baseline revision, upgraded),
            ``create_all`` (tables without any revision) or ``empty``.
        naming_convention: what the application's MetaData names constraints by; None for an application without one,
            whose constraints the engines name (``student_ibfk_1``). Left out, it is the lab's, which names all.
        migrations: a real migrations folder to start from instead of a generated baseline, with
            ``baseline`` naming the revision that is applied before the attempts.
    """

    title: str
    level: str
    lesson: list[str]
    reference: str
    hints: list[str] = field(default_factory=list)
    question: str = ""
    start: Literal["migrated", "create_all", "empty"] = "migrated"
    naming_convention: Mapping[str, Any] | EllipsisType | None = ...
    migrations: Path | None = None
    baseline: str | None = None
    attempts: list[Attempt] = field(default_factory=list, init=False)
    seed: RowsByTable = field(default_factory=dict, init=False)
    seed_after: RowsByTable = field(default_factory=dict, init=False)
    seed_gone: NamesByTable = field(default_factory=dict, init=False)
    models_before: Models | None = field(default=None, init=False)
    models_after: Models | None = field(default=None, init=False)
    prepare_steps: dict[When, Step] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ScenarioError(f"level {self.level!r}: write one of {', '.join(LEVELS)}")
        asked = str(self.question)
        if asked and (len(asked) > LONGEST_QUESTION or not asked.isprintable() or not asked.endswith("?")):
            raise ScenarioError(
                f"question={asked!r}: ask it in one line of at most {LONGEST_QUESTION} characters that ends in ?"
            )
        naming = self.naming_convention
        if not (naming is None or naming is ... or isinstance(naming, Mapping)):
            raise ScenarioError(f"naming_convention={naming!r}: write None, or a mapping as sa.MetaData takes it")

    def before(self, models: Models) -> Models:
        """Declare the models that the database holds already."""
        self.models_before = models
        return models

    def after(self, models: Models) -> Models:
        """Declare the models that the application has now."""
        self.models_after = models
        return models

    @overload
    def prepare(self, step: Step) -> Step: ...

    @overload
    def prepare(self, *, when: When = "after rows") -> Callable[[Step], Step]: ...

    def prepare(self, step: Step | None = None, *, when: When = "after rows") -> Step | Callable[[Step], Step]:
        """Declare what else is done before the attempts: a view, a trigger, a hand-made constraint.

        ``@scenario.prepare(when="before rows")`` is done to the empty tables, for what the rows are to pass through;
        a scenario may have one of each.

        Raises:
            ScenarioError: there is no such time, or it is taken.
        """
        if when not in WHEN:
            raise ScenarioError(f"prepare(when={when!r}): write one of {', '.join(map(repr, WHEN))}")

        def declare(step: Step) -> Step:
            if when in self.prepare_steps:
                raise ScenarioError(f"two functions prepare {when}: put them into one")
            self.prepare_steps[when] = step
            return step

        return declare if step is None else declare(step)

    def rows(self, table: str, *rows: dict[str, Any]) -> None:
        """Declare the rows that a table holds before.

        A table of a bind's database is ``analytics.event``, one in another schema ``audit.log``.
        """
        self.seed.setdefault(table, []).extend(rows)

    def rows_after(self, table: str, *rows: dict[str, Any]) -> None:
        """Declare what a table should hold afterwards, where that is meant to differ from before.

        It is demanded: where the row is not there, or holds something else, the attempt is not done. A row is found
        by its key. One with a key that no row had before is a new row, or an old one whose key is meant to change; one
        without a key is any row that holds what is named.
        """
        self.seed_after.setdefault(table, []).extend(rows)

    def rows_gone(self, table: str, *names: Any) -> None:
        """Declare rows that are meant to go: by key, ``3`` or ``(3, 7)``, or by what they hold, ``dict(name="")``.

        It is demanded, too: where the row is still there, the attempt is not done.
        """
        self.seed_gone.setdefault(table, []).extend(names)

    def attempt(
        self,
        title: str,
        *,
        everywhere: Declared | None = None,
        better: bool = False,
        after: Models | None = None,
        rows_after: RowsByTable | None = None,
        rows_gone: NamesByTable | None = None,
        seconds: float = 30.0,
        **expected: Declared,
    ) -> Callable[[Step], Step]:
        """Declare one attempt: ``everywhere`` holds for each engine that is not named on its own.

        Without expectations it can only be measured: ``flask lab run NAME --measure`` prints them.

        Args:
            title: what is tried, as a person would say it.
            better: whether this is the way to recommend.
            after: the models this attempt should end with, where they are not the scenario's.
            rows_after: the same for rows, by table.
            rows_gone: the same for rows that are meant to go.
            seconds: its time limit.
            expected: ``sqlite=``, ``postgresql=``, ``mysql=``, ``mariadb=``.

        Raises:
            ScenarioError: an engine is unknown, two attempts have one name, or rows are not by table.
        """
        declared = by_engine(title, everywhere, expected)
        _check_by_table(title, rows_after=rows_after, rows_gone=rows_gone)

        def declare(run: Step) -> Step:
            name = run.__name__
            for other in self.attempts:
                if other.name == name:
                    raise ScenarioError(f"two attempts are named {name!r}: the first is in line {other.line}")
            goal = after or self.models_after or self.models_before
            if goal is None:
                raise ScenarioError(f"attempt {name!r} comes before @scenario.after: declare the models first")
            self.attempts.append(
                Attempt(
                    name=name,
                    title=title,
                    run=run,
                    expected=declared,
                    better=better,
                    goal=goal,
                    rows_after=rows_after if rows_after is not None else self.seed_after,
                    rows_gone=rows_gone if rows_gone is not None else self.seed_gone,
                    seconds=seconds,
                    line=run.__code__.co_firstlineno,
                )
            )
            return run

        return declare


def _check_by_table(title: str, **given: Any) -> None:
    for what, rows in given.items():
        by_table = rows is None or (isinstance(rows, Mapping) and all(isinstance(each, list) for each in rows.values()))
        if not by_table:
            raise ScenarioError(
                f"attempt {title!r}: {what}={rows!r} is not by table: write {what}={{'student': [...]}}"
            )
