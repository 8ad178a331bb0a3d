"""The package: what travels in it, and that it works in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


def run(*arguments: str, folder: Path, **environment: str) -> str:
    """Run a module of this Python in a folder; its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as `pip install .` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    run("pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(folder), str(ROOT), folder=folder)
    [built] = folder.glob("migration_lab-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed package; its dependencies are this environment's."""
    folder = tmp_path_factory.mktemp("installed")
    run("pip", "install", "-q", "--no-deps", "--no-index", "--target", str(folder), str(wheel), folder=folder)
    return folder


def tracked(folder: str) -> set[str]:
    """The files of a folder of the checkout, without what Python leaves there."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT / folder).as_posix() for path in paths}


def test_the_wheel_carries_migrations_scenarios_results_exercises_and_pages(wheel: Path) -> None:
    """Every file of the four top-level folders, every template, stylesheet and script is in it; tests are not."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if "__pycache__" not in name}
    for folder in ("migrations", "scenarios", "results", "exercises"):
        inside = f"lab_app/_{folder}/"
        assert {name.removeprefix(inside) for name in names if name.startswith(inside)} == tracked(folder) != set()
    pages = {f"lab_app/{name}" for name in tracked("lab_app") if not name.endswith(".py")}
    assert {"lab_app/report/page/static/lab.css", "lab_app/web/templates/matrix.html"} <= pages <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"lab_app", "migration_lab"}


def test_the_installed_app_migrates_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """`flask db upgrade` finds the migrations inside the package."""
    address = {"PYTHONPATH": str(installed), "DATABASE_URL": f"sqlite:///{tmp_path / 'students.db'}"}
    run("flask", "--app", "lab_app", "db", "upgrade", folder=tmp_path, **address)
    assert run("flask", "--app", "lab_app", "db", "current", folder=tmp_path, **address) == "0002 (head)\n"


def test_the_installed_lab_lists_its_scenarios_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """Any project's `flask` command has the lab and its stories; the folder stays empty."""
    listed = run("flask", "lab", "list", folder=tmp_path, PYTHONPATH=str(installed))
    names = {Path(name).stem for name in tracked("scenarios") if name.endswith(".py")}
    assert {line.split()[0] for line in listed.splitlines()} == names
    assert list(tmp_path.iterdir()) == []


def test_an_exercise_begins_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """The package carries the exercises: without a checkout one is made, and judged."""
    made = run("flask", "lab", "learn", "add_age", folder=tmp_path, PYTHONPATH=str(installed))
    assert "cd learn/add_age" in made
    done = subprocess.run(
        [sys.executable, "-m", "flask", "lab", "learn", "--check", "--on", "sqlite"],
        cwd=tmp_path / "learn" / "add_age",
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1, done.stderr
    assert "Nothing has been changed yet." in done.stdout
