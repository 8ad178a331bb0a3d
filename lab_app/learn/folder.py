"""A learner's folder: written as a person would have it, and read again."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import flask_migrate

from lab_app.errors import LabError
from lab_app.home import writing

#: What Flask-Migrate's ``flask db init`` copies, and into which files.
_TEMPLATE = Path(flask_migrate.__file__).parent / "templates" / "flask"
_INIT = {"alembic.ini.mako": "alembic.ini", "env.py": "env.py", "README": "README", "script.py.mako": "script.py.mako"}
#: Where learners' folders are, below the current one.
LEARN = "learn"
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


def learner_folder(name: str, current: Path) -> Path:
    """Return where the folder of an exercise is, or will be; the current one, where that is it."""
    if current.name == name and (current / "app.py").exists():
        return current
    return learn_folder(current) / name


def learn_folder(current: Path) -> Path:
    """Return the folder of all exercises, as seen from one of them, from itself, or from above it."""
    if current.name == LEARN:
        return current
    return current.parent if current.parent.name == LEARN and (current / "app.py").exists() else current / LEARN


def here(names: list[str], current: Path) -> str | None:
    """Return the exercise whose folder is the current one; None where it is another folder."""
    return current.name if current.name in names and (current / "app.py").exists() else None


def remove(folder: Path) -> None:
    """Remove a learner's folder, with everything that is in it.

    Raises:
        LabError: something in it cannot be removed.
    """
    with writing():
        if folder.is_symlink():
            raise LabError(f"{folder} is a link. Remove it yourself, then type the command again.")
        shutil.rmtree(folder)


def revision_files(versions: Path) -> dict[str, str]:
    """Return the text of each revision in a folder, by its id."""
    found = {}
    for file in sorted(versions.glob("*.py")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if said := _REVISION.search(text):
            found[said[1]] = text
    return found


def going_on(names: list[str], current: Path) -> str | None:
    """Return the exercise that was worked at last, of those whose folders are there; None where none is."""
    learn = learn_folder(current)
    begun = [learn / name / "app.py" for name in names if (learn / name / "app.py").is_file()]
    return max(begun, key=lambda file: file.stat().st_mtime).parent.name if begun else None
