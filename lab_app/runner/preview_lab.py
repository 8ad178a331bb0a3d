"""The verbs of a scenario for engines that are not there: what they would be sent is written down."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterable
from typing import Any

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from lab_app.engines import Engine
from lab_app.evidence.bookkeeping import VERSION_TABLE, is_bookkeeping
from lab_app.evidence.errors import one_line
from lab_app.evidence.statements import Recorder
from lab_app.runner.baseline_text import sent_by_create_all
from lab_app.runner.engine_baselines import EngineBaselines
from lab_app.runner.lab import Lab
from lab_app.runner.project import Project
from lab_app.runner.shadow import ShadowProject
from lab_app.scenario.declare import Models

#: How Alembic's own scripts end at the base; beside a database it leaves the table.
_DROPPED = f"DROP TABLE {VERSION_TABLE}"


def is_change(sql: str) -> bool:
    """Tell whether a statement belongs to the change: no transaction's end, and none of Alembic's bookkeeping."""
    return not is_bookkeeping(sql) and sql not in ("BEGIN", "COMMIT", "ROLLBACK")


class PreviewLab(Lab):
    """A lab that writes SQL down for engines that are not there.

    Revisions are written, and applied to an SQLite database beside it, so that ``flask db migrate`` has something
    to compare with. What SQLite refuses there is of no interest here.
    """

    def __init__(self, shadow: ShadowProject, engines: list[Engine], baselines: EngineBaselines) -> None:
        super().__init__(shadow, engines[0], Recorder(), lambda _step: None)
        self._shadow = shadow
        self._baselines = baselines
        self.written: dict[str, list[str]] = {engine.name: [] for engine in engines}
        self._engines = engines
        self._stopped: set[str] = set()
        self._at = self._head()

    def stop(self, engine: Engine, error: Exception) -> None:
        """Write down why an engine's statements end here, once."""
        if engine.name not in self._stopped:
            self._stopped.add(engine.name)
            self.written[engine.name].append(f"-- without a database it stops here: {one_line(error)}")

    def create_all(self) -> None:
        """Write what create_all() sends for the tables that the database does not have."""
        with self._project.app() as db:
            for key, metadata in db.metadatas.items():
                there = sa.inspect(db.engines[key]).get_table_names()
                missing = [table for table in metadata.sorted_tables if table.name not in there]
                for engine in self._engines:
                    self._create(engine, key, metadata, missing)
                with contextlib.suppress(Exception):
                    metadata.create_all(db.engines[key])

    def upgrade(self, revision: str = "head") -> None:
        """Write what ``flask db upgrade --sql`` prints."""
        self._offline(flask_migrate.upgrade, f"{self._at or 'base'}:{revision}")
        self._move(flask_migrate.upgrade, self._head() if revision == "head" else revision)

    def downgrade(self, revision: str = "-1") -> None:
        """Write what ``flask db downgrade --sql`` prints."""
        target = self._parent() if revision == "-1" else revision
        self._offline(flask_migrate.downgrade, f"{self._at}:{target}")
        self._shadow.later(flask_migrate.downgrade, revision=revision)
        self._at = None if target == "base" else target

    def stamp(self, revision: str = "head", purge: bool = False) -> None:
        """Go on from another revision: stamping changes no table."""
        self._move(flask_migrate.stamp, self._head() if revision == "head" else revision, purge=purge)

    def offline(self, revisions: str = "head", down: bool = False) -> str:
        """Write what ``flask db upgrade --sql`` prints, and apply nothing."""
        return self._offline(flask_migrate.downgrade if down else flask_migrate.upgrade, revisions)

    def delete(self, path: str) -> None:
        """Delete a file or a folder, once the database is what it was until now."""
        self._shadow.settle()
        super().delete(path)

    def edit(self, path: str, old: str, new: str) -> None:
        """Edit a file in the same way."""
        self._shadow.settle()
        super().edit(path, old, new)

    def configure(self, **options: Any) -> None:
        """Configure Migrate() in the same way."""
        self._shadow.settle()
        super().configure(**options)

    def on_engine(self, function: Callable[[sa.Engine], None]) -> Callable[[sa.Engine], None]:
        """Let a function see new engines in the same way."""
        self._shadow.settle()
        return super().on_engine(function)

    def models(self, models: Models) -> None:
        """Give the application other models in the same way."""
        self._shadow.settle()
        super().models(models)

    def execute(self, sql: str, *, bind: str | None = None, **_parameters: Any) -> None:
        """Write the statement down."""
        self._write(*headed(bind, [sql]))

    def query(self, sql: str, *, bind: str | None = None, **_parameters: Any) -> list[tuple[Any, ...]]:
        """Write the query down; nobody answers it."""
        self._write(*headed(bind, [sql]))
        return []

    def _move(self, function: Callable[..., Any], revision: str | None, **options: Any) -> None:
        """Have the shadow go to a revision when that is looked at; what has no one head is refused at once."""
        self._shadow.later(function, revision=revision or "head", **options)
        if revision is None:
            self._shadow.settle()
        self._at = revision

    def _head(self) -> str | None:
        heads = ScriptDirectory(str(self._project.migrations)).get_heads()
        return heads[0] if len(heads) == 1 else None

    def _parent(self) -> str:
        script = ScriptDirectory(str(self._project.migrations)).get_revision(self._at or "base")
        return str(script.down_revision) if script and script.down_revision else "base"

    def _write(self, *statements: str) -> None:
        for engine in self._engines:
            self._write_for(engine, statements)

    def _write_for(self, engine: Engine, statements: Iterable[str]) -> None:
        if engine.name not in self._stopped:
            self.written[engine.name] += statements

    def _create(self, engine: Engine, bind: str | None, metadata: sa.MetaData, tables: list[sa.Table]) -> None:
        dialect = sa.make_url(_address(engine)).get_dialect()()
        try:
            sent = sent_by_create_all(metadata, dialect, tables)
            self._write_for(engine, headed(bind, [str(each.compile(dialect=dialect)).strip() for each in sent]))
        except Exception as error:  # a type that the dialect cannot spell
            self.stop(engine, error)

    def _offline(self, command: Any, revisions: str) -> str:
        printed = io.StringIO()
        for engine in self._engines:
            printed, own = io.StringIO(), self._project
            binds = dict.fromkeys(own.binds, _address(engine))
            project = Project(own.folder, _address(engine), own.models, own.connections, binds)
            project.options, project.naming = own.options, own.naming
            failure: Exception | None = None
            own.forget_scripts()
            with self._baselines.of(engine, own.versions):
                try:
                    project.command(command, printed, revision=revisions, sql=True)
                except Exception as error:  # a migration that reads rows, a dialect that lacks something
                    failure = error
            self._write_for(engine, _split(printed.getvalue()))
            for bind, script in project.scripts().items():
                self._write_for(engine, headed(bind, _split(script)))
            if failure:
                self.stop(engine, failure)
        return printed.getvalue()


def headed(bind: str | None, statements: list[str]) -> list[str]:
    """Put a line above the statements of a bind's database that says so."""
    return [f"-- {bind}:", *statements] if bind and statements else statements


def _address(engine: Engine) -> str:
    return f"{engine.driver}://paper/paper"


def _split(script: str) -> list[str]:
    """Return the statements of an Alembic script, without its comments and without Alembic's own books."""
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    parts = (part.strip() for part in re.split(r";\s*\n", "\n".join(lines) + "\n"))
    return [part for part in parts if part and is_change(part) and part != _DROPPED]
