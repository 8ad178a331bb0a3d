"""The SQL of every engine without a server: SQLite for real, the others as ``flask db upgrade --sql`` writes it."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from lab_app.cleanup import guard
from lab_app.engines import ENGINES, Engine
from lab_app.evidence.bookkeeping import is_bookkeeping
from lab_app.evidence.errors import one_line
from lab_app.evidence.statements import Recorder
from lab_app.leases import run_folder
from lab_app.runner.attempt import AttemptRunner, Workspace
from lab_app.runner.lab import Lab
from lab_app.runner.project import Project
from lab_app.scenario import catalogue
from lab_app.scenario.declare import Attempt, Expectation, Scenario

#: The title of an attempt, and each engine's statements.
Preview = list[tuple[str, dict[str, list[str]]]]


def preview(name: str) -> tuple[str, Preview]:
    """Return a scenario's title and, for each attempt, the statements that each engine would be given.

    Raises:
        LabError: there is no such scenario, or it cannot be read.
    """
    scenario = catalogue.load(catalogue.find(name))
    with guard(), run_folder() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheets = _Sheets(folder, name, scenario)
        return scenario.title, [(attempt.title, sheets.of(attempt)) for attempt in scenario.attempts]


class _Sheets:
    """The statements of one scenario's attempts. The database before is made once, and copied for each sheet."""

    def __init__(self, folder: Path, name: str, scenario: Scenario) -> None:
        self._folder = folder
        self._before = folder / "before"
        self._before.mkdir()
        workspace = Workspace(self._before, f"sqlite:///{self._before}/app.db", None)
        self._prepared = AttemptRunner(ENGINES[0], folder).prepare(workspace, name, scenario)
        # An attempt that looks at its engine is run for each of them; all others are the same for all.
        self._apart = "lab.engine" in catalogue.find(name).read_text(encoding="utf-8")

    def of(self, attempt: Attempt) -> dict[str, list[str]]:
        found = {engine.name: _not_run(attempt, engine) for engine in ENGINES}
        asked = [engine for engine in ENGINES if not found[engine.name]]
        servers = [engine for engine in asked if engine.needs_server]
        for engine in asked:
            if not engine.needs_server:
                found[engine.name] = self._real(attempt, engine)
        for group in [[engine] for engine in servers] if self._apart else [servers]:
            found |= self._on_paper(attempt, group) if group else {}
        return found

    def _real(self, attempt: Attempt, engine: Engine) -> list[str]:
        recorder = Recorder()
        with self._project(attempt, engine) as project:
            project.recorder = recorder
            with contextlib.suppress(Exception):  # what it refuses, it has been given
                attempt.run(Lab(project, engine, recorder, lambda _step: None))
        return [statement["sql"] for statement in recorder.statements if _is_change(statement["sql"])]

    def _on_paper(self, attempt: Attempt, engines: list[Engine]) -> dict[str, list[str]]:
        with self._project(attempt, engines[0]) as project:
            lab = PaperLab(project, engines)
            try:
                attempt.run(lab)
            except Exception as error:  # what cannot be written out without a database says so
                for engine in engines:
                    lab.stop(engine, error)
            return {name: [sql.replace(f"{project.folder}/", "") for sql in sent] for name, sent in lab.written.items()}

    @contextlib.contextmanager
    def _project(self, attempt: Attempt, engine: Engine) -> Iterator[Project]:
        folder = self._folder / f"{attempt.name}_{engine.name}"
        shutil.copytree(self._before, folder)
        project = Project(folder, f"sqlite:///{folder}/app.db", attempt.goal)
        project.options, project.on_engine = {**self._prepared.options}, [*self._prepared.on_engine]
        yield project
        shutil.rmtree(folder)


def _not_run(attempt: Attempt, engine: Engine) -> list[str]:
    declared = attempt.expected[engine.name]
    apart = isinstance(declared, Expectation) and declared.outcome == "not run"
    return [f"-- not run: {declared.reason}"] if apart and isinstance(declared, Expectation) else []


