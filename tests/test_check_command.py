"""What a person types to check a project, and what is answered: the command, its first line, its refusals."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import flask_migrate
import pytest
from commands import REPOSITORY
from project_files import Project, projects

CONSOLE = [str(Path(sys.executable).with_name("migration-lab"))]
TEMPLATE = Path(flask_migrate.__file__).parent / "templates" / "flask"
PROJECTS = {project.name: project for project in projects()}
#: A project without a fault, and one with an error on SQLite.
CLEAN, FAULTY = PROJECTS["clean_enum"], PROJECTS["not_null_without_default"]

pytestmark = pytest.mark.slow


def typed(
    *words: str, environment: dict[str, str], cwd: Path, program: list[str] = CONSOLE
) -> subprocess.CompletedProcess[str]:
    """What comes of the lab's command with these words."""
    return subprocess.run(
        [*program, *words],
        env=environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
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


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A folder with a project without a fault."""
    return written(CLEAN, tmp_path / "shop")


def written(project: Project, folder: Path) -> Path:
    """Write a project, with the alembic.ini that ``flask db init`` makes."""
    project.write(folder)
    shutil.copy(TEMPLATE / "alembic.ini.mako", folder / "migrations" / "alembic.ini")
    return folder


def test_the_console_script_calls_itself_by_its_name(alone: dict[str, str], tmp_path: Path) -> None:
    """Its usage, and what it says is to be typed, name migration-lab, and no flask."""
    usage = typed("check", "--help", environment=alone, cwd=tmp_path)
    assert usage.stdout.splitlines()[0] == "Usage: migration-lab check [OPTIONS] [FOLDER]"
    wrong = typed("check", "--magic", environment=alone, cwd=tmp_path)
    assert refusal(wrong) == "No such option '--magic'. Did you mean '--alembic'? Type: migration-lab check --help"
    assert "flask lab" not in typed("demo", environment=alone, cwd=tmp_path).stderr


def test_uvx_checks_a_project_from_the_checkout(alone: dict[str, str], clean: Path, tmp_path: Path) -> None:
    """What the README tells to type works without installing anything in the project's environment."""
    uvx = shutil.which("uvx") or _uvx(tmp_path / "uv")
    command = [uvx, "--refresh-package", "migration-lab", "--from", str(REPOSITORY), "migration-lab", "check"]
    # The project's own environment is where Flask is.
    words = ["--on", "sqlite", "--python", sys.executable]
    environment = {name: value for name, value in alone.items() if name != "PYTHONPATH"}
    answer = typed(*words, environment=environment, cwd=clean, program=command)
    assert answer.returncode == 0, answer.stderr
    assert "2 revisions on 1 engine" in answer.stdout


def _uvx(folder: Path) -> str:
    """Install uv for one test."""
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), "uv"]
    if subprocess.run(command, capture_output=True, timeout=120).returncode:
        pytest.skip("uvx is not installed, and uv cannot be installed")
    return str(folder / "bin" / "uvx")
