"""The Flask-Migrate project of one attempt: a folder, a database, and a fresh app for each command."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
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

    def attached(self, engine: sa.Engine, bind: str | None = None) -> AbstractContextManager[None]:
        """Listen inside the block to the first database's engine, or to a bind's."""


class Project:
    """A Flask-Migrate project as a person would have it, at one address, and one for each of its ``binds``.

    Its application is configured with those binds that its models name now. ``models`` builds what the application's
    models are now. ``recorder``, when set, is attached to every connection that the project makes; ``warnings``
    collects what Python warned of. ``options`` go to Migrate(), and each function of ``on_engine`` sees every new
    SQLAlchemy engine before it is used. ``naming`` is what the application names constraints by.
    """

    def __init__(
        self, folder: Path, url: str, models: Models, connections: Connections, binds: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.url = url
        self.models = models
        self.recorder: Listener | None = None
        self.warnings: list[str] = []
        self.options: dict[str, Any] = {}
        self.on_engine: list[Callable[[sa.Engine], None]] = []
        self.connections = connections
        self.binds = dict(binds or {})
        self.naming = LABS

    @property
    def migrations(self) -> Path:
        """The project's migrations folder."""
        return self.folder / "migrations"

    @property
    def versions(self) -> Path:
        """Where its revision files are."""
        return self.migrations / "versions"

    @property
    def multidb(self) -> bool:
        """Whether the migrations folder is one of several databases: its env.py calls ``upgrade(engine_name)``."""
        template = self.migrations / "script.py.mako"
        return template.is_file() and "engine_name" in template.read_text(encoding="utf-8", errors="replace")

    @property
    def bind_keys(self) -> tuple[str, ...]:
        """The binds of the application as its models are now.

        Raises:
            ValueError: as ``check_binds`` does.
        """
        return self.check_binds(self.models)

    def check_binds(self, models: Models) -> tuple[str, ...]:
        """Return the binds of some models, each of which has a database.

        Raises:
            ValueError: there is one that the models before and after do not name, in the scenario's own file.
        """
        keys = database_of(models, self.naming).bind_keys
        for key in keys:
            if key not in self.binds:
                raise ValueError(f"bind key {key!r} has no database: name it in the models before or after")
        return keys

    @contextlib.contextmanager
    def app(self) -> Iterator[ApplicationDatabase]:
        """Yield the database of a fresh application whose context is pushed; its session is closed at the end.

        One application a command: Flask-Migrate's env.py keeps a closure on the Migrate object, so that migrate()
        followed by check() on one application raises IndexError.
        """
        engines: dict[str | None, sa.Engine] = {None: self._engine(self.url)}
        engines |= {key: self._engine(self.binds[key]) for key in self.bind_keys}
        db = database_of(self.models, self.naming)
        app = application(db, engines, self.folder, self.options)
        with contextlib.ExitStack() as stack:
            stack.enter_context(app.app_context())
            stack.enter_context(self._listening())
            for key, engine in engines.items():
                if self.recorder:
                    stack.enter_context(self.recorder.attached(engine, key))
            try:
                yield db
            finally:
                db.session.remove()
                if self.on_engine:
                    for engine in engines.values():
                        engine.dispose()

    def _engine(self, url: str) -> sa.Engine:
        """Return an engine for one application: one of its own when something wants to see it before it is used."""
        if not self.on_engine:
            return self.connections.of_application(url)
        engine = self.connections.fresh(url)
        for function in self.on_engine:
            function(engine)
        return engine

    def command(self, function: Callable[..., Any], printed: TextIO | None = None, **options: Any) -> None:
        """Run one of Flask-Migrate's functions; what it prints goes to ``printed``, or nowhere.

        Raises:
            alembic.util.CommandError: Alembic refused.
        """
        # With several databases, what --sql writes are files in the current folder.
        there = contextlib.chdir(self.folder) if options.get("sql") and self.multidb else nullcontext()
        with there, self.app(), contextlib.redirect_stdout(printed or io.StringIO()), alembic_errors():
            function(**options)

    def init(self, multidb: bool = False) -> None:
        """Run ``flask db init``: make the migrations folder, of one database or of several."""
        self.command(flask_migrate.init, multidb=multidb)

    def scripts(self) -> dict[str | None, str]:
        """Read the scripts that ``--sql`` has written into files: one a database, none where there is one alone."""
        files = {key: self.folder / f"{key or ''}.sql" for key in (None, *self.binds)}
        return {key: file.read_text(encoding="utf-8") for key, file in files.items() if file.is_file()}

    def forget_scripts(self) -> None:
        """Remove those scripts: they are written anew."""
        for key in (None, *self.binds):
            (self.folder / f"{key or ''}.sql").unlink(missing_ok=True)

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
