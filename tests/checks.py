"""A check as a person types it: the command, the projects that it is tried on, and what it answers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import flask_migrate
from project_files import Project, projects

CONSOLE = [str(Path(sys.executable).with_name("migration-lab"))]
TEMPLATE = Path(flask_migrate.__file__).parent / "templates" / "flask"
PROJECTS = {project.name: project for project in projects()}
#: A project without a fault, and one with an error on each engine.
CLEAN, FAULTY = PROJECTS["clean_enum"], PROJECTS["not_null_without_default"]


def typed(
    *words: str, environment: dict[str, str], cwd: Path, program: list[str] = CONSOLE, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """What comes of the lab's command with these words."""
    return subprocess.run(
        [*program, *words],
        env=environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def checked(
    folder: Path, *words: str, environment: dict[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """A check on SQLite alone, with this interpreter."""
    return typed(
        "check", str(folder), "--python", sys.executable, "--on", "sqlite", "--quiet", *words,
        environment=environment, cwd=cwd or folder,
    )  # fmt: skip


def refusal(answer: subprocess.CompletedProcess[str]) -> str:
    """The last line of a command that could not check."""
    assert answer.returncode == 2, answer.stdout + answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    return answer.stderr.splitlines()[-1]


def written(project: Project, folder: Path) -> Path:
    """Write a project, with the alembic.ini that ``flask db init`` makes."""
    project.write(folder)
    shutil.copy(TEMPLATE / "alembic.ini.mako", folder / "migrations" / "alembic.ini")
    return folder
