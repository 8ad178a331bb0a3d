"""Where an attempt begins: a scenario's project and database, set up once and brought back for each attempt."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa

from lab_app.engines import Engine
from lab_app.evidence.joined import joined
from lab_app.evidence.state import State, read_state
from lab_app.evidence.statements import Recorder
from lab_app.runner.applications import Naming, naming_of
from lab_app.runner.baseline import Baselines, no_models
from lab_app.runner.binds import make_schemas, metadatas_of
from lab_app.runner.connections import Connections
from lab_app.runner.lab import Lab
from lab_app.runner.project import Project
from lab_app.runner.scratch_database import FILE
from lab_app.runner.seeding import Databases, seed
from lab_app.runner.snapshot import Snapshot
from lab_app.runner.tape import Tape
from lab_app.scenario.declare import Models, Scenario, When


@dataclass(frozen=True)
class Workspace:
    """Where one attempt happens: a folder of its own, an empty scratch database, and how many rows to seed.

    ``binds`` are the addresses of databases beside it, by their bind keys. ``renew`` empties all of them again.
    """

    folder: Path
    url: str
    rows: int | None
    renew: Callable[[], None]
    binds: dict[str, str] = field(default_factory=dict)

    @property
    def urls(self) -> dict[str | None, str]:
        """The addresses of all databases, the first one's under None."""
        urls: dict[str | None, str] = {None: self.url}
        return urls | dict(self.binds)


@dataclass(frozen=True)
class _SetUp:
    """A scenario that was set up: its files, the SQL that made its database, and what else a project holds."""

    key: tuple[str, int | None]
    files: Snapshot
    tape: Tape
    state: State
    models: Models
    options: dict[str, Any]
    naming: Naming
    on_engine: list[Callable[[sa.Engine], None]]
    warnings: list[str]


class Stage:
    """Brings projects and databases to where the attempts of a scenario begin.

    The scenario that was set up last is kept: its files are copied, and the SQL that made its database is sent
    again. What is there then is read, and where it is not the same the scenario is set up anew. One with binds is
    set up anew for each attempt: few have any.

    A ``forgiving`` stage goes on with what there is, where the engine cannot hold what a scenario begins with:
    ``failure`` says why.
    """

    def __init__(self, engine: Engine, folder: Path, connections: Connections, forgiving: bool = False) -> None:
        self.failure: Exception | None = None
        self._forgiving = forgiving
        self._engine = engine
        self._folder = folder
        self._connections = connections
        self._baselines = Baselines(folder / "baselines", engine, connections)
        self._kept: _SetUp | None = None

    def set(self, workspace: Workspace, name: str, scenario: Scenario) -> tuple[Project, State]:
        """Return the project before an attempt, and what was read of its database.

        Raises:
            LabError: the scenario cannot be set up as it says.
        """
        kept = self._kept
        if kept and kept.key == (name, workspace.rows):
            project = self._copy(workspace, kept)
            state = self._replayed(workspace, kept)
            if state == kept.state:
                return project, kept.state
            workspace.renew()
        return self._anew(workspace, name, scenario)

    def project(self, workspace: Workspace, name: str, scenario: Scenario) -> Project:
        """Return the project before an attempt alone; its database is a file, which is copied and not read.

        Raises:
            LabError: the scenario cannot be set up as it says.
        """
        kept = self._kept
        if kept and kept.key == (name, workspace.rows):
            return self._copy(workspace, kept)
        return self._anew(workspace, name, scenario)[0]

    def _anew(self, workspace: Workspace, name: str, scenario: Scenario) -> tuple[Project, State]:
        self._kept = self.failure = None
        shutil.rmtree(workspace.folder, ignore_errors=True)
        workspace.folder.mkdir(parents=True)
        tape = Tape()
        project = self._set_up(workspace, name, scenario, tape)
        state = read_databases(self._connections, workspace)
        if workspace.binds:
            return project, state
        self._copy_database(workspace.folder, self._folder)
        self._kept = _SetUp(
            key=(name, workspace.rows),
            files=Snapshot(workspace.folder, leave_out=FILE),
            tape=tape,
            state=state,
            models=project.models,
            options={**project.options},
            naming=project.naming,
            on_engine=[*project.on_engine],
            warnings=[*project.warnings],
        )
        return project, state

    def _set_up(self, workspace: Workspace, name: str, scenario: Scenario, tape: Tape) -> Project:
        before = scenario.models_before or no_models
        project = Project(workspace.folder, workspace.url, before, self._connections, workspace.binds)
        project.naming = naming_of(scenario)
        project.recorder = tape
        shutil.copytree(self._baselines.of(name, scenario), project.migrations)
        try:
            self._fill(project, scenario, tape, workspace)
        except Exception as error:
            if not self._forgiving:
                raise
            self.failure = error
        project.recorder = None
        return project

    def _fill(self, project: Project, scenario: Scenario, tape: Tape, workspace: Workspace) -> None:
        """Make the tables that are there before, their rows, and what else the scenario prepares."""
        with contextlib.ExitStack() as stack:
            databases: Databases = {}
            for key, metadata in metadatas_of(project.models, project.naming, workspace.binds).items():
                observer = self._connections.of_observer(workspace.urls[key])
                stack.enter_context(tape.attached(observer, key))
                databases[key] = stack.enter_context(observer.connect()), metadata
            self._make_tables(project, scenario, databases)
            self._prepare(project, scenario, "before rows")
            seed(databases, self._engine, scenario.seed, workspace.rows)
        self._prepare(project, scenario, "after rows")

    def _make_tables(self, project: Project, scenario: Scenario, databases: Databases) -> None:
        if scenario.migrations is None and scenario.start != "empty":
            for connection, metadata in databases.values():
                make_schemas(connection, metadata)
        if scenario.start == "migrated":
            project.command(flask_migrate.upgrade)
        elif scenario.start == "create_all":
            for connection, metadata in databases.values():
                metadata.create_all(connection)

    def _prepare(self, project: Project, scenario: Scenario, when: When) -> None:
        if step := scenario.prepare_steps.get(when):
            step(Lab(project, self._engine, Recorder(), lambda _step: None))

    def _copy(self, workspace: Workspace, kept: _SetUp) -> Project:
        kept.files.restore(workspace.folder)
        self._copy_database(self._folder, workspace.folder)
        project = Project(workspace.folder, workspace.url, kept.models, self._connections)
        project.options = {**kept.options}
        project.naming = kept.naming
        project.on_engine = [*kept.on_engine]
        project.warnings = [*kept.warnings]
        return project

    def _copy_database(self, one: Path, other: Path) -> None:
        """Copy a database that is a file, or see that there is none; it may be long, and is not kept in memory."""
        if self._engine.needs_server:
            return
        (other / FILE).unlink(missing_ok=True)
        if (one / FILE).exists():
            shutil.copyfile(one / FILE, other / FILE)

    def _replayed(self, workspace: Workspace, kept: _SetUp) -> State | None:
        """Return what was read once the database was made again; None when the engine did not take a statement."""
        try:
            if self._engine.needs_server:
                with self._connections.of_observer(workspace.url).connect() as connection:
                    kept.tape.play(connection)
                    return read_state(connection)
            return read_databases(self._connections, workspace)
        except Exception:  # whatever it is: the scenario is set up anew, and that is told
            return None


def read_databases(connections: Connections, workspace: Workspace) -> State:
    """Read the databases of a workspace as one."""
    states: dict[str | None, State] = {}
    for key, url in workspace.urls.items():
        with connections.of_observer(url).connect() as connection:
            states[key] = read_state(connection)
    return joined(states) if workspace.binds else states[None]
