"""The same story without the lab: Flask-Migrate's functions, one engine after another, and nothing is recorded.

On standard input is a database address a line; for each of them a new project is made in the current folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate

from bench.app import create_app


def story(url: str) -> None:
    """Run the seven commands of by_hand.sh in the current folder."""
    os.environ["DATABASE_URL"] = url
    _command(False, flask_migrate.init)
    _command(False, flask_migrate.migrate, message="create student")
    _command(False, flask_migrate.upgrade)
    _command(True, flask_migrate.migrate, message="add age to student")
    _command(True, flask_migrate.upgrade)
    _command(True, flask_migrate.downgrade)
    _command(True, flask_migrate.upgrade)


def _command(after: bool, function: Callable[..., Any], **options: Any) -> None:
    # An app a command: Flask-Migrate's env.py keeps what it was first given.
    app = create_app(after)
    with app.app_context():
        function(**options)
        app.extensions["sqlalchemy"].engine.dispose()


if __name__ == "__main__":
    here = Path.cwd()
    for number, line in enumerate(sys.stdin, start=1):
        project = here / f"project_{number}"
        project.mkdir()
        os.chdir(project)
        story(line.strip())
