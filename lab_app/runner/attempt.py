"""One attempt on one engine: from an empty scratch database to its evidence."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypedDict

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from lab_app.document.types import Evidence
from lab_app.document.verdict import verdict
from lab_app.engines import Engine
from lab_app.errors import LabError
from lab_app.evidence.errors import record_error
from lab_app.evidence.joined import joined_schema
from lab_app.evidence.matching import as_rows, named
from lab_app.evidence.rows import TableData, to_json
from lab_app.evidence.schema import read_schema
from lab_app.evidence.state import State
from lab_app.evidence.statements import Recorder
from lab_app.evidence.survival import survival
from lab_app.evidence.types import ErrorRecord, FirstQuery, Rows, Schema, Statement, Survival
from lab_app.runner.again import again
from lab_app.runner.applications import Naming, naming_of
from lab_app.runner.baseline import CREATED
from lab_app.runner.binds import make_schemas, metadatas_of
from lab_app.runner.connections import Connections
from lab_app.runner.lab import Lab
from lab_app.runner.messages import Acting, Reading, Step
from lab_app.runner.mistakes import AttemptError, mistake
from lab_app.runner.project import Project
from lab_app.runner.stage import Stage, Workspace, read_databases
from lab_app.scenario.declare import Attempt, Scenario

_FIRST_QUERY_ROWS = 100
#: In an error's text: what InnoDB calls the copy of a table that an ALTER makes, and where Python keeps an object.
_PASSING = re.compile(r"#sql-[\w-]+|(?<= at )0x[0-9a-f]+")
#: Told what begins: the attempt itself, each of its commands, the reading of the evidence after it.
Tell = Callable[[Acting | Step | Reading], None]


class AttemptRunner:
    """What a worker keeps from one attempt to the next: connections, where scenarios begin, and goals."""

    def __init__(self, engine: Engine, folder: Path, connections: Connections) -> None:
        self._engine = engine
        self._connections = connections
        self._stage = Stage(engine, folder, connections)
        self._goals: dict[tuple[str, str], Schema] = {}

    def observe(self, workspace: Workspace, name: str, scenario: Scenario, attempt: Attempt, tell: Tell) -> Evidence:
        """Run one attempt in a scratch database and return all its evidence.

        Raises:
            LabError: the scenario cannot be set up as it says.
            AttemptError: the attempt's own Python is wrong.
        """
        goal = self._goal(workspace, name, attempt, naming_of(scenario))
        project, before = self._stage.set(workspace, name, scenario)
        _check_gone(attempt, before.rows)
        known = {path.name for path in project.revisions()}
        acted = _act(attempt, project, self._engine, tell)
        # Through other connections: the attempt may have deleted the file that the first one would still see.
        after = read_databases(self._connections, workspace)
        evidence: Evidence = {
            **acted,
            "warnings": [*project.warnings],
            "revision_before": before.revisions,
            "schema_before": before.schema,
            "schema_goal": goal,
            "rows_before": to_json(before.rows),
            # mypy: what is unpacked might hold "again".
            **_after(before, after, goal, scenario, attempt),  # type: ignore[typeddict-item]
            "first_query": _first_query(project, {name for name, table in after.rows.items() if table.digests}),
            "migration": _written(project, known),
        }
        if verdict(evidence).outcome == "half-applied":
            now = partial(read_databases, self._connections, workspace)
            typed = again(evidence, project, attempt.seconds, lambda: _after(before, now(), goal, scenario, attempt))
            evidence |= {"again": typed} if typed else {}
        return _scrubbed(evidence, workspace)

    def _goal(self, workspace: Workspace, name: str, attempt: Attempt, naming: Naming) -> Schema:
        """Return the schema that the attempt's models make on this engine, made and read once."""
        key = (name, f"{attempt.goal.__qualname__}:{attempt.goal.__code__.co_firstlineno}")
        if key not in self._goals:
            metadatas = metadatas_of(attempt.goal, naming, workspace.binds)
            made = {bind: self._made(workspace.urls[bind], metadata) for bind, metadata in metadatas.items()}
            self._goals[key] = joined_schema(made)
        return self._goals[key]

    def _made(self, url: str, metadata: sa.MetaData) -> Schema:
        """Return what create_all() makes in an empty database, which is empty again afterwards."""
        with self._connections.of_observer(url).connect() as connection:
            schemas = make_schemas(connection, metadata)
            metadata.create_all(connection)
            made = read_schema(connection)
            metadata.drop_all(connection)
            for schema in schemas:
                connection.execute(sa.schema.DropSchema(schema, cascade=True, if_exists=True))
            return made


