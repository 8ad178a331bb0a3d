"""What was understood of a project, for a person: one paragraph before it is loaded, and one afterwards."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

from lab_app.check.answers import Answer
from lab_app.check.project.interpreter import LAB_S_OWN
from lab_app.check.project.understood import Understood
from lab_app.text import one_line

_WIDTH = 80
_TITLES = {
    "flask": "Flask",
    "flask-sqlalchemy": "Flask-SQLAlchemy",
    "flask-migrate": "Flask-Migrate",
    "sqlalchemy": "SQLAlchemy",
    "alembic": "Alembic",
}
#: Those that decide what a migration does; the others are in the document.
_SAID = ("sqlalchemy", "alembic", "flask-migrate")


def before_loading(project: Understood) -> str:
    """Say which application is checked, and who runs it."""
    what = project.app or project.group or project.ini or "no application"
    where = f" ({project.found['app']})" if project.found.get("app") else ""
    migrations = f", migrations in {_inside(project.directory, project.folder)}" if project.directory else ""
    versions = [f"{_TITLES[name]} {project.versions[name]}" for name in _SAID if name in project.versions]
    own = project.found.get("python") == LAB_S_OWN
    python = f"Python {project.python} of {LAB_S_OWN if own else _inside(project.interpreter, project.folder)}"
    return _paragraph(f"Checking {what}{where}{migrations}: {python}, {', '.join(versions)}.")


def after_loading(project: Understood, answers: Mapping[str, Answer], engines: Iterable[str]) -> str:
    """Say where the migrations are, where the address of the database was put, and on what they are run."""
    said = next((answer.said for answer in answers.values() if not answer.failure), {})
    revisions = said.get("revisions", ())
    counted = f"{len(revisions)} revision{'' if len(revisions) == 1 else 's'}"
    return _paragraph(
        f"{counted} in {_inside(said.get('directory', ''), project.folder)}; the database's address goes through "
        f"{url_through(project, answers)}; on {', '.join(engines)}."
    )


def url_through(project: Understood, answers: Mapping[str, Answer]) -> str:
    """Tell where the address of a scratch database was put, each way in its order."""
    loaded = [answer.said for answer in answers.values() if not answer.failure]
    ways = []
    names = [name for name, value in project.variables.items() if "{" in value]
    names += [name for said in loaded for name in said.get("put", ())]
    if names:
        ways.append(f"the environment ({', '.join(dict.fromkeys(names))})")
    ways.append("SQLAlchemy.init_app" if any(said.get("through_settings") for said in loaded) else "create_engine")
    return " and ".join(ways)


def _inside(path: str | None, folder: Path) -> str:
    """Write a path as it is seen from the project's folder, where it is inside."""
    if path and Path(path).is_absolute() and Path(path).is_relative_to(folder):
        return str(Path(path).relative_to(folder))
    return path or "no folder"


def _paragraph(text: str) -> str:
    return textwrap.fill(one_line(text), _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
