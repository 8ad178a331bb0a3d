"""The application of both contenders, as Flask-Migrate's manual sets one up."""

from __future__ import annotations

import os

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy


def create_app(after: bool) -> Flask:
    """Make an app with a Student table at DATABASE_URL; ``after`` the change its model has an age."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db = SQLAlchemy(app)
    Migrate(app, db)

    class Student(db.Model):  # type: ignore[name-defined, misc]
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100))
        course = sa.Column(sa.String(50))
        if after:
            age = sa.Column(sa.Integer)

    return app
