"""The interpreter of a project: which one, and what is installed there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from lab_app.check.project.understood import DRIVERS, MODULES
from lab_app.errors import LabError

#: The oldest Python that the probe runs on.
_OLDEST = (3, 8)
_SECONDS = 20.0
#: Where an interpreter came from that nobody named.
LAB_S_OWN = "the lab's own"
_FOLDERS = (".venv", "venv", "env")
#: Asked in the project's own interpreter; it imports nothing of what it looks for.
_QUESTION = """
import json, sys
from importlib import metadata, util
def there(name):
    try:
        return util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
packages, modules = json.loads(sys.argv[1])
print(json.dumps([list(sys.version_info[:3]), {n: version(n) for n in packages}, [n for n in modules if there(n)]]))
"""
_PACKAGES = ("flask", "flask-sqlalchemy", "flask-migrate", "sqlalchemy", "alembic")


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that answered: its path, its version, its packages, and its database drivers.

    ``found`` tells where it came from. ``drivers`` have the names that SQLAlchemy gives them.
    """

    path: str
    found: str
    python: str
    versions: dict[str, str]
    drivers: frozenset[str]


def interpreter(told: str | None, folder: Path) -> Interpreter:
    """Return the project's interpreter: the one that was told, else that of its environment, else the current one.

    Raises:
        LabError: it does not start, is too old, or has no Alembic.
    """
    path, found = next(_candidates(told, folder))
    version, packages, modules = _asked(path)
    python = ".".join(map(str, version))
    if tuple(version[:2]) < _OLDEST:
        raise LabError(f"{path} is Python {python}; the check needs 3.8 or newer there. Type --python and another one.")
    if wanted := _unmet(python, folder):
        raise LabError(
            f"{path} is Python {python}, and the project's pyproject.toml requires {wanted}. "
            "Type --python and the one of its environment, such as --python .venv/bin/python"
        )
    if not packages["alembic"]:
        raise LabError(
            f"{path} has no Alembic, so it is not the project's interpreter. "
            "Type --python and the one of its environment, such as --python .venv/bin/python"
        )
    names = {MODULES.get(name, name): name for group in DRIVERS.values() for name in group}
    return Interpreter(
        path,
        found,
        python,
        {name: version for name, version in packages.items() if version},
        frozenset(names[module] for module in modules),
    )


def _unmet(python: str, folder: Path) -> str:
    """Return what a project's pyproject.toml requires of Python and does not have here, or nothing."""
    try:
        found = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        wanted = str(found["project"]["requires-python"])
        return "" if SpecifierSet(wanted).contains(python, prereleases=True) else wanted
    except (OSError, ValueError, LookupError, TypeError):  # InvalidSpecifier is a ValueError: pip says it
        return ""


def _placed(told: str, folder: Path) -> str:
    """Return an interpreter's path as the shell has it, else as seen from the project's folder, else from PATH.

    A link stays one: an environment's interpreter is found by its own path.
    """
    for base in (Path.cwd(), folder):
        if (base / told).is_file():
            return str(base / told)
        if found := _python(base / told):
            return str(found)
    return shutil.which(told) or told


def _candidates(told: str | None, folder: Path) -> Iterator[tuple[str, str]]:
    if told:
        yield _placed(told, folder), "--python"
    active = os.environ.get("VIRTUAL_ENV")
    if active and _python(Path(active)):
        yield str(_python(Path(active))), "$VIRTUAL_ENV"
    for name in _FOLDERS:
        if found := _python(folder / name):
            yield str(found), name
    yield sys.executable, LAB_S_OWN


def _python(environment: Path) -> Path | None:
    for name in ("bin/python", "Scripts/python.exe"):
        if (environment / name).exists():
            return environment / name
    return None


def _asked(path: str) -> tuple[list[int], dict[str, str | None], list[str]]:
    modules = list(dict.fromkeys(MODULES.get(name, name) for group in DRIVERS.values() for name in group))
    command = [path, "-c", _QUESTION, json.dumps([_PACKAGES, modules])]
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
        version, packages, there = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        said = getattr(error, "stderr", None) or str(error)
        last = said.strip().splitlines()[-1] if said.strip() else "it said nothing"
        raise LabError(f"{path} does not run as a Python interpreter: {last}. Type --python and its path.") from None
    return version, packages, there
