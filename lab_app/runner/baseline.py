"""The first revision of a project: the one that made the tables as they are before the attempts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

from lab_app.runner.applications import naming_of
from lab_app.runner.connections import Connections
from lab_app.runner.project import Project
from lab_app.runner.scratch_database import FILE
from lab_app.runner.snapshot import Snapshot
from lab_app.scenario.declare import Scenario


class Baselines:
    """Migrations folders to start from, one a scenario, made once in a worker's life.

    A scenario without a folder of its own gets what ``flask db init`` and ``flask db migrate`` write for its
    models before, against an empty database. That file is the same for every engine: nothing is reflected.
    """

    def __init__(self, folder: Path, connections: Connections) -> None:
        self._folder = folder
        self._connections = connections
        self._made: dict[str, Path] = {}

    def of(self, name: str, scenario: Scenario) -> Path:
        """Return the migrations folder of a scenario before its attempts, to be copied."""
        if name not in self._made:
            self._made[name] = self._make(self._folder / name, scenario)
        return self._made[name]

    def _make(self, folder: Path, scenario: Scenario) -> Path:
        project = Project(folder, "sqlite://", scenario.models_before or no_models, self._connections)
        project.naming = naming_of(scenario)
        folder.mkdir(parents=True)
        if scenario.migrations is not None:
            _copy_up_to(scenario.migrations, scenario.baseline, project.migrations)
            return project.migrations
        _initialised(project).restore(project.migrations)
        if scenario.start == "migrated" and scenario.models_before:
            project.migrate("baseline")
        return project.migrations


#: What ``flask db init`` writes, once that is known: it is the same for every application.
_INITIALISED: list[Snapshot] = []


def _initialised(project: Project) -> Snapshot:
    """Return what ``flask db init`` writes; the first project of a process runs it."""
    if not _INITIALISED:
        project.init()
        _INITIALISED.append(Snapshot(project.migrations, leave_out=FILE))
    return _INITIALISED[0]


def no_models(_db: Any) -> None:
    """Declare nothing: the models of an application that has none yet."""


def revision_file(migrations: Path, revision: str) -> Path:
    """Return the file of one revision in a migrations folder."""
    return Path(ScriptDirectory(str(migrations)).get_revision(revision).path)


def _copy_up_to(migrations: Path, revision: str | None, target: Path) -> None:
    """Copy a migrations folder with the revisions that lead to one, and none after it."""
    shutil.copytree(migrations, target, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    (target / "versions").mkdir()
    for script in ScriptDirectory(str(migrations)).iterate_revisions(revision or "head", "base"):
        shutil.copy(script.path, target / "versions")
