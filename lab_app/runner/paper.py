"""The SQL of every engine without a server: SQLite for real, the others as ``flask db upgrade --sql`` writes it."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from lab_app import catalogue, leftovers
from lab_app.engines import ENGINES, Engine
from lab_app.evidence.errors import one_line
from lab_app.evidence.statements import Recorder
from lab_app.runner.attempt import Place, Workbench
from lab_app.runner.lab import Lab
from lab_app.runner.project import Project
from lab_app.scenario import Attempt, Scenario

#: The title of an attempt, and each engine's statements.
Preview = list[tuple[str, dict[str, list[str]]]]


def preview(name: str) -> tuple[str, Preview]:
    """A scenario's title and, for each attempt, the statements that each engine would be given.

    Raises:
        LabError: there is no such scenario, or it cannot be read.
    """
    scenario = catalogue.load(catalogue.find(name))
    with leftovers.guard(), leftovers.run_folder() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheets = _Sheets(folder, name, scenario)
        return scenario.title, [(attempt.title, sheets.of(attempt)) for attempt in scenario.attempts]


class _Sheets:
    def __init__(self, folder: Path, name: str, scenario: Scenario) -> None:
        self._folder, self._name, self._scenario = folder, name, scenario
        self._workbench = Workbench(ENGINES[0], folder)

    def of(self, attempt: Attempt) -> dict[str, list[str]]:
        return {engine.name: self._statements(attempt, engine) for engine in ENGINES}

    def _statements(self, attempt: Attempt, engine: Engine) -> list[str]:
        folder = self._folder / f"{attempt.name}_{engine.name}"
        folder.mkdir()
        place = Place(folder, f"sqlite:///{folder}/app.db", None)
        if not engine.needs_server:
            evidence = self._workbench.observe(place, self._name, self._scenario, attempt, lambda *_: None)
            return [s["sql"] for s in evidence["statements"] if _is_change(s["sql"])]
        project = self._workbench.prepare(place, self._name, self._scenario)
        lab = PaperLab(project, engine)
        project.models = attempt.goal
        try:
            attempt.run(lab)
        except Exception as error:  # what cannot be written out without a database says so
            lab.written.append(f"-- without a database it stops here: {one_line(error)}")
        return lab.written


class PaperLab(Lab):
    """A lab that writes SQL down for an engine that is not there.

    Revisions are written, and applied to an SQLite database beside it, so that ``flask db migrate`` has something
    to compare with. What SQLite refuses there is of no interest here.
    """

    def __init__(self, project: Project, engine: Engine) -> None:
        super().__init__(project, engine, Recorder(), lambda _step: None)
        self.written: list[str] = []
        self._engine_url = f"{engine.driver}://paper/paper"
        self._at = self._head()

    def create_all(self) -> None:
        """Write what create_all() sends for the tables that the database does not have."""
        on_paper = sa.create_mock_engine(self._engine_url, self._write)
        with self._project.app() as db:
            there = sa.inspect(db.engine).get_table_names()
            missing = [table for table in db.metadata.sorted_tables if table.name not in there]
            db.metadata.create_all(on_paper, missing, checkfirst=False)
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

    def execute(self, sql: str, **_parameters: Any) -> None:
        """Write the statement down."""
        self.written.append(sql)

    def query(self, sql: str, **_parameters: Any) -> list[tuple[Any, ...]]:
        """Write the query down; nobody answers it."""
        self.written.append(sql)
        return []

    def _head(self) -> str | None:
        return ScriptDirectory(str(self._project.migrations)).get_current_head()

    def _parent(self) -> str:
        script = ScriptDirectory(str(self._project.migrations)).get_revision(self._at or "base")
        return str(script.down_revision) if script and script.down_revision else "base"

    def _write(self, statement: Any, *_more: Any) -> None:
        self.written.append(str(statement.compile(dialect=sa.make_url(self._engine_url).get_dialect()())).strip())

    def _offline(self, command: Any, revisions: str) -> None:
        project = Project(self._project.folder, self._engine_url, self._project.models)
        printed = io.StringIO()
        try:
            project.command(command, printed, revision=revisions, sql=True)
        finally:
            self.written += _split(printed.getvalue())


def _split(script: str) -> list[str]:
    """The statements of an Alembic script, without its comments and without Alembic's own books."""
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    parts = (part.strip() for part in re.split(r";\s*\n", "\n".join(lines) + "\n"))
    return [part for part in parts if part and _is_change(part)]


def _is_change(sql: str) -> bool:
    return "alembic_version" not in sql and sql not in ("BEGIN", "COMMIT", "ROLLBACK")