class PaperLab(Lab):
    """A lab that writes SQL down for engines that are not there.

    Revisions are written, and applied to an SQLite database beside it, so that ``flask db migrate`` has something
    to compare with. What SQLite refuses there is of no interest here.
    """

    def __init__(self, project: Project, engines: list[Engine]) -> None:
        super().__init__(project, engines[0], Recorder(), lambda _step: None)
        self.written: dict[str, list[str]] = {engine.name: [] for engine in engines}
        self._engines = engines
        self._stopped: set[str] = set()
        self._at = self._head()

    def stop(self, engine: Engine, error: Exception) -> None:
        """Write down why an engine's statements end here, once."""
        if engine.name not in self._stopped:
            self._stopped.add(engine.name)
            self.written[engine.name].append(f"-- without a database it stops here: {one_line(error)}")

    def create_all(self) -> None:
        """Write what create_all() sends for the tables that the database does not have."""
        with self._project.app() as db:
            there = sa.inspect(db.engine).get_table_names()
            missing = [table for table in db.metadata.sorted_tables if table.name not in there]
            for engine in self._engines:
                self._create(engine, db.metadata, missing)
            with contextlib.suppress(Exception):
                db.metadata.create_all(db.engine)

    def upgrade(self, revision: str = "head") -> None:
        """Write what ``flask db upgrade --sql`` prints."""
        self._offline(flask_migrate.upgrade, f"{self._at or 'base'}:{revision}")
        with contextlib.suppress(Exception):
            super().upgrade(revision)
        self._at = self._head() if revision == "head" else revision

    def downgrade(self, revision: str = "-1") -> None:
        """Write what ``flask db downgrade --sql`` prints."""
        target = self._parent() if revision == "-1" else revision
        self._offline(flask_migrate.downgrade, f"{self._at}:{target}")
        with contextlib.suppress(Exception):
            super().downgrade(revision)
        self._at = None if target == "base" else target

    def stamp(self, revision: str = "head", purge: bool = False) -> None:
        """Go on from another revision: stamping changes no table."""
        with contextlib.suppress(Exception):
            super().stamp(revision, purge)
        self._at = self._head() if revision == "head" else revision

    def offline(self, revisions: str = "head", down: bool = False) -> str:
        """Write what ``flask db upgrade --sql`` prints, and apply nothing."""
        return self._offline(flask_migrate.downgrade if down else flask_migrate.upgrade, revisions)

    def execute(self, sql: str, **_parameters: Any) -> None:
        """Write the statement down."""
        self._write(sql)

    def query(self, sql: str, **_parameters: Any) -> list[tuple[Any, ...]]:
        """Write the query down; nobody answers it."""
        self._write(sql)
        return []

    def _head(self) -> str | None:
        heads = ScriptDirectory(str(self._project.migrations)).get_heads()
        return heads[0] if len(heads) == 1 else None

    def _parent(self) -> str:
        script = ScriptDirectory(str(self._project.migrations)).get_revision(self._at or "base")
        return str(script.down_revision) if script and script.down_revision else "base"

    def _write(self, *statements: str) -> None:
        for engine in self._engines:
            self._write_for(engine, statements)

    def _write_for(self, engine: Engine, statements: Iterable[str]) -> None:
        if engine.name not in self._stopped:
            self.written[engine.name] += statements

    def _create(self, engine: Engine, metadata: sa.MetaData, tables: list[sa.Table]) -> None:
        dialect = sa.make_url(_address(engine)).get_dialect()()

        def write(statement: Any, *_more: Any) -> None:
            self._write_for(engine, [str(statement.compile(dialect=dialect)).strip()])

        try:
            metadata.create_all(sa.create_mock_engine(_address(engine), write), tables, checkfirst=False)
        except Exception as error:  # a type that the dialect cannot spell
            self.stop(engine, error)

    def _offline(self, command: Any, revisions: str) -> str:
        printed = io.StringIO()
        for engine in self._engines:
            printed = io.StringIO()
            project = Project(self._project.folder, _address(engine), self._project.models)
            try:
                project.command(command, printed, revision=revisions, sql=True)
            except Exception as error:  # a migration that reads rows, a dialect that lacks something
                self._write_for(engine, _split(printed.getvalue()))
                self.stop(engine, error)
            else:
                self._write_for(engine, _split(printed.getvalue()))
        return printed.getvalue()


def _address(engine: Engine) -> str:
    return f"{engine.driver}://paper/paper"


def _split(script: str) -> list[str]:
    """Return the statements of an Alembic script, without its comments and without Alembic's own books."""
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    parts = (part.strip() for part in re.split(r";\s*\n", "\n".join(lines) + "\n"))
    return [part for part in parts if part and _is_change(part)]


def _is_change(sql: str) -> bool:
    return not is_bookkeeping(sql) and sql not in ("BEGIN", "COMMIT", "ROLLBACK")
