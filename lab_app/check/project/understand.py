"""From what a person typed, and what lies in the folder, to a project that can be run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lab_app.check.project.files import applications, migrations
from lab_app.check.project.interpreter import interpreter
from lab_app.check.project.understood import Understood
from lab_app.errors import LabError


@dataclass(frozen=True)
class Told:
    """What a person said of the project; None and empty where nothing was said."""

    folder: Path
    app: str | None = None
    python: str | None = None
    directory: str | None = None
    ini: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[tuple[str, int], ...] = ()


def understand(told: Told) -> Understood:
    """Return the project with everything that was not told looked for.

    Raises:
        LabError: there is no interpreter, no application or no migrations folder to be found.
    """
    python = interpreter(told.python, told.folder)
    found = {"python": python.found}
    app, group = told.app, None
    if not told.ini and not app:
        app, group = _application(told, found)
    directory = told.directory
    if told.ini and not Path(told.folder, told.ini).is_file():
        raise LabError(f"{told.ini} is not a file. Type --alembic and the path of the project's alembic.ini.")
    if not directory and not app and not group and not told.ini:
        raise LabError(
            f"There is neither an application nor an alembic.ini in {told.folder}. "
            "Type --app and its import path, such as --app app:create_app"
        )
    return Understood(
        folder=told.folder,
        interpreter=python.path,
        python=python.python,
        versions=python.versions,
        drivers=python.drivers,
        app=app,
        group=group,
        ini=told.ini,
        directory=directory,
        variables=told.variables,
        settings=told.settings,
        allowed=told.allowed,
        found=found,
    )


def _application(told: Told, found: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the import path of the application, or of a FlaskGroup, and note where it was found."""
    if named := os.environ.get("FLASK_APP"):
        found["app"] = "$FLASK_APP"
        return named, None
    candidates = applications(told.folder)
    if not candidates:
        if migrations(told.folder):
            raise LabError(
                f"There are migrations in {migrations(told.folder)[0]}, and no application was found. "
                "Type --app and its import path, such as --app app:create_app"
            )
        return None, None
    first = candidates[0]
    found["app"] = first.found
    return (None, first.path) if first.group else (first.path, None)
