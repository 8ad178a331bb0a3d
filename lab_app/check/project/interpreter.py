"""The interpreter of a project: which one, and what is installed there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
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
#: Where in an environment its interpreter is.
_INSIDE = ("bin/python", "Scripts/python.exe")
#: How an exception ends: what Python itself says when it cannot answer.
_EXCEPTION = re.compile(r"[\w.]*(Error|Exception|Interrupt|Exit)\b")
_LONGEST = 120
#: Asked in the project's own interpreter; it imports nothing of what it looks for. Any Python can say its version.
_QUESTION = """
import json, sys
if sys.version_info < (3, 8):
    print("\\n" + json.dumps([list(sys.version_info[:3]), {}, []]))
    sys.exit()
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
found = [list(sys.version_info[:3]), {n: version(n) for n in packages}, [n for n in modules if there(n)]]
print("\\n" + json.dumps(found))
"""
#: What every project has that can be checked.
_WANTED = {"alembic": "Alembic", "sqlalchemy": "SQLAlchemy"}
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
        LabError: it does not start, is too old, or has no Alembic or SQLAlchemy; or it is gone from its environment.
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
    for name, title in _WANTED.items():
        if not packages[name]:
            raise LabError(
                f"{path} has no {title}, so it is not the project's interpreter. "
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

    Raises:
        LabError: it is a folder without an interpreter, or a link to one that is gone.
    """
    for base in (Path.cwd(), folder):
        if (base / told).is_file():
            return str(base / told)
        if found := _python(base / told):
            return str(found)
        if gone := _gone(base / told):
            raise LabError(gone)
        if (base / told).is_dir() and not shutil.which(told):
            raise LabError(f"There is no bin/python in {base / told}. Type --python and an interpreter's path.")
    return shutil.which(told) or told


def _candidates(told: str | None, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield interpreters with where each was found, the likeliest first.

    Raises:
        LabError: the only environment that there is has lost its interpreter; the lab's own would be another one.
    """
    if told:
        yield _placed(told, folder), "--python"
    active = os.environ.get("VIRTUAL_ENV")
    environments = [(Path(active), "$VIRTUAL_ENV")] if active else []
    environments += [(folder / name, name) for name in _FOLDERS]
    for environment, name in environments:
        if found := _python(environment):
            yield str(found), name
    if gone := next(filter(None, (_gone(environment) for environment, _ in environments)), None):
        raise LabError(gone)
    yield sys.executable, LAB_S_OWN


def _python(environment: Path) -> Path | None:
    for name in _INSIDE:
        if (environment / name).exists():
            return environment / name
    return None


def _gone(path: Path) -> str | None:
    """Say that an interpreter leads nowhere: the Python behind it was removed, or is in a container."""
    for link in (path, *(path / name for name in _INSIDE)):
        if link.is_symlink() and not link.exists():
            return (
                f"{link} leads to {os.path.realpath(link)}, which is not there. Make that environment anew, "
                "or type --python and an interpreter that has the project's packages."
            )
    return None


def _asked(path: str) -> tuple[list[int], dict[str, str | None], list[str]]:
    modules = list(dict.fromkeys(MODULES.get(name, name) for group in DRIVERS.values() for name in group))
    command = [path, "-c", _QUESTION, json.dumps([_PACKAGES, modules])]
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        # What is printed before, by a sitecustomize of theirs, is no answer.
        version, packages, there = json.loads(answer.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise LabError(_no_python(path, f"it did not answer within {_SECONDS:g} s")) from None
    except OSError as error:
        raise LabError(_no_python(path, error.strerror or str(error))) from None
    except (ValueError, TypeError, IndexError):
        raise LabError(_no_python(path, _said(answer.stderr or answer.stdout))) from None
    return version, packages, there


def _no_python(path: str, why: str) -> str:
    return f"{path} does not run as a Python interpreter: {why.rstrip('.')}. Type --python and its path."


def _said(output: str) -> str:
    """Return what a program said instead of an answer: how an exception ends, else the first line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if not lines:
        return "it said nothing"
    if _PACKAGES[1] in output or "import json" in output:  # it takes the question for something else
        return "it is another program"
    return textwrap.shorten(lines[-1] if _EXCEPTION.match(lines[-1]) else lines[0], _LONGEST, placeholder=" …")
