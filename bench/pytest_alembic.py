"""The four tests that pytest-alembic has by default, on a project: what there is to measure a check against."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from bench.cpu import Measured, measured
from bench.process import run
from bench.setting import Setting, plain_environment, say
from lab_app.errors import LabError

#: pytest-alembic does not know pytest 9 yet.
_PACKAGES = ("pytest==8.4.*", "pytest-alembic==0.*", "Flask-Migrate", "Flask-SQLAlchemy", "psycopg2-binary", "PyMySQL")
#: What a project has to add for them: its context is pushed, since its env.py asks for the current application, and
#: each test has an empty database, since its env.py connects by itself.
_CONFTEST = """
import pytest
import sqlalchemy as sa

from app import create_app, db


@pytest.fixture(scope="session")
def application():
    app = create_app()
    with app.app_context():
        yield app


@pytest.fixture
def alembic_config():
    return {"file": "migrations/alembic.ini", "script_location": "migrations"}


@pytest.fixture
def alembic_engine(application):
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            lite = connection.dialect.name == "sqlite"
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF" if lite else "SET foreign_key_checks = 0")
            for name in sa.inspect(connection).get_table_names():
                connection.exec_driver_sql(f"DROP TABLE {name}")
            connection.exec_driver_sql("PRAGMA foreign_keys = ON" if lite else "SET foreign_key_checks = 1")
    return db.engine
"""


def interpreter() -> str:
    """Return the interpreter of an environment that has it, made once beside the lab's packages.

    Raises:
        LabError: the environment cannot be made.
    """
    folder = Path(sys.prefix) / "for-tests" / "pytest-alembic"
    if not (folder / "ready").exists():
        say("making an environment with pytest-alembic, once")
        shutil.rmtree(folder, ignore_errors=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", *_PACKAGES]
        for command in ([sys.executable, "-m", "venv", str(folder)], pip):
            made = subprocess.run(command, capture_output=True, text=True, check=False)
            if made.returncode:
                last = (made.stderr.strip() or made.stdout.strip() or "it said nothing").splitlines()[-1]
                raise LabError(f"an environment with pytest-alembic cannot be made: {last}")
        (folder / "ready").touch()
    return str(folder / "bin" / "python")


def prepared(project: Path) -> Path:
    """Give a project what the tests need, and return it."""
    (project / "tests").mkdir(exist_ok=True)
    (project / "tests" / "conftest.py").write_text(_CONFTEST)
    (project / "pytest.ini").write_text("[pytest]\nfilterwarnings = ignore::DeprecationWarning\n")
    return project


def four_tests(setting: Setting, project: Path, engines: Iterable[str]) -> Measured:
    """Run the four tests on each of these engines, one after another, in databases of their own.

    Raises:
        LabError: one of them fails.
    """
    command = [interpreter(), "-m", "pytest", "-q", "--test-alembic", "-p", "no:cacheprovider", "tests"]
    each = []
    with setting.databases() as urls:
        for name in engines:
            environment = plain_environment() | {"DATABASE_URL": urls[name]}
            each.append(measured(setting, partial(run, command, environment, folder=project, path=project)))
    return Measured(
        sum(one.seconds for one in each),
        None if any(one.clients is None for one in each) else sum(one.clients or 0.0 for one in each),
        {name: _sum([one.servers.get(name) for one in each]) for name in each[0].servers},
        each[0].unknown,
    )


def _sum(seconds: Iterable[float | None]) -> float | None:
    known = [each for each in seconds if each is not None]
    return sum(known) if known else None
