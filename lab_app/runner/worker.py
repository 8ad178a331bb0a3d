"""The process that runs one engine's attempts, one after the other.

It is forked from a server process that has done the heavy imports (multiprocessing's forkserver), is reused for
every attempt, and can be killed without harm to the others.
"""

from __future__ import annotations

import gc
import os
import tempfile
import traceback
import warnings
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa

from lab_app.document.types import AttemptRecord, Cell, ScenarioRecord
from lab_app.engines import BY_NAME, Engine
from lab_app.errors import LabError
from lab_app.evidence.errors import one_line
from lab_app.runner.alembic_files import compiled_once, without_logging
from lab_app.runner.attempt import AttemptRunner
from lab_app.runner.binds import binds_of, file_of, other_schemas
from lab_app.runner.cell import cell, mistaken
from lab_app.runner.connections import Connections
from lab_app.runner.messages import (
    Describe,
    Described,
    Failed,
    Job,
    Made,
    Message,
    Task,
)
from lab_app.runner.mistakes import AttemptError
from lab_app.runner.scratch_database import ScratchDatabases
from lab_app.runner.stage import Workspace
from lab_app.runner.surroundings import Surroundings
from lab_app.runner.temporary import temporary_folder
from lab_app.scenario import catalogue
from lab_app.scenario.declare import Attempt, Scenario
from lab_app.scenario.expectations import Expectation

#: A statement is ended a little before its attempt would be, so that the engine's own words are kept.
_STATEMENT_SHARE = 0.8
#: New objects after which Python looks for cycles. Each command makes and drops an application, which is one.
_COLLECTED_AFTER = (20_000, 20, 20)


def main(channel: Connection, engine: str, folder: str) -> None:
    """Answer jobs on a channel until it closes.

    A Job is answered by Acting, Step and Reading as it goes, and one Made; Describe by Described. Failed says that
    a scenario cannot be used as it stands.
    """
    # A session of its own: Ctrl-C is for the parent, and a kill of this group ends this worker alone.
    os.setsid()
    # What was inherited stays as it is: collecting it would copy the pages that all workers share.
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
    gc.enable()
    # What an attempt warns of is recorded with it; the lab's own set-up is nobody's concern.
    warnings.simplefilter("ignore")
    worker = _Worker(channel, engine, Path(folder))
    with compiled_once(), without_logging():
        _answer_all(worker, channel, engine)


def _answer_all(worker: _Worker, channel: Connection, engine: str) -> None:
    while True:
        try:
            task: Task = channel.recv()
        except EOFError:
            return
        try:
            worker.answer(task)
        except LabError as error:
            channel.send(Failed(str(error)))
        except Exception as error:  # a scenario that cannot be set up is told in one line, not traced
            sentence = f"{_place(task, error)} cannot be set up on {engine}: {_without_names(task, error)}"
            channel.send(Failed(sentence, lost=_lost(error)))


def _lost(error: Exception) -> bool:
    """Tell whether the server may be why: the error is none of what a statement says or of its rows."""
    own = (sa.exc.ProgrammingError, sa.exc.IntegrityError, sa.exc.DataError, sa.exc.NotSupportedError)
    return isinstance(error, sa.exc.DBAPIError) and (error.connection_invalidated or not isinstance(error, own))


def _without_names(task: Task, error: Exception) -> str:
    """Return what an error says, without the names of the scratch databases, which differ in every run."""
    said = one_line(error)
    for name in task.databases if isinstance(task, Job) else ():
        said = said.replace(name, "lab")
    return said


def _place(task: Task, error: Exception) -> str:
    """Name the scenario's file, and the line in it that the error came from."""
    path = task.scenario if isinstance(task, Job) else task.path
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    return f"scenarios/{Path(path).name}" + (f":{lines[-1]}:" if lines else "")


