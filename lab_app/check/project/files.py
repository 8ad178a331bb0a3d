"""A project's files as they are looked through: which are its own, and where its migrations are."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator
from pathlib import Path

#: Folders in which nothing of the project's own is looked for.
_LEFT_OUT = {
    "node_modules", ".git", "site-packages", "tests", "test", "docs", "__pycache__", ".tox", ".nox", "build", "dist",
}  # fmt: skip
_TOML = re.compile(r"^\[tool\.alembic\]", re.MULTILINE)
_DEPTH = 6
_LONGEST = 300_000
#: What the name of a template has, and the name of the file that is made from it has not.
_OF_A_TEMPLATE = re.compile(r"[._-]?(example|sample|template|tmpl|dist|default|tpl)(?![a-z])[._-]?", re.IGNORECASE)


def files(folder: Path) -> Iterator[Path]:
    """Yield the project's own files; environments and what others wrote are left out."""
    for above, folders, names in os.walk(folder):
        depth = len(Path(above).relative_to(folder).parts)
        folders[:] = sorted(
            name
            for name in folders
            if depth < _DEPTH and name not in _LEFT_OUT and not (Path(above) / name / "pyvenv.cfg").exists()
        )
        yield from (Path(above) / name for name in sorted(names))


def text(path: Path) -> str:
    """Return the beginning of a file, nothing where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST)
    except OSError:
        return ""


def migrations(folder: Path) -> list[Path]:
    """Return the folders with an env.py and revisions, those of Flask-Migrate first, then the nearest."""
    found = []
    for path in files(folder):
        if path.name == "env.py" and ((path.parent / "versions").is_dir() or (path.parent / "script.py.mako").exists()):
            said = text(path)
            if "run_migrations" in said:
                found.append(("current_app" not in said, len(path.parts), path.parent))
    return [path for _, _, path in sorted(found)]


def inis(folder: Path) -> list[Path]:
    """Return the files that configure Alembic, the nearest first: a pyproject.toml where there is no other.

    Those of Flask-Migrate lie in its own folder, and are left out.
    """
    found = [path for path in files(folder) if path.name == "alembic.ini" and "[alembic]" in text(path)]
    found = found or [path for path in files(folder) if path.name == "pyproject.toml" and _TOML.search(text(path))]
    own = [path for path in found if "current_app" not in text(path.parent / "env.py")]
    return sorted(own, key=lambda path: len(path.parts))


def names_a_folder(ini: Path) -> bool:
    """Tell whether an alembic.ini, or the pyproject.toml that stands for one, says where the migrations are."""
    if ini.suffix == ".toml":
        return "script_location" in text(ini)
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(ini, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return True  # Alembic says what is wrong with it
    return parser.has_option("alembic", "script_location")


def beside(wanted: Path) -> Path | None:
    """Return the template that lies beside a file that is not there: config.example.py of config.py."""
    try:
        names = sorted(wanted.parent.iterdir())
    except OSError:
        return None
    plain = _letters(wanted.name)
    return next(
        (path for path in names if _OF_A_TEMPLATE.search(path.name) and _letters(_without(path.name)) == plain), None
    )


def _without(name: str) -> str:
    return _OF_A_TEMPLATE.sub("", name, count=1)


def _letters(name: str) -> str:
    return re.sub(r"[._-]", "", name).lower()
