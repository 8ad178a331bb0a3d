"""One engine as a judge: its database is as the exercise begins, and it sees what a learner's migrations do to that."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lab_app.check.answers import Answer, Failure
from lab_app.check.databases import Database, database
from lab_app.check.observe import MAIN, VersionTable, observe
from lab_app.check.probe_process import ProbeProcess, Starter
from lab_app.check.project.understood import Understood
from lab_app.check.sql_file import SqlFile, read_sql
from lab_app.errors import LabError
from lab_app.evidence.state import State
from lab_app.exercise.declared import Exercise
from lab_app.learn.folder import write_project
from lab_app.learn.seen import Seen
from lab_app.servers import Server

#: Seconds that loading a learner's app may take, and each of its steps.
SECONDS = 20.0
#: What comes of a step that nobody wants any more.
_STOPPED = Answer(Failure("Stopped", None, "it was stopped", "", None, "crashed"))
_DRIVERS = frozenset({"psycopg2", "pymysql"})


class EngineJudge:
    """The scratch database of one engine, and the probe that acts in it; both are used for one judgement after another.

    ``start`` starts a probe, ``folder`` is for files of the lab's own.
    """

    def __init__(self, server: Server, start: Starter, folder: Path, *, seconds: float = SECONDS) -> None:
        self.name = server.engine.name
        self.title = server.engine.title
        self._start = start
        self._folder = folder
        self._seconds = seconds
        self._database: Database = database(server, folder)
        self._probe: ProbeProcess | None = None
        self._prepared: Exercise | None = None
        self._unwanted: threading.Event | None = None
        #: Held by whoever uses the database.
        self.busy = threading.RLock()
        self.before = State({}, {}, [])

    def prepare(self, exercise: Exercise) -> None:
        """Bring the database to where the exercise begins, and remember it.

        Raises:
            LabError: the exercise's own files do not lead there.
        """
        if self._prepared is exercise:
            return
        self._database.anew()
        if exercise.start.rows_at:
            project = self._folder / f"{exercise.name}.{self.name}"
            write_project(exercise.past, project)
            self._loaded(project)
            self._database.anew()
            self._act(exercise, "upgrade", exercise.start.rows_at)
            self._insert(exercise)
            if exercise.start.at:
                self._act(exercise, "upgrade", exercise.start.at, fails=exercise.start.fails)
        self.before = self.read()
        self._database.keep()
        self._prepared = exercise

    def judge(
        self, exercise: Exercise, project: Path, *, models: bool = False, stop: threading.Event | None = None
    ) -> Seen:
        """Load a learner's project and take its steps, as far as they lead; ``models``: look at its models, too.

        Once ``stop`` is set, no further step is taken.

        Raises:
            LabError: the exercise does not begin.
        """
        with self.busy:
            self.prepare(exercise)
            self._unwanted = stop
            try:
                return self._judge(exercise, project, models=models)
            finally:
                self._unwanted = None

    def _judge(self, exercise: Exercise, project: Path, *, models: bool) -> Seen:
        self._database.anew()
        seen = Seen(self.name, self.title, self.before, self.before, self._loaded(project))
        if seen.loaded.failure:
            return seen
        seen.left = tuple(sorted(self.read().schema))
        if models:
            seen.made = self._do("create_all")
            seen.models = self.read()
        if exercise.rows.begin == "rows":
            self._database.restore()
        else:
            self._database.anew()
            seen.before = self.read()
        if seen.left and "no_create_all" in exercise.setup:
            self._do("create_all")
            seen.unmigrated = self._do("query")
        seen.up = self._do("upgrade", revision="heads")
        seen.after = self.read()
        if seen.up.failure:
            return seen
        seen.query = self._do("query")
        seen.tried = self._tried((*exercise.rows.takes, *exercise.rows.refuses))
        if exercise.back.says:
            self._and_back(exercise, seen)
        return seen

    def copy_to(self, file: Path) -> None:
        """Write the database, as the exercise begins, to a file; for an engine whose database is one."""
        with self.busy:
            self._database.restore()
            shutil.copyfile(str(sa.make_url(self._database.url).database), file)

    def read(self) -> State:
        """Read everything that is in the database now."""
        try:
            return self._read()
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._read()

    def stop(self) -> None:
        """End the step that is being done, where it is one of a judgement that is not wanted any more."""
        if self._unwanted and self._unwanted.is_set():
            self._end_probe()

    def close(self) -> None:
        """End the probe and remove the database; what cannot be removed now is left to its lease."""
        self._end_probe()
        with contextlib.suppress(sa.exc.DBAPIError):
            self._database.close()

    def _end_probe(self) -> None:
        if self._probe:
            self._probe.close()

    def _and_back(self, exercise: Exercise, seen: Seen) -> None:
        if exercise.back.entered:
            self._send(exercise, SqlFile("what is entered", tuple(exercise.back.entered)))
            seen.entered = self.read()
        seen.down = self._do("downgrade", revision=exercise.back.to or "base")
        seen.back = self.read()
        if seen.down.failure:
            return
        seen.again = self._do("upgrade", revision="heads")
        seen.after_again = self.read()
        if exercise.back.from_nothing:
            self._database.anew()
            seen.from_nothing = self._do("upgrade", revision="heads")

    def _tried(self, statements: tuple[str, ...]) -> dict[str, str]:
        if not statements:
            return {}
        said = self._do("try_out", statements=statements).said.get("said", ())
        return dict(zip(statements, said, strict=False))

    def _read(self) -> State:
        return observe({MAIN: self._database.observer()}, VersionTable())

    def _loaded(self, project: Path) -> Answer:
        self._end_probe()
        if self._unwanted and self._unwanted.is_set():
            return _STOPPED
        understood = Understood(project, sys.executable, "", {}, _DRIVERS, app="app")
        url = self._database.url
        self._probe = ProbeProcess(
            self._start,
            understood.told(url, self._folder / "bytecode"),
            lambda _slot, _original: understood.address(url),
            f"the probe of {self.title}",
            understood.environment(url),
            self._folder / f"temporary-{self.name}",
        )
        return self._probe.loaded(self._seconds)

    def _do(self, what: str, **more: Any) -> Answer:
        if self._probe is None or (self._unwanted and self._unwanted.is_set()):
            return _STOPPED
        return self._probe.do(what, self._seconds, **more)

    def _act(self, exercise: Exercise, what: str, revision: str, *, fails: bool = False) -> None:
        answer = self._do(what, revision=revision)
        if bool(answer.failure) != fails:
            said = answer.failure.line if answer.failure else f"{what} {revision} goes through"
            raise LabError(f"The exercise {exercise.name} does not begin on {self.title}: {said}")

    def _insert(self, exercise: Exercise) -> None:
        file = exercise.folder / "rows.sql"
        if file.exists():
            self._send(exercise, read_sql(file, "the rows of an exercise,"))

    def _send(self, exercise: Exercise, sql: SqlFile) -> None:
        with self._database.writer() as connection:
            said = sql.put(connection)
        if said:
            raise LabError(f"The exercise {exercise.name} does not begin on {self.title}: {said}")
