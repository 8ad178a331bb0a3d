"""What a check begins with, and a person's own rows, on every engine: files for a bind, for a revision, and Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from checks import CONSOLE, PROJECTS, checked, refusal, written

from lab_app.check.beginnings import Beginning, Start
from lab_app.check.evidence import Revision
from lab_app.check.own_rows import PythonFile
from lab_app.check.sql_file import SqlFile
from lab_app.errors import LabError

STUDENT = "CREATE TABLE student (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);"
EVENT = "CREATE TABLE event (id INTEGER PRIMARY KEY, word VARCHAR(40) NOT NULL);"
ROWS = """
def seed(connection):
    connection.exec_driver_sql("INSERT INTO student (id, name) VALUES (70, 'Zoë'), (71, 'Ada'), (72, 'Bob')")
"""
MODELS = """
from app import Student, db

def seed():
    db.session.add_all([Student(name="Zoë"), Student(name="Ada")])
"""

#: A revision that changes both tables, each in its database.
CHANGES = """
def upgrade(engine_name):
    op.add_column("event" if engine_name == "log" else "student", sa.Column("extra", sa.Integer()))


def downgrade(engine_name):
    with op.batch_alter_table("event" if engine_name == "log" else "student") as batch:
        batch.drop_column("extra")
"""


def document(folder: Path, *words: str, environment: dict[str, str]) -> dict[str, Any]:
    """The document of a check on every engine that is up."""
    command = [*CONSOLE, "check", "--python", sys.executable, "--quiet", "--format", "json", *words]
    answer = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=300)
    assert answer.returncode in (0, 1), answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def counts(found: dict[str, Any], revision: str, table: str) -> dict[str, int]:
    """How many rows a table had on each engine before a revision."""
    return {
        cell["target"]: cell["rows_before"][table]["count"]
        for cell in found["cells"]
        if (cell["revision"], cell["direction"]) == (revision, "up")
    }


def everywhere(found: dict[str, Any], count: int) -> dict[str, int]:
    """The same number for each engine that is up."""
    return {target["name"]: count for target in found["targets"] if target["up"]}


@pytest.mark.servers
@pytest.mark.slow
def test_each_database_begins_with_a_file_and_has_rows_of_its_own(environment: dict[str, str], tmp_path: Path) -> None:
    """That of a bind too; rows of Python are put in once the revision that they are for is there."""
    folder = written(PROJECTS["clean_binds"], tmp_path / "shop")
    for name, text in {"start.sql": STUDENT, "log.sql": EVENT, "rows.py": ROWS}.items():
        (folder / name).write_text(text)
    (folder / "events.sql").write_text("INSERT INTO event VALUES (5, '100 %');")
    first = folder / "migrations" / "versions" / "0001_change.py"
    head, _, _ = first.read_text().partition("def upgrade")
    first.write_text(head + CHANGES)  # a cell has the tables that its revision changes
    words = ["--from", "start.sql", "--from", "log=log.sql", "--seed", "log=events.sql", "--seed", "0001=rows.py"]
    found = document(folder, *words, environment=environment)
    assert not [each for each in found["not_tested"] if each["what"].startswith("the rows of")]
    assert counts(found, "0001", "log.event") == everywhere(found, 1)
    assert counts(found, "0001", "student") == everywhere(found, 5)
    assert counts(found, "0002", "student") == everywhere(found, 3)
    assert counts(found, "0002", "log.event") == everywhere(found, 1)


@pytest.mark.servers
@pytest.mark.slow
def test_a_history_is_walked_back_with_rows_of_models(environment: dict[str, str], tmp_path: Path) -> None:
    """The models of today fit the head, where a walk back begins; the application's session puts them in."""
    folder = written(PROJECTS["clean_enum"], tmp_path / "shop")
    (folder / "rows.py").write_text(MODELS)
    found = document(folder, "--baseline", "create_all", "--seed", "rows.py", environment=environment)
    assert counts(found, "0002", "student") == everywhere(found, 2)
    outcomes = {cell["outcome"] for cell in found["cells"] if cell["direction"] != "in the middle"}
    assert outcomes == {"done"}
    assert {(cell["revision"], cell["direction"]) for cell in found["cells"]} >= {("0001", "up"), ("0001", "up again")}


