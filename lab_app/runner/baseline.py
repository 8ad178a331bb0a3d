"""The first revision of a project: the one that made the tables as they are before the attempts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

from lab_app.engines import Engine
from lab_app.runner.applications import database_of, naming_of
from lab_app.runner.baseline_text import baseline_text, dialect_of
from lab_app.runner.connections import Connections
from lab_app.runner.project import Project
from lab_app.runner.scratch_database import FILE
from lab_app.runner.snapshot import Snapshot
from lab_app.scenario.declare import Scenario

#: Alembic writes the minute into a revision file.
CREATED = re.compile(r"^Create Date: .*\n", re.MULTILINE)


class Baselines:
    """Migrations folders to start from, one a scenario, made once in a worker's life.

    A scenario without a folder of its own gets what ``flask db init`` writes (with ``--multidb`` where its models
    have binds), and the revision that makes the tables of its models before on the engine that it is for.
    """

    def __init__(self, folder: Path, engine: Engine, connections: Connections) -> None:
        self._folder = folder
        self._engine = engine
        self._connections = connections
        self._made: dict[str, Path] = {}

    def of(self, name: str, scenario: Scenario) -> Path:
        """Return the migrations folder of a scenario before its attempts, to be copied."""
        if name not in self._made or not self._made[name].is_dir():  # an attempt may have deleted all that it found
            self._made[name] = self._make(self._folder / name, scenario)
        return self._made[name]

    def _make(self, folder: Path, scenario: Scenario) -> Path:
        models, nowhere = scenario.models_before or no_models, f"{self._engine.driver}://"
        naming = naming_of(scenario)
        binds = dict.fromkeys(database_of(models, naming).bind_keys, nowhere)
        project = Project(folder, nowhere, models, self._connections, binds)
        project.naming = naming
        folder.mkdir(parents=True, exist_ok=True)
        if scenario.migrations is not None:
            _copy_up_to(scenario.migrations, scenario.baseline, project.migrations)
            return project.migrations
        # A project that has no models yet is made for those to come.
        first = scenario.models_before or scenario.models_after or no_models
        _initialised(project, multidb=bool(database_of(first, naming).bind_keys)).restore(project.migrations)
        if scenario.start == "migrated" and scenario.models_before:
            write_baseline(project, self._engine)
        return project.migrations


def write_baseline(project: Project, engine: Engine) -> None:
    """Write the revision that makes the tables of a project's models on an engine."""
    dialect = dialect_of(engine)
    with project.app() as db:
        texts = {key: baseline_text(db.metadatas[key], dialect) for key in (None, *db.bind_keys)}
        functions: dict[str, Any] = {"upgrades": texts[None].upgrade, "downgrades": texts[None].downgrade}
        for key, text in texts.items():
            functions |= {f"{key or ''}_upgrades": text.upgrade, f"{key or ''}_downgrades": text.downgrade}
        imports = "\n".join(sorted({line for text in texts.values() for line in text.imports}))
        scripts = ScriptDirectory(str(project.migrations), messaging_opts={"quiet": True})
        scripts.generate_revision(project.next_revision(), "baseline", imports=imports, **functions)


#: What ``flask db init`` writes, once that is known: it is the same for every application.
_INITIALISED: dict[bool, Snapshot] = {}


def _initialised(project: Project, multidb: bool) -> Snapshot:
    """Return what ``flask db init`` writes, with ``--multidb`` or without; the first project of a process runs it."""
    if multidb not in _INITIALISED:
        project.init(multidb)
        _INITIALISED[multidb] = Snapshot(project.migrations, leave_out=FILE)
    return _INITIALISED[multidb]


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
