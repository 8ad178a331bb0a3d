"""The Flask-Migrate project of one attempt: a folder, a database, and a fresh app for each command."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol, TextIO

import flask_migrate
import sqlalchemy as sa

from lab_app.evidence.errors import alembic_errors
from lab_app.runner.applications import LABS, application, database_of
from lab_app.runner.connections import ApplicationDatabase, Connections
from lab_app.scenario.declare import Models


class Listener(Protocol):
    """What listens to the engines of a project: a recorder of its statements."""

    def attached(self, engine: sa.Engine) -> AbstractContextManager[None]:
        """Listen inside the block."""


class Project:
    """A Flask-Migrate project as a person would have it, at one address.

    ``models`` builds what the application's models are now. ``recorder``, when set, is attached to every
    connection that the project makes; ``warnings`` collects what Python warned of. ``options`` go to Migrate(), and
    each function of ``on_engine`` sees every new SQLAlchemy engine before it is used. ``naming`` is what the
    application names constraints by.
    """

    def __init__(self, folder: Path, url: str, models: Models, connections: Connections) -> None:
        self.folder = folder
        self.url = url
        self.models = models
        self.recorder: Listener | None = None
        self.warnings: list[str] = []
        self.options: dict[str, Any] = {}
        self.on_engine: list[Callable[[sa.Engine], None]] = []
        self.connections = connections
        self.naming = LABS

    @property
    def migrations(self) -> Path:
        """The project's migrations folder."""
        return self.folder / "migrations"

    @property
    def versions(self) -> Path:
        """Where its revision files are."""
        return self.migrations / "versions"

    @contextlib.contextmanager
    def app(self) -> Iterator[ApplicationDatabase]:
        """Yield the database of a fresh application whose context is pushed; its session is closed at the end.

        One application a command: Flask-Migrate's env.py keeps a closure on the Migrate object, so that migrate()
        followed by check() on one application raises IndexError.
        """
        engine = self._engine()
        db = database_of(self.models, self.naming)
        app = application(db, self.url, engine, self.folder, self.options)
        with app.app_context(), self._listening(), self.recorder.attached(engine) if self.recorder else nullcontext():
            try:
                yield db
            finally:
                db.session.remove()
                if self.on_engine:
                    engine.dispose()

    def _engine(self) -> sa.Engine:
        """Return an engine for one application: one of its own when something wants to see it before it is used."""
        if not self.on_engine:
            return self.connections.of_application(self.url)
        engine = self.connections.fresh(self.url)
        for function in self.on_engine:
            function(engine)
        return engine

    def command(self, function: Callable[..., Any], printed: TextIO | None = None, **options: Any) -> None:
        """Run one of Flask-Migrate's functions; what it prints goes to ``printed``, or nowhere.

        Raises:
            alembic.util.CommandError: Alembic refused.
        """
        with self.app(), contextlib.redirect_stdout(printed or io.StringIO()), alembic_errors():
            function(**options)

    def init(self) -> None:
        """Run ``flask db init``: make the migrations folder."""
        self.command(flask_migrate.init)

    def migrate(self, message: str) -> None:
        """Run ``flask db migrate`` with the next number for a revision id, so that two runs do not differ."""
        self.command(flask_migrate.migrate, message=message, rev_id=self.next_revision())

    def next_revision(self) -> str:
        """Return the number that the next revision file gets."""
        return f"{len(self.revisions()) + 1:04d}"

    def revisions(self) -> list[Path]:
        """List the revision files in the order of their numbers."""
        return sorted(self.versions.glob("*.py"))

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                yield
            finally:
                for warning in caught:
                    if not issubclass(warning.category, (DeprecationWarning, ResourceWarning)):
                        text = f"{warning.category.__name__}: {warning.message}"
                        if text not in self.warnings:
                            self.warnings.append(text)
