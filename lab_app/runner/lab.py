"""The verbs of a scenario: what an attempt can do, each the command that a person would type."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa

from lab_app.engines import Engine
from lab_app.evidence.statements import Recorder
from lab_app.runner.baseline import revision_file
from lab_app.runner.project import Project
from lab_app.runner.revision import Revision


class Lab:
    """What an attempt is handed: the project of this attempt on this engine, and verbs.

    Every verb runs for real and is recorded in ``steps`` as it would be typed. An error of the engine or of Alembic
    passes through and ends the attempt.
    """

    def __init__(self, project: Project, engine: Engine, recorder: Recorder, on_step: Callable[[str], None]) -> None:
        self.engine = engine
        self.steps: list[str] = []
        self._project = project
        self._recorder = recorder
        self._on_step = on_step

    def create_all(self) -> None:
        """Call ``db.create_all()`` in the application."""
        self._step("db.create_all()")
        with self._project.app() as db:
            db.create_all()

    def migrate(self, message: str = "change") -> None:
        """Run ``flask db migrate``: Alembic compares the models with the database and writes a revision file.

        Writes none when it sees no difference, as Flask-Migrate does.
        """
        self._step(f'flask db migrate -m "{message}"')
        self._project.migrate(message)

    def revision(self, message: str) -> Callable[[Callable[[], None]], Revision]:
        """Write a revision file by hand: the decorated function becomes its ``upgrade()``."""

        def write(upgrade: Callable[[], None]) -> Revision:
            self._step(f'flask db revision -m "{message}"')
            number, files = self._project.next_revision(), self._project.revisions()
            parent = files[-1].stem.split("_")[0] if files else None
            slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:40]
            return Revision(self._project.versions / f"{number}_{slug}.py", number, parent, message, upgrade)

        return write

    def add_revision(self, migrations: Path, revision: str) -> None:
        """Take a revision file from another migrations folder, as a ``git pull`` would bring it."""
        source = revision_file(migrations, revision)
        self._step(f"git pull  # brings migrations/versions/{source.name}")
        shutil.copy(source, self._project.versions)

    def upgrade(self, revision: str = "head") -> None:
        """Run ``flask db upgrade``."""
        self._step("flask db upgrade" + (f" {revision}" if revision != "head" else ""))
        self._project.command(flask_migrate.upgrade, revision=revision)

    def downgrade(self, revision: str = "-1") -> None:
        """Run ``flask db downgrade``."""
        self._step("flask db downgrade" + (f" {revision}" if revision != "-1" else ""))
        self._project.command(flask_migrate.downgrade, revision=revision)

    def stamp(self, revision: str = "head") -> None:
        """Run ``flask db stamp``: write the revision into the database and change nothing else."""
        self._step(f"flask db stamp {revision}")
        self._project.command(flask_migrate.stamp, revision=revision)

    def execute(self, sql: str, **parameters: Any) -> None:
        """Send one statement by hand and commit it."""
        self._step(sql)
        with self._project.app() as db:
            db.session.execute(sa.text(sql), parameters)
            db.session.commit()

    def query(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Send one SELECT as the application would, and return its rows."""
        self._step(sql)
        with self._project.app() as db:
            return [tuple(row) for row in db.session.execute(sa.text(sql), parameters)]

    def _step(self, step: str) -> None:
        self.steps.append(step)
        self._recorder.step = step
        self._on_step(step)
