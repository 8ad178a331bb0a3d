"""A scenario's own mistake is told with file and line, and is never what an engine refused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from commands import alone as alone_in
from commands import lab

from lab_app.document.types import Document

HEAD = '''"""A story."""
import sqlalchemy as sa
from alembic import op
from lab_app.scenario import Scenario, done

scenario = Scenario(title="T", level="beginner", lesson=["l"], reference="https://example.org")
WIDTH = 10


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)


scenario.rows("student", dict(id=1))
'''
#: A body of an attempt, and the line in it (from 1) with what is said of it.
MISTAKES = {
    "a verb that is none": ("lab.migrat()", 1, "AttributeError: 'Lab' object has no attribute 'migrat'"),
    "a name": ("lab.upgrade(nothing)", 1, "NameError: name 'nothing' is not defined"),
    "arguments of a verb": ("lab.upgrade()\nlab.stamp(purg=True)", 2, "TypeError: Lab.stamp() got an unexpected"),
    "what a verb cannot do": ("lab.edit('migrations/env.py', 'nope', '')", 1, "ValueError: migrations/env.py does not"),
    "a file that is not there": ("lab.delete('nope')", 1, "FileNotFoundError: [Errno 2] No such file or directory: "),
    "an assertion": ("assert lab.query('SELECT 1') == [], 'one'", 1, "AssertionError: one"),
    "a module": ("import nosuchmodule", 1, "ModuleNotFoundError: No module named 'nosuchmodule'"),
    "within Python's own library": ("import json\njson.loads('{')", 2, "JSONDecodeError: Expecting property name"),
    "the end of the process": ("import sys\nsys.exit(3)", 2, "SystemExit: 3"),
    "calls without end": ("def again():\n    again()\nagain()", 2, "RecursionError: maximum recursion depth"),
    "raised again": ("try:\n    nothing\nexcept NameError:\n    raise", 2, "NameError: name 'nothing' is not"),
    "a variable of the attempt": (
        "wide = 3\n@lab.revision('x')\ndef upgrade():\n    op.execute(f'SELECT {wide}')\nlab.upgrade()",
        2,
        "TypeError: upgrade() uses wide from outside",
    ),
    "a name that the migration loses": (
        "@lab.revision('x')\ndef upgrade():\n    pass\n    op.execute(f'SELECT {WIDTH}')\nlab.upgrade()",
        4,
        "NameError: name 'WIDTH' is not defined",
    ),
    "the same on the way back": (
        "@lab.revision('x')\ndef upgrade():\n    pass\n@upgrade.downgrade\ndef downgrade():\n    {}['a']\n"
        "lab.upgrade()\nlab.downgrade()",
        6,
        "KeyError: 'a'",
    ),
    "a function of Alembic's that is none": (
        "@lab.revision('x')\ndef upgrade():\n    op.add_colum('student')\nlab.upgrade()",
        3,
        "AttributeError: module 'alembic.op' has no attribute 'add_colum'",
    ),
    "arguments of Alembic's": (
        "@lab.revision('x')\ndef upgrade():\n    op.add_column('student')\nlab.upgrade()",
        3,
        "TypeError: add_column() missing 1 required positional argument: 'column'",
    ),
    "a column of a table": (
        "@lab.revision('x')\ndef upgrade():\n    sa.table('a', sa.column('id')).c.nope\nlab.upgrade()",
        3,
        "AttributeError: nope",
    ),
    "a revision that Python cannot read": (
        "@lab.revision('x')\ndef upgrade():\n    pass\n"
        "lab.edit('migrations/versions/0002_x.py', 'def upgrade', 'def def upgrade')\nlab.upgrade()",
        2,
        "SyntaxError: invalid syntax",
    ),
}
EVIDENCE = {
    "the engine": ("lab.execute('SELECT nope')", "OperationalError"),
    "the driver itself": ("import sqlite3\nsqlite3.connect(':memory:').execute('SELEC')", "OperationalError"),
    "Alembic": ("lab.upgrade('nope')", "CommandError"),
    "Alembic for SQLite": (
        "@lab.revision('x')\ndef upgrade():\n    op.drop_constraint('c', 'student')\nlab.upgrade()",
        "NotImplementedError",
    ),
    "SQLAlchemy's own Python": ("lab.execute(3)", "TypeError"),
    "a driver that is not there": ("sa.create_engine('mssql+pymssql://x')", "ModuleNotFoundError"),
    "a server that is not there": (
        "import socket\nsocket.create_connection(('::1', 1))",
        "ConnectionRefusedError",
    ),
    "raised on purpose": ("raise ConnectionError('no server')", "ConnectionError"),
    "a migration that stops itself": (
        "@lab.revision('x')\ndef upgrade():\n    raise RuntimeError('rows are left')\nlab.upgrade()",
        "RuntimeError",
    ),
    "written out with --sql, and nobody answers": (
        "@lab.revision('x')\ndef upgrade():\n    op.get_bind().execute(sa.text('SELECT 1')).scalar()\nlab.offline()",
        "AttributeError",
    ),
    # Alembic forgets the import of a type that is not its own: a bug that many have met.
    "a name that Alembic forgets": (
        "class Own(sa.types.UserDefinedType):\n    def get_col_spec(self):\n        return 'TEXT'\n"
        "def more(db):\n    class Student(db.Model):\n        id = sa.Column(sa.Integer, primary_key=True)\n"
        "        note = sa.Column(Own())\n"
        "lab.models(more)\nlab.migrate()\nlab.upgrade()",
        "NameError",
    ),
}


def attempt(name: str, body: str) -> str:
    """An attempt with this body; the body begins two lines below the decorator."""
    indented = "\n".join(f"    {line}" for line in body.split("\n"))
    return f'\n\n@scenario.attempt("{name}", everywhere=done("fine"))\ndef {name}(lab):\n{indented}\n'


class Ran:
    """What a run of one file with many attempts said: each attempt's cell, where its body begins, and the status."""

    def __init__(self, bodies: dict[str, str], folder: Path, environment: dict[str, str]) -> None:
        (folder / "scenarios").mkdir(parents=True)
        text, self.begins = HEAD, {}
        for name, body in bodies.items():
            text += attempt(name, body)
            self.begins[name] = text.count("\n") - body.count("\n")
        (folder / "scenarios" / "mine.py").write_text(text, encoding="utf-8")
        words = ("run", "mine", "--on", "sqlite", "--format", "json", "--quiet")
        self.done: subprocess.CompletedProcess[str] = lab(*words, environment=environment, cwd=folder)
        document: Document = json.loads(self.done.stdout)
        self.cells: dict[str, Any] = {cell["attempt"]: cell for cell in document["cells"]}


