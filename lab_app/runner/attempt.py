"""One attempt on one engine: from an empty scratch database to its evidence."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import flask_migrate
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from lab_app.engines import Engine
from lab_app.evidence.cell import ErrorRecord, Evidence, FirstQuery, Schema, Statement
from lab_app.evidence.errors import record_error
from lab_app.evidence.rows import TableData, read_rows, to_json
from lab_app.evidence.schema import read_schema
from lab_app.evidence.statements import Recorder
from lab_app.evidence.survival import survival
from lab_app.models import NAMING_CONVENTION
from lab_app.runner.baseline import Baselines, no_models
from lab_app.runner.lab import Lab
from lab_app.runner.project import Project
from lab_app.runner.seeding import seed
from lab_app.scenario import Attempt, Models, Scenario

_FIRST_QUERY_ROWS = 100
#: Alembic writes the minute into a revision file.
_CREATED = re.compile(r"^Create Date: .*\n", re.MULTILINE)
#: In an error's text: what InnoDB calls the copy of a table that an ALTER makes, and where Python keeps an object.
_PASSING = re.compile(r"#sql-[\w-]+|(?<= at )0x[0-9a-f]+")
_VERSION_TABLE = "alembic_version"
#: Told what begins: ("acting", "") the attempt itself, ("step", command), ("reading", "") the evidence after it.
Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Place:
    """Where one attempt happens: an empty folder, an empty scratch database, and how many rows to seed."""

    folder: Path
    url: str
    rows: int | None


class Workbench:
    """What a worker keeps from one attempt to the next: baselines, and the schemas that models make."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._baselines = Baselines(folder / "baselines")
        self._goals: dict[tuple[str, str], Schema] = {}

    def observe(self, place: Place, name: str, scenario: Scenario, attempt: Attempt, tell: Tell) -> Evidence:
        """Run one attempt in a scratch database and return all its evidence.

        Raises:
            LabError: the scenario cannot be set up as it says.
        """
        with _observer(place.url, self._engine) as connection:
            goal = self._goal(connection, name, attempt)
            project = self._set_up(connection, place, name, scenario)
            before = _State.read(connection)
        known = {path.name for path in project.revisions()}
        acted = _act(attempt, project, self._engine, tell)
        # Another connection: the attempt may have deleted the file that the first one would still see.
        with _observer(place.url, self._engine) as connection:
            after = _State.read(connection)
        return _scrubbed(
            {
                **acted,
                "warnings": project.warnings,
                "revision_before": before.revisions,
                "revision_after": after.revisions,
                "schema_before": before.schema,
                "schema_after": after.schema,
                "schema_goal": goal,
                "rows_before": to_json(before.rows),
                "rows_after": to_json(after.rows),
                "survival": survival(before.rows, after.rows, goal, attempt.rows_after),
                "first_query": _first_query(project, {name for name, table in after.rows.items() if table.digests}),
                "migration": _written(project, known),
            },
            place,
        )

    def prepare(self, place: Place, name: str, scenario: Scenario) -> Project:
        """The project and its database as they are before any attempt."""
        with _observer(place.url, self._engine) as connection:
            return self._set_up(connection, place, name, scenario)

    def _goal(self, connection: sa.Connection, name: str, attempt: Attempt) -> Schema:
        """The schema that the attempt's models make on this engine, made and read once."""
        key = (name, f"{attempt.goal.__qualname__}:{attempt.goal.__code__.co_firstlineno}")
        if key not in self._goals:
            metadata = _metadata(attempt.goal)
            metadata.create_all(connection)
            self._goals[key] = read_schema(connection)
            metadata.drop_all(connection)
        return self._goals[key]

    def _set_up(self, connection: sa.Connection, place: Place, name: str, scenario: Scenario) -> Project:
        before = scenario.models_before or no_models
        project = Project(place.folder, place.url, before)
        project.on_engine.append(_hurried(self._engine))
        shutil.copytree(self._baselines.of(name, scenario), project.migrations)
        if scenario.start == "migrated":
            project.command(flask_migrate.upgrade)
        elif scenario.start == "create_all":
            _metadata(before).create_all(connection)
        seed(connection, _metadata(before), scenario.seed, place.rows)
        if scenario.prepare_step:
            scenario.prepare_step(Lab(project, self._engine, Recorder(), lambda _step: None))
        return project


