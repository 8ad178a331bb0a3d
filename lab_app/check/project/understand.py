"""From what a person typed, and what lies in the folder, to a project that can be run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lab_app.check.project.applications import applications, undecided
from lab_app.check.project.files import inis, migrations, names_a_folder
from lab_app.check.project.interpreter import Interpreter, interpreter
from lab_app.check.project.understood import Understood
from lab_app.errors import LabError

#: How many of several candidates are named.
_NAMED = 4


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
    seconds: float | None = None
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Entry:
    """The way in: an application, a FlaskGroup or an alembic.ini, one of the three, and where it was found."""

    app: str | None = None
    group: str | None = None
    ini: str | None = None
    found: str = ""
    others: tuple[str, ...] = ()


def understand(told: Told) -> Understood:
    """Return the project with everything that was not told looked for.

    Raises:
        LabError: there is no interpreter, no application or no migrations folder to be found.
    """
    python = interpreter(told.python, told.folder)
    entry = _entry(told, python)
    return Understood(
        folder=told.folder,
        interpreter=python.path,
        python=python.python,
        versions=python.versions,
        drivers=python.drivers,
        app=entry.app,
        group=entry.group,
        ini=entry.ini,
        directory=_directory(told, entry),
        variables=told.variables,
        settings=told.settings,
        allowed=told.allowed,
        found={"python": python.found, "app": entry.found},
        others=entry.others,
        seconds=told.seconds,
        ignored=told.ignored,
    )


def _entry(told: Told, python: Interpreter) -> _Entry:
    """Return how the project is loaded: as was told, else as its files say.

    Raises:
        LabError: nothing is found, or nothing speaks for one of several.
    """
    if told.ini:
        return _Entry(ini=str(_there(told.folder, told.ini, "--alembic", "alembic.ini")), found="--alembic")
    if told.app:
        return _Entry(app=told.app, found="--app")
    if named := os.environ.get("FLASK_APP"):
        return _Entry(app=named, found="$FLASK_APP")
    candidates, files = applications(told.folder), inis(told.folder)
    if files and ("flask-migrate" not in python.versions or not candidates or candidates[0].is_guess):
        return _plain(told.folder, files)
    if not candidates:
        raise LabError(_nothing(told.folder))
    if "flask" not in python.versions:
        raise LabError(
            f"{candidates[0].path} is a Flask application, and {python.path} has no Flask. "
            "Type --python and the one of the project's environment, such as --python .venv/bin/python"
        )
    if several := undecided(candidates):
        names = ", ".join(each.path for each in several[:_NAMED])
        raise LabError(f"Several modules may be the application: {names}. Type --app {several[0].path}, or another.")
    first, *more = candidates
    others = tuple(each.path for each in more[:_NAMED] if not each.group)
    kind = {"group": first.path} if first.group else {"app": first.path}
    return _Entry(**kind, found=first.found, others=others)


def _plain(folder: Path, files: list[Path]) -> _Entry:
    """Return the project's alembic.ini.

    Raises:
        LabError: there are several, equally near.
    """
    nearest = [path for path in files if len(path.parts) == len(files[0].parts)]
    if len(nearest) > 1:
        names = ", ".join(str(path.relative_to(folder)) for path in nearest[:_NAMED])
        first = nearest[0].relative_to(folder)
        raise LabError(f"There are several files for Alembic: {names}. Type --alembic {first}, or another.")
    return _Entry(ini=str(files[0]), found="no Flask application")


def _nothing(folder: Path) -> str:
    found = migrations(folder)
    what = (
        f"There are migrations in {found[0].relative_to(folder)}, and no application was found"
        if found
        else f"There is neither a Flask application nor an alembic.ini in {folder}"
    )
    return f"{what}. Type --app and its import path, such as --app app:create_app"


def _directory(told: Told, entry: _Entry) -> str | None:
    """Return the folder of the migrations: as told, or where an alembic.ini names none; else the project says it.

    Raises:
        LabError: there is no such folder, or nothing tells which of several it is.
    """
    if told.directory:
        folder = _there(told.folder, told.directory, "-d", "migrations")
        if not (folder / "env.py").is_file():
            raise LabError(f"There is no env.py in {told.directory}. Type -d and the migrations folder.")
        return str(folder)
    if not entry.ini or names_a_folder(Path(entry.ini)):
        return None
    if (Path(entry.ini).parent / "env.py").is_file():
        return str(Path(entry.ini).parent)
    found = migrations(told.folder)
    if len(found) != 1:
        what = ", ".join(str(path.relative_to(told.folder)) for path in found[:_NAMED]) or "there is none"
        raise LabError(f"{entry.ini} names no folder of migrations: {what}. Type -d and the migrations folder.")
    return str(found[0])


def _there(folder: Path, given: str, option: str, example: str) -> Path:
    """Return a path that a person typed: as seen from the project's folder, else from the current one.

    Raises:
        LabError: it is in neither.
    """
    for path in (folder / given, Path.cwd() / given):
        if path.exists():
            return path.resolve()
    raise LabError(f"There is no {given} in {folder}. Type {option} and a path in the project, such as {example}")
