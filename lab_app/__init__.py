"""Migration Lab: the Flask app under study, and the lab around it."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the app under study: one model, and ``flask db`` to migrate it.

    The database is ``DATABASE_URL``, or an SQLite file in the instance folder; ``config`` wins over both.
    No database is touched before the first query.
    """
    # Not at the top: the package's entry point in `flask.commands` makes every `flask` command of every
    # project in this environment import lab_app, and these would cost each of them 0.4 s.
    from lab_app.address import with_driver
    from lab_app.folders import migrations_folder
    from lab_app.models import db, migrate

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL") or "sqlite:///lab.db"
    app.config.update(config or {})
    app.config["SQLALCHEMY_DATABASE_URI"] = with_driver(app.config["SQLALCHEMY_DATABASE_URI"])
    db.init_app(app)
    migrate.init_app(app, db, directory=str(migrations_folder()))
    return app
