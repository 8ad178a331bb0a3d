"""Small projects for the check: a file of ``tests/projects/`` each, written out as a person would have them.

A file has ``MODELS`` (the classes, with ``db`` and ``sa`` at hand), ``REVISIONS`` (pairs of what upgrade() and
downgrade() do, oldest first, numbered 0001, 0002, …), and what the check must say: ``ERRORS``, by code and revision,
the engines. Everything else at severity error is a false alarm. ``ALSO`` are findings below that severity.
``NOT_TESTED`` are the things that it must name as not tested.
``APP`` is put into the application's module before the models, ``FACTORY`` at the end of its factory, ``SETTINGS`` at
its beginning; ``NAMING`` is another naming convention, ``ENV`` a pair: what of Flask-Migrate's env.py is replaced by
what; ``TEMPLATE`` is another one of its templates. ``IDS`` are revisions' ids by number, where they are not 0001,
0002, …; ``FILES`` are further files.
``STEP_SECONDS`` is how long a step may take, where one never ends.
"""

from __future__ import annotations

import importlib.util
import shutil
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import flask_migrate

FOLDER = Path(__file__).parent / "projects"
_TEMPLATES = Path(flask_migrate.__file__).parent / "templates"
#: Engines by a letter each, so that an expectation fits its line.
LETTERS = {"s": "sqlite", "p": "postgresql", "m": "mysql", "a": "mariadb"}

_APP = """
import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

naming = {naming}
db = SQLAlchemy(metadata=sa.MetaData(naming_convention=naming))
migrate = Migrate()
{app}
{models}

def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///own.db"
{settings}
    db.init_app(app)
    migrate.init_app(app, db)
{factory}
    return app
"""

_NAMING = """{"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
          "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_N_name)s",
          "pk": "pk_%(table_name)s"}"""

_REVISION = '''"""{message}"""
import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = {parent!r}


def upgrade({arguments}):
{upgrade}


def downgrade({arguments}):
{downgrade}
'''


@dataclass(frozen=True)
class Project:
    """One project of ``tests/projects/``; ``errors`` and ``also`` are (code, revision) with the engines."""

    name: str
    models: str
    revisions: list[tuple[str, str]]
    errors: dict[tuple[str, str | None], frozenset[str]]
    also: dict[tuple[str, str | None], frozenset[str]]
    not_tested: tuple[str, ...] = ()
    ids: dict[int, str] = field(default_factory=dict)
    env: tuple[str, str] | None = None
    template: str = "flask"
    step_seconds: int | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Write the project into a folder and return it."""
        folder.mkdir(parents=True)
        parts = {"models": self.models, "app": "", "factory": "", "settings": "", "naming": _NAMING, **self.extra}
        for name in ("factory", "settings"):
            parts[name] = textwrap.indent(textwrap.dedent(parts[name]).strip("\n"), "    ")
        (folder / "app.py").write_text(_APP.format(**parts))
        versions = folder / "migrations" / "versions"
        versions.mkdir(parents=True)
        for name in ("env.py", "script.py.mako"):
            shutil.copy(_TEMPLATES / self.template / name, folder / "migrations" / name)
        shutil.copy(_TEMPLATES / self.template / "alembic.ini.mako", folder / "migrations" / "alembic.ini")
        if self.env:
            env = (folder / "migrations" / "env.py").read_text()
            assert self.env[0] in env
            (folder / "migrations" / "env.py").write_text(env.replace(*self.env))
        for number, (upgrade, downgrade) in enumerate(self.revisions, 1):
            revision = self.id(number)
            text = _REVISION.format(
                message=f"revision {number}",
                imports=parts.get("imports", ""),
                arguments="engine_name" if "multidb" in self.template else "",
                revision=revision,
                parent=self.id(number - 1) if number > 1 else None,
                upgrade=_body(upgrade),
                downgrade=_body(downgrade),
            )
            (versions / f"{number:04d}_change.py").write_text(text)
        for path, text in self.extra.items():
            if "/" in path:
                (folder / path.lstrip("/")).write_text(textwrap.dedent(text).lstrip("\n"))
        return folder

    def id(self, number: int) -> str:
        """Return the id of a revision by its number, from 1."""
        return self.ids.get(number, f"{number:04d}")


def projects() -> list[Project]:
    """Return every project, in the order of their names."""
    return [_read(path) for path in sorted(FOLDER.glob("*.py"))]


def _read(path: Path) -> Project:
    module = _module(path)
    extra = {
        name.lower(): getattr(module, name)
        for name in ("APP", "FACTORY", "SETTINGS", "IMPORTS", "NAMING")
        if hasattr(module, name)
    }
    ids: dict[int, str] = getattr(module, "IDS", {})
    return Project(
        name=path.stem,
        models=module.MODELS,
        revisions=module.REVISIONS,
        errors=_expected(getattr(module, "ERRORS", {}), ids),
        also=_expected(getattr(module, "ALSO", {}), ids),
        not_tested=getattr(module, "NOT_TESTED", ()),
        ids=ids,
        env=getattr(module, "ENV", None),
        template=getattr(module, "TEMPLATE", "flask"),
        step_seconds=getattr(module, "STEP_SECONDS", None),
        extra={**extra, **getattr(module, "FILES", {})},
    )


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"project_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _expected(said: dict[str, str], ids: dict[int, str]) -> dict[tuple[str, str | None], frozenset[str]]:
    """Read ``{"rows-lost 2": "s"}``: code, number of the revision or nothing, letters of the engines."""
    found = {}
    for words, letters in said.items():
        code, _, number = words.partition(" ")
        revision = ids.get(int(number), f"{int(number):04d}") if number else None
        found[code, revision] = frozenset(LETTERS[letter] for letter in letters)
    return found


def _body(text: str) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n") or "pass", "    ")