class _Worker:
    def __init__(self, channel: Connection, engine: str, folder: Path) -> None:
        self._channel = channel
        self._engine = BY_NAME[engine]
        self._folder = Path(tempfile.mkdtemp(prefix=engine, dir=folder))
        self._connections = Connections(self._engine)
        self._databases = ScratchDatabases(self._engine, self._connections)
        self._attempts = AttemptRunner(self._engine, self._folder, self._connections)
        self._scenarios: dict[str, Scenario] = {}
        self._binds: dict[str, tuple[str, ...]] = {}
        self._surroundings = Surroundings(temporary_folder(folder, os.getpid()))

    def answer(self, task: Task) -> None:
        match task:
            case Job():
                with self._surroundings.kept():
                    made = self._cell(task)
                self._say(Made(made))
            case Describe(path, measuring):
                with self._surroundings.kept():
                    described = self._describe(path, measuring)
                self._say(described)

    def _say(self, message: Message) -> None:
        self._channel.send(message)

    def _scenario(self, path: str, measuring: bool) -> Scenario:
        if path not in self._scenarios:
            self._scenarios[path] = catalogue.load(Path(path), measuring=measuring)
        return self._scenarios[path]

    def _binds_of(self, path: str, scenario: Scenario) -> tuple[str, ...]:
        if path not in self._binds:
            self._binds[path] = binds_of(Path(path), scenario)
        return self._binds[path]

    def _describe(self, path: str, measuring: bool) -> Described:
        """Return the scenario's declaration, and the time limit of each attempt."""
        scenario = self._scenario(path, measuring)
        attempts: list[AttemptRecord] = [
            {"name": a.name, "title": a.title, "better": a.better, "code": a.code} for a in scenario.attempts
        ]
        record: ScenarioRecord = {
            "name": Path(path).stem,
            "title": scenario.title,
            "level": scenario.level,
            "story": catalogue.story(Path(path)),
            "lesson": scenario.lesson,
            "hints": scenario.hints,
            "reference": scenario.reference,
            "attempts": attempts,
        }
        if scenario.question:
            record["question"] = scenario.question
        return Described(
            record, {a.name: a.seconds for a in scenario.attempts}, 1 + len(self._binds_of(path, scenario))
        )

    def _cell(self, job: Job) -> Cell:
        scenario, name = self._scenario(job.scenario, job.measuring), Path(job.scenario).stem
        [attempt] = (a for a in scenario.attempts if a.name == job.attempt)
        declared = attempt.declares if job.measuring else attempt.expects
        expected = declared(self._engine.name, job.server.version)
        if expected and expected.outcome == "not run":
            return cell(name, attempt, self._engine.name, expected, None)
        if not self._engine.schemas and (schemas := other_schemas(scenario, attempt)):
            return _without_schemas(name, attempt, self._engine, expected, schemas)
        workspace = self._workspace(job, max(1, int(attempt.seconds * _STATEMENT_SHARE)))
        workspace.renew()
        try:
            evidence = self._attempts.observe(workspace, name, scenario, attempt, self._say)
        except AttemptError as mistake:
            return mistaken(name, attempt, self._engine.name, expected, str(mistake))
        return cell(name, attempt, self._engine.name, expected, evidence)

    def _workspace(self, job: Job, seconds: int) -> Workspace:
        """Return where an attempt happens: always the same folder, because SQLite's address has its path."""
        folder = self._folder / "project"
        folder.mkdir(parents=True, exist_ok=True)  # the attempt before may have deleted it
        binds = self._binds_of(job.scenario, self._scenario(job.scenario, job.measuring))
        names = job.databases if self._engine.needs_server else tuple(map(file_of, (None, *binds)))
        url, *others = (self._databases.address(job.server, each, folder, seconds) for each in names)
        renew = partial(self._databases.empty, job.server, names, folder)
        return Workspace(folder, url, job.rows, renew, dict(zip(binds, others, strict=True)))


def _without_schemas(
    scenario: str, attempt: Attempt, engine: Engine, expected: Expectation | None, schemas: list[str]
) -> Cell:
    """Make the cell of an attempt whose models are in schemas that the engine does not have."""
    made = cell(scenario, attempt, engine.name, expected, None)
    made["reason"] = made["finding"] = f"{engine.schemas.reason} The models name {', '.join(schemas)}."
    made["fix"] = f"write {engine}=not_run('…') in scenarios/{scenario}.py:{attempt.line}"
    return made
