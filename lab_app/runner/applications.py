"""The Flask applications of a project: a fresh one for each command, on models that are declared once."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from types import EllipsisType
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.pool import NullPool

from lab_app.models import NAMING_CONVENTION
from lab_app.runner.connections import ENGINES, ApplicationDatabase
from lab_app.scenario.declare import Models, Scenario

#: A naming convention that can be a key; None where the application has none.
Naming = tuple[tuple[str, Any], ...] | None
LABS: Naming = tuple(NAMING_CONVENTION.items())
#: Scenarios come one after the other, and each has a handful of models functions.
_KEPT = 64


def naming_of(scenario: Scenario) -> Naming:
    """Return the naming convention of a scenario's application: its own, none, or the lab's."""
    given = scenario.naming_convention
    if given is None:
        return None
    return LABS if isinstance(given, EllipsisType) else tuple(given.items())


@functools.lru_cache(maxsize=_KEPT)
def database_of(models: Models, naming: Naming) -> ApplicationDatabase:
    """Declare the models of a function, once: mapping classes costs more than a whole command does."""
    db = ApplicationDatabase(metadata=sa.MetaData(naming_convention=None if naming is None else dict(naming)))
    models(db)
    db.bind_keys = tuple(key for key in db.metadatas if key is not None)
    return db


def metadata_of(models: Models, naming: Naming, bind: str | None = None) -> sa.MetaData:
    """Return the tables that a models function declares: those of the first database, or of a bind."""
    db = database_of(models, naming)
    return db.metadatas[bind] if bind in (None, *db.bind_keys) else sa.MetaData()


def application(
    db: ApplicationDatabase, engines: dict[str | None, sa.Engine], folder: Path, options: dict[str, Any]
) -> Flask:
    """Make a Flask-Migrate application on a database with these engines by bind key; ``options`` go to Migrate()."""
    app = Flask("lab_project", root_path=str(folder), instance_path=str(folder), static_folder=None)
    urls = {key: engine.url.render_as_string(hide_password=False) for key, engine in engines.items()}
    app.config["SQLALCHEMY_DATABASE_URI"] = urls.pop(None)
    app.config["SQLALCHEMY_BINDS"] = urls
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": NullPool}
    app.config[ENGINES] = engines
    db.init_app(app)
    # Alembic's Config takes the standard output of the moment it is imported; this one is the command's.
    Migrate(app, db, directory=str(folder / "migrations"), **options).configure(_speak_here)
    return app


def _speak_here(config: Config) -> Config:
    config.stdout = sys.stdout
    return config
