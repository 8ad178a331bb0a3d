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
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa

from lab_app.document.types import AttemptRecord, Cell, ScenarioRecord
from lab_app.engines import BY_NAME
from lab_app.errors import LabError
from lab_app.evidence.errors import one_line
from lab_app.runner.attempt import AttemptRunner, Workspace
from lab_app.runner.cell import cell
from lab_app.runner.messages import (
    Describe,
    Described,
    Descriptions,
    Failed,
    Job,
    Made,
    Message,
    Request,
)
from lab_app.scenario import catalogue
from lab_app.scenario.declare import Scenario
from lab_app.servers import scratch

#: A statement is ended a little before its attempt would be, so that the engine's own words are kept.
_STATEMENT_SHARE = 0.8


def main(channel: Connection, engine: str, folder: str) -> None:
    """Answer jobs on a channel until it closes.

    A Job is answered by Acting, Step and Reading as it goes, and one Made; Describe by Descriptions. Failed says that
    a scenario cannot be used as it stands.
    """
    # A session of its own: Ctrl-C is for the parent, and a kill of this group ends this worker alone.
    os.setsid()
    # What was inherited stays as it is: collecting it would copy the pages that all workers share.
    gc.freeze()
    # What an attempt warns of is recorded with it; the lab's own set-up is nobody's concern.
    warnings.simplefilter("ignore")
    worker = _Worker(channel, engine, Path(folder))
    while True:
        try:
            request: Request = channel.recv()
        except EOFError:
            return
        try:
            worker.answer(request)
        except LabError as error:
            channel.send(Failed(str(error)))
        except Exception as error:  # a scenario that cannot be set up is told in one line, not traced
            channel.send(Failed(f"{_place(request, error)} cannot be set up on {engine}: {one_line(error)}"))


def _place(request: Request, error: Exception) -> str:
    """Name the scenario's file, and the line in it that the error came from."""
    if not isinstance(request, Job):
        return "What was asked for"
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == request.scenario]
    return f"scenarios/{Path(request.scenario).name}" + (f":{lines[-1]}:" if lines else "")


class _Worker:
    def __init__(self, channel: Connection, engine: str, folder: Path) -> None:
        self._channel = channel
        self._engine = BY_NAME[engine]
        self._folder = Path(tempfile.mkdtemp(prefix=engine, dir=folder))
        self._attempts = AttemptRunner(self._engine, self._folder)
        self._scenarios: dict[str, Scenario] = {}
        self._admin: sa.Connection | None = None

    def answer(self, request: Request) -> None:
        match request:
            case Job():
                self._say(Made(self._cell(request)))
            case Describe(paths):
                self._say(Descriptions(tuple(map(self._describe, paths))))

    def _say(self, message: Message) -> None:
        self._channel.send(message)

    def _scenario(self, path: str) -> Scenario:
        if path not in self._scenarios:
            self._scenarios[path] = catalogue.load(Path(path))
        return self._scenarios[path]

    def _describe(self, path: str) -> Described:
        """Return the scenario's declaration, and the time limit of each attempt."""
        scenario = self._scenario(path)
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
        return Described(record, {a.name: a.seconds for a in scenario.attempts})

    def _cell(self, job: Job) -> Cell:
        scenario, name = self._scenario(job.scenario), Path(job.scenario).stem
        [attempt] = (a for a in scenario.attempts if a.name == job.attempt)
        expected = attempt.expects(self._engine.name, job.server.version)
        if expected.outcome == "not run":
            return cell(name, attempt, self._engine.name, expected, None)
        with tempfile.TemporaryDirectory(dir=self._folder, ignore_cleanup_errors=True) as folder:
            workspace = Workspace(Path(folder), self._database(job, Path(folder), attempt.seconds), job.rows)
            try:
                evidence = self._attempts.observe(workspace, name, scenario, attempt, self._say)
            finally:
                self._drop(job)
        return cell(name, attempt, self._engine.name, expected, evidence)

    def _database(self, job: Job, folder: Path, seconds: float) -> str:
        if not self._engine.needs_server:
            return job.server.url(str(folder / "app.db"))
        if self._admin is None:
            url = job.server.url(self._engine.maintenance_database, limit=30)
            self._admin = sa.create_engine(url, isolation_level="AUTOCOMMIT").connect()
        scratch.create(self._admin.exec_driver_sql, self._engine, job.database)
        return job.server.url(job.database, limit=max(1, int(seconds * _STATEMENT_SHARE)))

    def _drop(self, job: Job) -> None:
        if self._admin is not None:
            scratch.drop(self._admin.exec_driver_sql, self._engine, job.database)
