"""The interpreter of a project: one that cannot be used is one clear line, with what to type."""

from __future__ import annotations

import json
import platform
import sys
import venv
from pathlib import Path

import pytest
from availability import Found, available
from checks import typed
from probes import lane, written

from lab_app.check.project.understand import Told, understand
from lab_app.errors import LabError


def put(folder: Path, path: str, said: str) -> Path:
    """Write a file that may be run, and return it."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(said)
    file.chmod(0o755)
    return file


def instead_of_python(folder: Path, first: str) -> Path:
    """This interpreter, which does something first when it is asked what it has."""
    asked = f'exec {sys.executable} -c "import sys; {first}; exec(sys.argv.pop(1))" "$2" "$3"'
    return put(folder, "instead", f'#!/bin/sh\n[ "$1" != -c ] || {asked}\nexec {sys.executable} "$@"\n')


def test_an_interpreter_is_too_old_whatever_it_lacks(tmp_path: Path) -> None:
    """It is asked for its version before anything that an old one has not."""
    old = instead_of_python(tmp_path, "sys.version_info = (3, 7, 16); sys.modules['importlib.metadata'] = None")
    with pytest.raises(
        LabError, match=r"instead is Python 3\.7\.16; the check needs 3\.8 or newer there\. Type --python"
    ):
        understand(Told(tmp_path, python=str(old)))


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("echo 'shim: python: command not found' >&2; exit 127", "interpreter: shim: python: command not found. Type"),
        ('echo "$2: no such file" >&2; exit 2', "interpreter: it is another program. Type --python and its path."),
        ("true", "interpreter: it said nothing. Type"),
        ("echo 'Traceback:' >&2; echo 'ImportError: libpython' >&2; exit 1", "interpreter: ImportError: libpython."),
    ],
)
def test_what_is_no_python_is_told_in_one_line(tmp_path: Path, said: str, line: str) -> None:
    """Its own words are told where they help, and never the lab's question."""
    program = put(tmp_path, "program", f"#!/bin/sh\n{said}\n")
    with pytest.raises(LabError) as told:
        understand(Told(tmp_path, python=str(program)))
    assert line in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("option", [None, ".venv", ".venv/bin/python", "$VIRTUAL_ENV"])
def test_an_environment_whose_python_is_gone_is_told(
    tmp_path: Path, option: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lab's own interpreter would be another one, with other versions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    folder, python = tmp_path, option
    if option == "$VIRTUAL_ENV":
        monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / ".venv"))
        folder, python = tmp_path / "elsewhere", None
    with pytest.raises(LabError, match=r"\.venv/bin/python leads to /nowhere/python3, which is not there\. Make that"):
        understand(Told(folder, python=python))


def test_a_folder_that_is_no_environment_is_told(tmp_path: Path) -> None:
    """It has no interpreter in it."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabError, match=r"^There is no bin/python in .*/empty\. Type --python"):
        understand(Told(tmp_path, python="empty"))


@pytest.mark.parametrize(("there", "missing"), [([], "Alembic"), (["alembic"], "SQLAlchemy")])
def test_an_interpreter_without_the_projects_packages_is_told(
    tmp_path: Path, there: list[str], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has no Alembic, or no SQLAlchemy, does not run the project's migrations."""
    monkeypatch.chdir(tmp_path)
    venv.create(tmp_path / ".venv", symlinks=True)
    [packages] = (tmp_path / ".venv" / "lib").glob("*/site-packages")
    for name in there:
        put(packages, f"{name}-1.8.1.dist-info/METADATA", f"Name: {name}\nVersion: 1.8.1\n")
    with pytest.raises(LabError, match=rf"\.venv/bin/python has no {missing}, so it is not the project's interpreter"):
        understand(Told(tmp_path, python=".venv"))


def test_what_an_interpreter_prints_at_its_start_is_no_answer(tmp_path: Path) -> None:
    """A sitecustomize may print, even half a line."""
    noisy = instead_of_python(tmp_path, "print('hello', end='')")
    assert understand(Told(tmp_path, app="shop", python=str(noisy))).python == platform.python_version()


@pytest.mark.slow
def test_what_an_interpreter_prints_before_the_probe_is_no_message(tmp_path: Path) -> None:
    """A sitecustomize may print, even half a line: the project is loaded all the same."""
    noisy = put(tmp_path, "noisy", f'#!/bin/sh\nprintf "1\\nhello"\nexec {sys.executable} "$@"\n')
    with lane(written(tmp_path), python=str(noisy)) as found:
        assert found.start().failure is None
        assert found.printed[:2] == ["1", "hello"]


@pytest.mark.slow
def test_an_engine_without_a_driver_is_not_tested(servers: Found, environment: dict[str, str], tmp_path: Path) -> None:
    """The line says what to type, in their environment; the other engines are tested."""
    available(servers, "postgresql")
    drivers = ["psycopg2", "psycopg", "pg8000"]
    without = instead_of_python(tmp_path, f"sys.modules.update(dict.fromkeys({drivers}))")
    folder = written(tmp_path)
    only = ("--on", "sqlite", "--on", "postgresql", "--format", "json", "--quiet")
    answer = typed("check", str(folder), "--python", str(without), *only, environment=environment, cwd=folder)
    document = json.loads(answer.stdout)
    assert {cell["target"] for cell in document["cells"]} == {"sqlite"}
    why = f"{without} has no driver for it. Type {without} -m pip install psycopg2-binary"
    assert document["not_tested"] == [{"what": "PostgreSQL", "why": why}]
