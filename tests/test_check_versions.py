"""A check says the same whatever versions a project has: older ones, newer ones, other drivers, no Flask."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymysql
import pytest
from availability import strict
from checks import typed
from environments import ENVIRONMENTS, Environment, made
from idioms import with_an_app, with_binds, without_flask
from project_files import LETTERS

from lab_app.check.probe.failure import code_of
from lab_app.check.probe.failure import said as said_by

Line = tuple[str, str, str | None, str | None, int | None]
#: Each finding, with the line that it names, and the engines that it is found on.
FAULTS: dict[Line, str] = {
    ("value-invented", "error", "0002", "migrations/versions/0002_change.py", 10): "ma",
    ("refused-with-rows", "error", "0002", "migrations/versions/0002_change.py", 10): "sp",
    ("rows-lost", "error", "0003", "migrations/versions/0003_change.py", 10): "s",
    ("not-repeatable", "note", "0003", "migrations/versions/0003_change.py", 10): "s",
    ("downgrade-refused", "error", "0004", "migrations/versions/0004_change.py", 14): "spma",
    ("error-swallowed", "error", "0005", "migrations/versions/0005_change.py", 11): "spma",
    ("half-applied", "note", None, None, None): "sma",
}
#: A note that every project gets whose revisions have more than one statement.
NOTHING: dict[Line, str] = {("half-applied", "note", None, None, None): "sma"}
#: Flask-Migrate 3.1 looks for the tables of a second database where Flask-SQLAlchemy 3.1 has none.
DROPS_THE_OTHER: dict[Line, str] = {("models-differ", "warning", None, None, None): "spma", **NOTHING}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "write", "wanted"),
    [
        ("flask_sqlalchemy_2_5", with_an_app, FAULTS),
        ("flask_sqlalchemy_3_0", with_an_app, FAULTS),
        ("sqlalchemy_2_0", with_an_app, FAULTS),
        ("sqlalchemy_2_1", with_an_app, FAULTS),
        ("alembic_1_8", without_flask, FAULTS),
        ("flask_sqlalchemy_2_5", with_binds, NOTHING),
        ("sqlalchemy_2_0", with_binds, DROPS_THE_OTHER),
        ("sqlalchemy_2_1", with_binds, NOTHING),
    ],
)
def test_the_findings_are_the_same(
    name: str,
    write: Callable[[Path, Path], Path],
    wanted: dict[Line, str],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    """Each fault is found on its engines, at its line, and the first line of the output names the versions."""
    theirs = made(name)
    folder = write(theirs.python, tmp_path / "project")
    answer = typed(
        "check", str(folder), "--python", str(theirs.python), "--format", "json",
        environment=environment, cwd=folder,
    )  # fmt: skip
    assert answer.returncode in (0, 1), answer.stderr
    document = json.loads(answer.stdout)
    up = frozenset(target["name"] for target in document["targets"] if target["up"])
    if strict():
        assert len(up) == 4
    expected = {line: frozenset(LETTERS[letter] for letter in letters) & up for line, letters in wanted.items()}
    assert lines(document) == {line: engines for line, engines in expected.items() if engines}
    assert {each["what"] for each in document["not_tested"]}.isdisjoint({"SQLite", "PostgreSQL", "MySQL", "MariaDB"})
    assert_names_the_versions(theirs, " ".join(answer.stderr.split()), document["theirs"])


def lines(document: dict[str, Any]) -> dict[Line, frozenset[str]]:
    """The engines of each finding, by its code, its severity, its revision and its line."""
    return {
        tuple(each[part] for part in ("code", "severity", "revision", "file", "line")): frozenset(each["engines"])
        for each in document["findings"]
    }


def assert_names_the_versions(theirs: Environment, first: str, found: dict[str, str]) -> None:
    """The versions that decide what a migration does are said; all of them are in the document."""
    titles = {"sqlalchemy": "SQLAlchemy", "alembic": "Alembic", "flask-migrate": "Flask-Migrate"}
    said = ", ".join(f"{title} {theirs.versions[name]}" for name, title in titles.items() if name in theirs.versions)
    assert f"Python {platform.python_version()} of {theirs.python}, {said}." in first
    packages = {
        name: theirs.versions[name] for name in (*titles, "flask", "flask-sqlalchemy") if name in theirs.versions
    }
    assert found == {"python": platform.python_version(), **packages}


def test_the_environments_cover_what_is_promised() -> None:
    """Each of these versions is in one of them."""
    promised = {
        "sqlalchemy": {"1.4", "2.0", "2.1"},
        "flask-migrate": {"2.7", "3.1", "4.1"},
        "flask-sqlalchemy": {"2.5", "3.0", "3.1"},
        "alembic": {"1.8"},
    }
    for package, wanted in promised.items():
        there = {each.versions[package] for each in ENVIRONMENTS.values() if package in each.versions}
        assert wanted <= {version.rpartition(".")[0] for version in there}
    assert any("flask" not in each.versions for each in ENVIRONMENTS.values())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (pymysql.err.OperationalError(1054, "Unknown column"), ("1054", "(1054, 'Unknown column')")),
        (sqlite3.OperationalError("no such column: age"), (None, "no such column: age")),
        (Exception({"S": "ERROR", "C": "42703", "M": "no age"}), ("42703", "no age")),
        (Exception(), (None, "")),
    ],
    ids=["PyMySQL", "sqlite3", "pg8000", "nothing"],
)
def test_the_engines_code_is_found_in_what_a_driver_raises(error: Exception, said: tuple[str | None, str]) -> None:
    """Drivers keep it in several places; psycopg2, psycopg and mysql.connector are asked by the environments above."""
    assert (code_of(error), said_by(error)) == said


@pytest.mark.slow
def test_an_env_py_that_does_not_fit_the_versions_is_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    """Flask-Migrate 3.1's template for binds does not fit Flask-SQLAlchemy 3.0: plain ``flask db`` fails there, too."""
    theirs = made("flask_sqlalchemy_3_0")
    folder = with_binds(theirs.python, tmp_path / "project")
    answer = typed("check", str(folder), "--python", str(theirs.python), environment=environment, cwd=folder)
    assert answer.returncode == 2
    assert "unexpected keyword argument 'bind' (migrations/env.py:41)" in " ".join(answer.stderr.split())
    assert "Traceback" not in answer.stderr
