"""The verbs of a scenario: what an attempt can do, each the command that a person would type."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from lab_app.engines import Engine
from lab_app.evidence.statements import Recorder
from lab_app.runner.baseline import revision_file
from lab_app.runner.project import Project
from lab_app.runner.revision import Revision, RevisionFile
from lab_app.scenario.declare import Models


class Lab:
    """What an attempt is handed: the project of this attempt on this engine, and verbs.

    Every verb runs for real and is recorded in ``steps`` as it would be typed. An error of the engine or of Alembic
    passes through and ends the attempt.
    """

    def __init__(self, project: Project, engine: Engine, recorder: Recorder, on_step: Callable[[str], None]) -> None:
        self.engine = engine
        self.steps: list[str] = []
        #: The revisions that were written by hand, by the names of their files.
        self.revisions: dict[str, Revision] = {}
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

    def revision(
        self, message: str, parent: str | None = None, bind: str | None = None
    ) -> Callable[[Callable[[], None]], Revision]:
        """Write a revision file by hand: the decorated function becomes its ``upgrade()``.

        It follows the last one, or ``parent``: two files with one parent make two heads. With several databases it
        is the first one's, or that of a ``bind``; ``@name.upgrade_of("analytics")`` adds another's to the same file.
        """

        def write(upgrade: Callable[[], None]) -> Revision:
            self._step(f'flask db revision -m "{message}"')
            number, files = self._project.next_revision(), self._project.revisions()
            follows = parent or (files[-1].stem.split("_")[0] if files else None)
            slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:40]
            file = RevisionFile(self._project.versions / f"{number}_{slug}.py", number, follows, message)
            binds = self._project.bind_keys if self._project.multidb else None
            self.revisions[file.path.name] = Revision(file, binds, upgrade, bind)
            return self.revisions[file.path.name]

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

    def stamp(self, revision: str = "head", purge: bool = False) -> None:
        """Run ``flask db stamp``: write the revision into the database and change nothing else."""
        self._step(f"flask db stamp {'--purge ' if purge else ''}{revision}")
        self._project.command(flask_migrate.stamp, revision=revision, purge=purge)

    def merge(self, message: str = "merge", revisions: str = "heads") -> None:
        """Run ``flask db merge``: write a revision that joins two heads."""
        self._step(f'flask db merge -m "{message}" {revisions}')
        number = self._project.next_revision()
        self._project.command(flask_migrate.merge, revisions=revisions, message=message, rev_id=number)

    def check(self) -> None:
        """Run ``flask db check``: an error when the models and the database differ."""
        self._step("flask db check")
        self._project.command(flask_migrate.check)

    def offline(self, revisions: str = "head", down: bool = False) -> str:
        """Run ``flask db upgrade --sql`` (or downgrade) and return the script; nothing is applied."""
        word = "downgrade" if down else "upgrade"
        self._step(f"flask db {word} {revisions} --sql")
        printed = io.StringIO()
        command = flask_migrate.downgrade if down else flask_migrate.upgrade
        self._project.command(command, printed, revision=revisions, sql=True)
        return printed.getvalue() + "\n".join(self._project.scripts().values())

    def init(self, multidb: bool = False) -> None:
        """Run ``flask db init``: make the migrations folder anew, for one database or with ``--multidb``."""
        self._step("flask db init" + (" --multidb" if multidb else ""))
        self._project.init(multidb)

    def delete(self, path: str) -> None:
        """Delete a file or a folder of the project, such as ``migrations`` or ``app.db``."""
        self._step(f"rm -r {path}")
        target = self._project.folder / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a piece of text in a file of the project, such as ``migrations/env.py``.

        Raises:
            ValueError: the piece is not there.
        """
        self._step(f"edit {path}")
        file = self._project.folder / path
        text = file.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{path} does not hold {old!r}")
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def configure(self, **options: Any) -> None:
        """Give ``Migrate(app, db, ...)`` further options, such as ``compare_server_default=True``."""
        self._step(f"Migrate(app, db, {', '.join(f'{name}={value!r}' for name, value in options.items())})")
        self._project.options |= options

    def on_engine(self, function: Callable[[sa.Engine], None]) -> Callable[[sa.Engine], None]:
        """Let a function see each new SQLAlchemy engine of the application, to set PRAGMAs or listen to events."""
        self._project.on_engine.append(function)
        return function

    def execute(self, sql: str, *, bind: str | None = None, **parameters: Any) -> None:
        """Send one statement by hand to the first database or to a bind's, and commit it."""
        self._step(sql)
        with self._project.app() as db:
            db.session.execute(sa.text(sql), parameters, bind_arguments={"bind": db.engines[bind]})
            db.session.commit()

    def query(self, sql: str, *, bind: str | None = None, **parameters: Any) -> list[tuple[Any, ...]]:
        """Send one SELECT as the application would, and return its rows."""
        self._step(sql)
        with self._project.app() as db:
            found = db.session.execute(sa.text(sql), parameters, bind_arguments={"bind": db.engines[bind]})
            return [tuple(row) for row in found]

    @contextlib.contextmanager
    def app(self) -> Iterator[SQLAlchemy]:
        """Yield a running application that stays up while other commands run: its session may hold locks."""
        with self._project.app() as db:
            yield db

    def models(self, models: Models) -> None:
        """Give the application other models from here on.

        Raises:
            ValueError: they name a bind that the models before and after do not.
        """
        self._step("edit models.py")
        self._project.check_binds(models)
        self._project.models = models

    def _step(self, step: str) -> None:
        self.steps.append(step)
        self._recorder.step = step
        self._on_step(step)
