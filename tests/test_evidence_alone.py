"""The evidence is a room of its own: the standard library and SQLAlchemy, 1.4 or newer, are all that it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from availability import missing
from commands import REPOSITORY

pytestmark = pytest.mark.slow

_OLD = "sqlalchemy==1.4.54"
_LIMIT = 240
#: lab_app itself imports Flask: a package of that name without its own code is in its place.
_OBSERVE = """
import importlib, json, pkgutil, sys, types
lab = types.ModuleType("lab_app")
lab.__path__ = [sys.argv[1]]
sys.modules["lab_app"] = lab
import lab_app.evidence
for module in pkgutil.walk_packages(lab_app.evidence.__path__, "lab_app.evidence."):
    importlib.import_module(module.name)

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from lab_app.evidence.errors import record_error
from lab_app.evidence.rows import to_json
from lab_app.evidence.state import read_state
from lab_app.evidence.statements import Recorder

engine = sa.create_engine(f"sqlite:///{sys.argv[2]}", poolclass=NullPool)
recorder = Recorder()
with recorder.attached(engine), engine.begin() as connection:
    made = "CREATE TABLE student (id INTEGER PRIMARY KEY, name VARCHAR(10) UNIQUE, CHECK (id > 0))"
    connection.execute(sa.text(made))
    connection.execute(sa.text("INSERT INTO student VALUES (1, :name)"), {"name": "Zoë"})
with engine.connect() as connection:
    state = read_state(connection)
    try:
        connection.execute(sa.text("SELECT age FROM student"))
    except Exception as error:
        words = record_error(error)
heavy = {"flask", "alembic", "rich", "docker"}
outside = sorted(heavy & {name.partition(".")[0] for name in sys.modules})
statements = [statement["sql"] for statement in recorder.statements]
print(json.dumps([sa.__version__, outside, statements, state.schema, to_json(state.rows), state.revisions, words]))
"""


@pytest.fixture(scope="module")
def old_sqlalchemy() -> Path:
    """A folder with SQLAlchemy 1.4, made once beside the other packages."""
    folder = Path(sys.prefix) / "for-tests" / _OLD.replace("==", "-")
    if not folder.exists():
        fresh = folder.with_name(f"{folder.name}-fresh")
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", str(fresh)]
        made = subprocess.run([*command, _OLD], capture_output=True, text=True, timeout=_LIMIT, check=False)
        if made.returncode:
            missing(f"{_OLD} cannot be installed: {made.stderr.strip().splitlines()[-1]}")
        fresh.rename(folder)
    return folder


def observed(database: Path, packages: Path | None) -> list[object]:
    """What a process of its own observes of a small database, with the packages of a folder before all others."""
    command = [sys.executable, "-c", _OBSERVE, str(REPOSITORY / "lab_app"), str(database)]
    environment = {"PYTHONPATH": str(packages)} if packages else {}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def test_the_evidence_is_the_same_with_sqlalchemy_14(tmp_path: Path, old_sqlalchemy: Path) -> None:
    """Every module imports with 1.4, and schema, rows, statements and errors are read as with the newest."""
    old, *evidence = observed(tmp_path / "old.db", old_sqlalchemy)
    new, *same = observed(tmp_path / "new.db", None)

    assert str(old).startswith("1.4.")
    assert str(new).startswith("2.")
    assert evidence == same


def test_the_evidence_needs_nothing_but_sqlalchemy(tmp_path: Path) -> None:
    """Nothing of Flask, Alembic, rich or Docker is imported by it."""
    _, outside, *_ = observed(tmp_path / "app.db", None)

    assert outside == []
