"""The app under study, used as its own code and a person's `flask db` commands use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flask_migrate
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

from lab_app import create_app
from lab_app.evidence.errors import alembic_errors, record_error
from lab_app.evidence.schema import read_schema
from lab_app.evidence.statements import Recorder
from lab_app.evidence.types import ErrorRecord
from lab_app.evidence.values import encode
from lab_app.folders import migrations_folder
from lab_app.models import Student, db
from lab_app.study.protocol import Act, Answer, ColumnPair, Deed, Query, Revision

#: Where the app begins: the table is there, and the model is one column ahead of it.
FIRST = "0001"
_TABLE: sa.Table = Student.__table__
#: No row names its key: the engine counts on from these when a student is added.
_STUDENTS = (
    {"name": "Ada", "email": "ada@example.org", "course": "Mathematics"},
    {"name": "Zoë", "email": "", "course": None},
    {"name": " o'Neil ", "email": "O'NEIL@EXAMPLE.ORG", "course": "100% SQL; DROP TABLE student"},
    {"name": '<script>alert("Ada")</script>', "email": None, "course": "Web safety"},
)


class StudentApp:
    """The app at the address of an empty database; ``renew`` empties that again.

    Each command gets a fresh Flask app: Flask-Migrate's env.py keeps a closure on the Migrate object.
    """

    def __init__(self, url: str, renew: Callable[[], None]) -> None:
        self._url = url
        self._renew = renew
        self._last: Act | None = None

    def begin(self) -> None:
        """Bring the empty database to the first revision, and seed it as the model was then."""
        with self._app():
            _command(flask_migrate.upgrade, FIRST)
            then = sa.table(_TABLE.name, *(sa.column(name) for name in _STUDENTS[0]))
            with db.engine.begin() as connection:
                connection.execute(sa.insert(then), _STUDENTS)

    def reset(self) -> None:
        """Start over, as if nothing had been done."""
        self._renew()
        self.begin()
        self._last = None

    def upgrade(self) -> None:
        """Go one revision up; an error of the engine or of Alembic is kept as what was done last."""
        self._act("upgrade", "flask db upgrade +1", lambda: _command(flask_migrate.upgrade, "+1"))

    def downgrade(self) -> None:
        """Go one revision down, in the same way."""
        self._act("downgrade", "flask db downgrade", lambda: _command(flask_migrate.downgrade, "-1"))

    def add(self, **values: Any) -> None:
        """Insert a student through the model, in the same way."""

        def insert() -> None:
            db.session.add(Student(**values))
            db.session.commit()

        written = ", ".join(f"{name}={value!r}" for name, value in values.items() if value is not None)
        self._act("add", f"db.session.add(Student({written}))", insert)

    def look(self) -> Answer:
        """Return what the app answers now, and what its database holds."""
        with self._app() as recorder:
            query = _ask(recorder)
            with db.engine.connect() as connection:
                return {
                    "revision": MigrationContext.configure(connection).get_current_revision(),
                    "revisions": _revisions(),
                    "query": query,
                    "columns": _columns(connection),
                    "rows": _count(connection),
                    "last": self._last,
                }

    @contextmanager
    def _app(self) -> Iterator[Recorder]:
        """Make a fresh app with its context pushed, and a recorder of all that it sends."""
        recorder = Recorder()
        config = {"SQLALCHEMY_DATABASE_URI": self._url, "SQLALCHEMY_ENGINE_OPTIONS": {"poolclass": NullPool}}
        with create_app(config).app_context(), recorder.attached(db.engine):
            try:
                yield recorder
            finally:
                db.session.remove()
                db.engine.dispose()

    def _act(self, do: Deed, command: str, function: Callable[[], None]) -> None:
        error: ErrorRecord | None = None
        with self._app(), db.engine.connect() as connection:
            before = _count(connection)
        with self._app() as recorder:
            recorder.step = command
            try:
                function()
            except Exception as raised:  # whatever the engine, the driver or Alembic raises is what is shown
                db.session.rollback()
                error = record_error(raised)
        statements = recorder.statements
        self._last = {"do": do, "command": command, "statements": statements, "error": error, "rows_before": before}


def _command(function: Callable[..., None], revision: str) -> None:
    """Run one of Flask-Migrate's functions up or down to a revision."""
    with alembic_errors():
        function(revision=revision)


def _ask(recorder: Recorder) -> Query:
    """Send the students page's own query, through the model."""
    columns = [column.key for column in _TABLE.columns]
    rows, error = [], None
    try:
        students = db.session.scalars(sa.select(Student).order_by(Student.id)).all()
        rows = [[encode(getattr(student, column)) for column in columns] for student in students]
    except Exception as raised:  # the failure is the lesson
        error = record_error(raised)
    sql = recorder.statements[0]["sql"] if recorder.statements else ""
    return {"sql": sql, "columns": columns, "rows": rows, "error": error}


def _columns(connection: sa.Connection) -> list[ColumnPair]:
    """List the columns of the model, then those that only the table has."""
    table = read_schema(connection).get(_TABLE.name)
    real = {name: column["type"] for name, column in table["columns"].items()} if table else {}
    declared = {column.name: repr(column.type) for column in _TABLE.columns}
    return [{"name": name, "model": declared.get(name), "table": real.get(name)} for name in declared | real]


def _count(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(_TABLE.name):
        return None
    return connection.execute(sa.select(sa.func.count()).select_from(_TABLE)).scalar_one()


def _revisions() -> list[Revision]:
    scripts = ScriptDirectory(str(migrations_folder())).walk_revisions()
    return [{"revision": script.revision, "message": script.doc} for script in reversed(list(scripts))]