@pytest.mark.slow
def test_rows_that_fit_the_head_alone_are_said_to_test_nothing(alone: dict[str, str], tmp_path: Path) -> None:
    """With what to type; a file that fails is told with its line."""
    folder = written(PROJECTS["clean_enum"], tmp_path / "shop")
    (folder / "rows.py").write_text(MODELS)
    (folder / "bad.py").write_text("def seed(connection):\n    raise ValueError('no rows today')\n")
    answer = checked(folder, "--format", "json", "--seed", "rows.py", "--seed", "0001=bad.py", environment=alone)
    told = {each["what"]: each["why"] for each in json.loads(answer.stdout)["not_tested"]}
    assert told == {
        "the rows of rows.py": "no upgrade was tried with them: they fit the head alone. Type --baseline create_all to "
        "walk back",
        "the rows of bad.py at 0001": "SQLite: ValueError: no rows today, in bad.py:2",
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def seed(:", "--seed rows.py is no Python: line 1: invalid syntax. Correct it."),
        ("seed = 1", "--seed rows.py has no function seed. Write def seed(connection): and insert the rows in it."),
    ],
)
def test_a_python_file_without_rows_is_one_line(alone: dict[str, str], tmp_path: Path, text: str, line: str) -> None:
    """Before anything is run."""
    (tmp_path / "rows.py").write_text(text)
    assert refusal(checked(tmp_path, "--app", "app", "--seed", "rows.py", environment=alone)) == line


@pytest.mark.parametrize(
    ("own", "line"),
    [
        (
            'seed = "0001=no.py"',
            "--seed {}/no.py cannot be read: No such file or directory. Name a file of SQL or Python.",
        ),
        ('from = ["log=no.sql"]', "--from {}/no.sql cannot be read: No such file or directory. Name a SQL file."),
    ],
)
def test_files_that_the_project_names_are_in_its_folder(
    alone: dict[str, str], tmp_path: Path, own: str, line: str
) -> None:
    """Wherever the command is typed; one text does for a list of one."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(f"[tool.migration-lab]\n{own}\n")
    answer = checked(folder, "--app", "app", environment=alone, cwd=tmp_path)
    assert refusal(answer) == line.format(folder)


HISTORY = [Revision(name, (), (), "", "") for name in ("aa11", "bb22", "bb33")]
FILE = PythonFile(Path("rows.py"))


@pytest.mark.parametrize(
    ("key", "called", "due"),
    [
        ("", "the rows of rows.py", []),
        ("log", "the rows of rows.py", []),
        ("aa", "the rows of rows.py at aa11", ["aa11"]),
        ("log:bb33", "the rows of rows.py at bb33", ["bb33"]),
    ],
)
def test_the_words_before_a_file_are_a_bind_a_revision_or_both(key: str, called: str, due: list[str]) -> None:
    """The beginning of an id is enough."""
    [rows] = Beginning(rows=((key, FILE),)).own_rows(["log"], HISTORY)
    assert rows.called == called
    assert rows.is_due(due)
    assert rows.is_due([]) == (not due)


@pytest.mark.parametrize(
    ("beginning", "line"),
    [
        (
            Beginning(rows=(("bb", FILE),)),
            "--seed bb=rows.py: bb is not a bind or a revision of this project. Type one of: log, aa11, bb22, bb33",
        ),
        (Beginning(rows=(("x:aa11", FILE),)), "--seed x:aa11=rows.py: x is not a bind of this project."),
        (Beginning(starts=(Start(SqlFile("a.sql", ()), "x"),)), "--from x=a.sql: x is not a bind of this project."),
    ],
)
def test_a_word_that_is_neither_is_one_line(beginning: Beginning, line: str) -> None:
    """With what to type."""
    with pytest.raises(LabError) as told:
        beginning.own_rows(["log"], HISTORY)
    assert line in str(told.value)