def _check_gone(attempt: Attempt, before: dict[str, TableData]) -> None:
    """See that each row that is meant to go is there: a misspelt one would go unnoticed.

    Raises:
        LabError: a table or a row is not.
    """
    for table, names in attempt.rows_gone.items():
        if table not in before:
            raise LabError(f"attempt {attempt.name!r}: rows_gone names {table!r}, and there is no such table before.")
        for each in names if not before[table].digests else ():
            if not named([each], before[table], as_rows(before[table])):
                raise LabError(
                    f"attempt {attempt.name!r}: rows_gone names {each!r} of {table}, and it has no such row."
                )


class _Acted(TypedDict):
    steps: list[str]
    statements: list[Statement]
    error: ErrorRecord | None
    ms: float


class _After(TypedDict):
    revision_after: list[str]
    schema_after: Schema
    rows_after: Rows
    survival: list[Survival]


def _after(before: State, after: State, goal: Schema, scenario: Scenario, attempt: Attempt) -> _After:
    """Tell what a database is after an attempt, as evidence has it."""
    return {
        "revision_after": after.revisions,
        "schema_after": after.schema,
        "rows_after": to_json(after.rows),
        "survival": survival(before.rows, after.rows, goal, attempt.rows_after, attempt.rows_gone, scenario.seed),
    }


def _act(attempt: Attempt, project: Project, engine: Engine, tell: Tell) -> _Acted:
    """Run the attempt with the models that it should end with, and record what it did."""
    recorder = Recorder()
    project.models, project.recorder = attempt.goal, recorder
    lab = Lab(project, engine, recorder, lambda step: tell(Step(step)))
    error: ErrorRecord | None = None
    tell(Acting())
    started = time.perf_counter()
    try:
        attempt.run(lab)
    except (Exception, SystemExit) as raised:  # whatever the engine, the driver or Alembic raises is the evidence
        if wrong := mistake(raised, attempt.run.__code__.co_filename, lab.revisions, project.versions):
            raise AttemptError(wrong.replace(f"{project.folder}/", "")) from raised
        error = record_error(raised)
    ms = (time.perf_counter() - started) * 1000
    tell(Reading())
    project.recorder = None
    return {"steps": lab.steps, "statements": recorder.statements, "error": error, "ms": round(ms, 1)}


def _first_query(project: Project, long: set[str]) -> FirstQuery | None:
    """Read each of its models as the application does, until the first error; of a long one only a few rows."""
    with project.app() as db:
        recorder = Recorder()
        with contextlib.ExitStack() as stack:  # not longer: the end of the app adds its ROLLBACK
            for engine in db.engines.values():
                stack.enter_context(recorder.attached(engine))
            error = _query_each(db, long)
        if not recorder.statements:
            return None
        return {"sql": recorder.statements[-1]["sql"], "error": record_error(error) if error else None}


def _query_each(db: SQLAlchemy, long: set[str]) -> Exception | None:
    """Read the rows of each model, the first few of a long table; return the first error."""
    # Through the tables: not every one has a model.
    tables = [(key, table) for key, metadata in db.metadatas.items() for table in metadata.sorted_tables]
    for key, table in tables:
        query, name = sa.select(table), table.key if key is None else f"{key}.{table.key}"
        there = {"bind": db.engines[key]}
        try:
            db.session.execute(query.limit(_FIRST_QUERY_ROWS) if name in long else query, bind_arguments=there).all()
        except Exception as error:  # a value that Python cannot read is evidence too
            return error
    return None


def _written(project: Project, known: set[str]) -> str | None:
    """Return the revision files that the attempt wrote, one below the other."""
    new = [path for path in project.revisions() if path.name not in known]
    texts = (CREATED.sub("", path.read_text(encoding="utf-8")) for path in new)
    return (
        "\n\n".join(f"# migrations/versions/{path.name}\n{text}" for path, text in zip(new, texts, strict=True)) or None
    )


def _scrubbed(evidence: Evidence, workspace: Workspace) -> Evidence:
    """Drop from the evidence what differs in every run: scratch folder and database, InnoDB's temporary names."""
    text = _PASSING.sub("…", json.dumps(evidence, ensure_ascii=False))
    folder = [(f"{workspace.folder}/", ""), (str(workspace.folder), ".")]
    databases = [
        (sa.make_url(url).database or "", f"lab_{key}" if key else "lab") for key, url in workspace.urls.items()
    ]
    for own, shown in folder + databases:
        text = text.replace(json.dumps(own, ensure_ascii=False)[1:-1], shown)
    scrubbed: Evidence = json.loads(text)
    return scrubbed
