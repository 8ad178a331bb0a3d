"""How ``flask`` is typed in a learner's shell, so that what a screen shows works as pasted."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_FLASK = re.compile(r"\bflask (?=db\b)")


@cache
def flask_command(folder: Path) -> str:
    """Return the command: ``flask`` where that one has Flask-Migrate, else the one that has, spelt out.

    A ``FLASK_APP`` that names another application is overruled.
    """
    words = ["flask"] if _has_migrate() else _own(folder)
    if os.environ.get("FLASK_APP", "app.py") not in ("app", "app.py"):
        words += ["--app", "app"]
    return shlex.join(words)


def as_typed(command: str, flask: str) -> str:
    """Return a command with flask as it is typed here."""
    return _FLASK.sub(lambda _: f"{flask} ", command)


def spelt(text: str, flask: str) -> str:
    """Return a text in which the commands are as they are typed here: lines that begin with ``$``."""
    return "\n".join(as_typed(line, flask) if line.startswith("$ ") else line for line in text.splitlines())


def _has_migrate() -> bool:
    found = shutil.which("flask")
    if not found:
        return False
    own = Path(sys.executable).with_name("flask")
    if own.exists() and Path(found).resolve() == own.resolve():
        return True
    try:
        # An app that cannot be loaded is no matter: db is a command of the package.
        answer = subprocess.run([found, "db", "--help"], cwd="/", capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


def _own(folder: Path) -> list[str]:
    program = Path(sys.executable).with_name("flask")
    if not program.exists():
        return [sys.executable, "-m", "flask"]
    return _near(program, folder)


def _near(program: Path, folder: Path) -> list[str]:
    """Return a program as it is typed in a folder: by the shorter of its two paths."""
    near = os.path.relpath(program, folder)
    return [near if len(near) < len(str(program)) else str(program)]


def lab_command(folder: Path) -> str:
    """Return how the lab is typed: ``migration-lab`` where the PATH has it, else the one that runs now."""
    found = shutil.which("migration-lab")
    own = Path(sys.executable).with_name("migration-lab")
    if found and Path(found).resolve() == own.resolve():
        return "migration-lab"
    return shlex.join(_near(own, folder)) if own.exists() else f"{shlex.quote(sys.executable)} -m flask lab"
