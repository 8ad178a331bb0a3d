"""A learner's folder: written as a person would have it, and read again."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import flask_migrate

#: What Flask-Migrate's ``flask db init`` copies, and into which files.
_TEMPLATE = Path(flask_migrate.__file__).parent / "templates" / "flask"
_INIT = {"alembic.ini.mako": "alembic.ini", "env.py": "env.py", "README": "README", "script.py.mako": "script.py.mako"}
#: The learner's own database.
DATABASE = "school.db"
_REVISION = re.compile(r"^revision(?:\s*:\s*\w+)?\s*=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)


def write_project(source: Path, folder: Path) -> None:
    """Write a project of an exercise: its app.py, and migrations as ``flask db init`` makes them, if it has any."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.py"):
        shutil.copyfile(file, folder / file.name)
    versions = source / "versions"
    if versions.is_dir():
        init(folder / "migrations")
        for file in versions.glob("*.py"):
            shutil.copyfile(file, folder / "migrations" / "versions" / file.name)


def init(migrations: Path) -> None:
    """Make a migrations folder as ``flask db init`` does."""
    (migrations / "versions").mkdir(parents=True, exist_ok=True)
    for template, name in _INIT.items():
        shutil.copyfile(_TEMPLATE / template, migrations / name)


def revision_files(versions: Path) -> dict[str, str]:
    """Return the text of each revision in a folder, by its id."""
    found = {}
    for file in sorted(versions.glob("*.py")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if said := _REVISION.search(text):
            found[said[1]] = text
    return found