@dataclass(frozen=True)
class _State:
    """A database at one moment: its schema, its rows, and the revisions that Alembic noted in it."""

    schema: Schema
    rows: dict[str, TableData]
    revisions: list[str]

    @classmethod
    def read(cls, connection: sa.Connection) -> _State:
        schema = read_schema(connection)
        return cls(schema, read_rows(connection, schema), _revisions(connection))


class _Acted(TypedDict):
    steps: list[str]
    statements: list[Statement]
    error: ErrorRecord | None
    ms: float


def _act(attempt: Attempt, project: Project, engine: Engine, tell: Tell) -> _Acted:
    """Run the attempt with the models that it should end with, and record what it did."""
    recorder = Recorder()
    project.models, project.recorder = attempt.goal, recorder
    lab = Lab(project, engine, recorder, lambda step: tell("step", step))
    error: ErrorRecord | None = None
    tell("acting", "")
    started = time.perf_counter()
    try:
        attempt.run(lab)
    except Exception as raised:  # whatever the engine, the driver or Alembic raises is the evidence
        error = record_error(raised)
    ms = (time.perf_counter() - started) * 1000
    tell("reading", "")
    project.recorder = None
    return {"steps": lab.steps, "statements": recorder.statements, "error": error, "ms": round(ms, 1)}


def _first_query(project: Project, long: set[str]) -> FirstQuery | None:
    """What the application meets when it reads each of its models, until the first error; a few rows of a long one."""
    with project.app() as db:
        recorder = Recorder()
        recorder.attach(db.engine)
        try:
            # Through the tables: nothing but the registry's weak references keeps the model classes alive.
            for table in db.metadata.sorted_tables:
                query = sa.select(table)
                db.session.execute(query.limit(_FIRST_QUERY_ROWS) if table.name in long else query).all()
        except Exception as error:  # a value that Python cannot read is evidence too
            return {"sql": recorder.statements[-1]["sql"], "error": record_error(error)}
        # Here, and not below: the end of the app adds its ROLLBACK.
        return {"sql": recorder.statements[-1]["sql"], "error": None} if recorder.statements else None


def _written(project: Project, known: set[str]) -> str | None:
    """The revision files that the attempt wrote, one below the other."""
    new = [path for path in project.revisions() if path.name not in known]
    texts = (_CREATED.sub("", path.read_text(encoding="utf-8")) for path in new)
    return (
        "\n\n".join(f"# migrations/versions/{path.name}\n{text}" for path, text in zip(new, texts, strict=True)) or None
    )


def _revisions(connection: sa.Connection) -> list[str]:
    if not sa.inspect(connection).has_table(_VERSION_TABLE):
        return []
    return sorted(connection.scalars(sa.text(f"SELECT version_num FROM {_VERSION_TABLE}")))  # noqa: S608


def _metadata(models: Models) -> sa.MetaData:
    db = SQLAlchemy(metadata=sa.MetaData(naming_convention=NAMING_CONVENTION))
    models(db)
    return db.metadata


@contextlib.contextmanager
def _observer(url: str, engine: Engine) -> Iterator[sa.Connection]:
    """The lab's own connection: in autocommit, so that it never holds a lock that the attempt waits for."""
    with _observing(url, engine).connect() as connection:
        yield connection


@functools.lru_cache(maxsize=4)
def _observing(url: str, engine: Engine) -> sa.Engine:
    # Kept, because a new one asks the server a handful of questions before its first query.
    made = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    _hurried(engine)(made)
    return made


def _hurried(engine: Engine) -> Callable[[sa.Engine], None]:
    """What makes every new connection of a SQLAlchemy engine do without the disk; the recorder does not see it."""

    def listen(to: sa.Engine) -> None:
        if engine.on_connect:
            event.listen(to, "connect", lambda connection, _record: connection.execute(engine.on_connect).close())

    return listen


def _scrubbed(evidence: Evidence, place: Place) -> Evidence:
    """The evidence without what is another in every run: the scratch folder and database, InnoDB's temporary names."""
    database = sa.make_url(place.url).database or ""
    text = _PASSING.sub("…", json.dumps(evidence, ensure_ascii=False))
    for own, shown in ((f"{place.folder}/", ""), (str(place.folder), "."), (database, "lab")):
        text = text.replace(json.dumps(own, ensure_ascii=False)[1:-1], shown)
    scrubbed: Evidence = json.loads(text)
    return scrubbed
