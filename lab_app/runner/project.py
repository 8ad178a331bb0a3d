"""The Flask-Migrate project of one attempt: a folder, a database, and a fresh app for each command."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import flask_migrate
import sqlalchemy as sa
from alembic.config import Config
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import NullPool

from lab_app.evidence.errors import alembic_errors
from lab_app.evidence.statements import Recorder
from lab_app.models import NAMING_CONVENTION
from lab_app.scenario.declare import Models


def _speak_here(config: Config) -> Config:
    config.stdout = sys.stdout
    return config


class Project:
    """A Flask-Migrate project as a person would have it, at one address.

    ``models`` builds what the application's models are now. ``recorder``, when set, is attached to every
    connection that the project makes; ``warnings`` collects what Python warned of. ``options`` go to Migrate(), and
    each function of ``on_engine`` sees every new SQLAlchemy engine before it is used.
    """

    def __init__(self, folder: Path, url: str, models: Models) -> None:
        self.folder = folder
        self.url = url
        self.models = models
        self.recorder: Recorder | None = None
        self.warnings: list[str] = []
        self.options: dict[str, Any] = {}
        self.on_engine: list[Callable[[sa.Engine], None]] = []

    @property
    def migrations(self) -> Path:
        """The project's migrations folder."""
        return self.folder / "migrations"

    @property
    def versions(self) -> Path:
        """Where its revision files are."""
        return self.migrations / "versions"

    @contextlib.contextmanager
    def app(self) -> Iterator[SQLAlchemy]:
        """Yield a fresh application with its context pushed; its connections are closed at the end.

        One app a command: Flask-Migrate's env.py keeps a closure on the Migrate object, so that migrate() followed
        by check() on one app raises IndexError.
        """
        app = Flask("lab_project", root_path=str(self.folder), instance_path=str(self.folder))
        app.config["SQLALCHEMY_DATABASE_URI"] = self.url
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": NullPool}
        db = SQLAlchemy(metadata=sa.MetaData(naming_convention=NAMING_CONVENTION))
        self.models(db)
        db.init_app(app)
        # Alembic's Config takes the standard output of the moment it is imported; this one is the command's.
        Migrate(app, db, directory=str(self.migrations), **self.options).configure(_speak_here)
        with app.app_context(), self._listening():
            for function in self.on_engine:
                function(db.engine)
            if self.recorder:
                self.recorder.attach(db.engine)
            try:
                yield db
            finally:
                db.session.remove()
                db.engine.dispose()

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
            logging.disable(logging.CRITICAL)
            try:
                yield
            finally:
                logging.disable(logging.NOTSET)
                for warning in caught:
                    if not issubclass(warning.category, (DeprecationWarning, ResourceWarning)):
                        text = f"{warning.category.__name__}: {warning.message}"
                        if text not in self.warnings:
                            self.warnings.append(text)