def named(cases: dict[str, Any]) -> dict[str, str]:
    """The cases' bodies under names that attempts can have."""
    return {f"a{number}": case[0] for number, case in enumerate(cases.values())}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Every mistake and every error that is none, in one file."""
    folder = tmp_path_factory.mktemp("mistakes")
    errors = {f"b{number}": case[0] for number, case in enumerate(EVIDENCE.values())}
    return Ran({**named(MISTAKES), **errors, "fine": "lab.upgrade()"}, folder, alone_in(folder / "home"))


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_file_and_line(ran: Ran, number: int) -> None:
    """The cell is not run, and its reason is the place in the scenario's file and what Python says, in one line."""
    _, line, said = list(MISTAKES.values())[number]
    cell = ran.cells[f"a{number}"]

    assert cell["outcome"] == "not run"
    assert cell["reason"].startswith(f"scenarios/mine.py:{ran.begins[f'a{number}'] + line - 1}: {said}")
    assert "\n" not in cell["reason"]
    assert cell["reason"] in ran.done.stderr.splitlines()


@pytest.mark.parametrize("number", range(len(EVIDENCE)), ids=EVIDENCE.keys())
def test_what_a_library_raises_is_evidence(ran: Ran, number: int) -> None:
    """So is what is raised on purpose, and what Alembic itself wrote into a file."""
    cell = ran.cells[f"b{number}"]

    assert cell["outcome"] in ("refused", "rolled back", "half-applied")
    assert cell["error"]["class"] == list(EVIDENCE.values())[number][1]


def test_the_other_attempts_go_on(ran: Ran) -> None:
    """A mistake of one attempt leaves the others alone, and the run ends as for any mistake of a file."""
    assert ran.cells["fine"]["outcome"] == "done"
    assert ran.done.returncode == 2
    assert len(ran.done.stderr.splitlines()) == len(MISTAKES)


def test_an_edited_env_py_is_named(alone: dict[str, str], tmp_path: Path) -> None:
    """What only an edit can bring about in Flask-Migrate's own file is the scenario's mistake."""
    body = "lab.edit('migrations/env.py', 'def run_migrations_online', 'nothing\\ndef online')\nlab.upgrade()"
    ran = Ran({"edited": body}, tmp_path / "project", alone)

    assert ran.cells["edited"]["outcome"] == "not run"
    assert ran.cells["edited"]["reason"].startswith("migrations/env.py:")
    assert ran.cells["edited"]["reason"].endswith("NameError: name 'nothing' is not defined")
