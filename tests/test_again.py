"""After an attempt that was half-applied the upgrade is typed once more, and what came of it is evidence."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from availability import Found, available
from commands import lab
from sample_document import document as sample

from lab_app.document.file import load
from lab_app.document.matrix import matrix
from lab_app.document.packed import record_text
from lab_app.document.types import Document
from lab_app.report import details
from lab_app.report.formats import render
from lab_app.report.page.sections import sections

FILE = '''"""A story."""
import sqlalchemy as sa
from alembic import op
from lab_app.scenario import Scenario, done

scenario = Scenario(title="T", level="beginner", lesson=["l"], reference="https://example.org")


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        age = sa.Column(sa.Integer)


scenario.rows("student", dict(id=1))


@scenario.attempt("a column, then an error", everywhere=done("fine"))
def column(lab):
    @lab.revision("x")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer))
        op.execute("UPDATE nowhere SET x = 1")

    lab.upgrade()


@scenario.attempt("a view, then an error", everywhere=done("fine"))
def view(lab):
    @lab.revision("x")
    def upgrade():
        op.execute("CREATE VIEW grown AS SELECT id FROM student")
        op.execute("UPDATE nowhere SET x = 1")

    lab.upgrade("0002")


@scenario.attempt("what fails once", everywhere=done("fine"))
def once(lab):
    @lab.revision("x")
    def upgrade():
        if not sa.inspect(op.get_bind()).has_table("made"):
            op.create_table("made", sa.Column("id", sa.Integer, primary_key=True))
            op.get_bind().commit()
            raise RuntimeError("once")
        op.drop_table("made")
        op.add_column("student", sa.Column("age", sa.Integer))

    lab.upgrade()


@scenario.attempt("without end, the second time", everywhere=done("fine"), seconds=2)
def endless(lab):
    @lab.revision("x")
    def upgrade():
        while sa.inspect(op.get_bind()).has_table("made"):
            pass
        op.create_table("made", sa.Column("id", sa.Integer, primary_key=True))
        op.get_bind().commit()
        raise RuntimeError("once")

    lab.upgrade()


@scenario.attempt("an error before anything", everywhere=done("fine"))
def refused(lab):
    lab.execute("UPDATE nowhere SET x = 1")


@scenario.attempt("an error of another command", everywhere=done("fine"))
def other(lab):
    lab.execute("CREATE VIEW grown AS SELECT id FROM student")
    lab.migrate()
    lab.execute("UPDATE nowhere SET x = 1")
'''


@pytest.fixture(scope="module")
def ran(lab_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """The cells of the file on every engine there is, by attempt and engine."""
    from commands import with_servers

    folder = tmp_path_factory.mktemp("again")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "mine.py").write_text(FILE, encoding="utf-8")
    environment = with_servers(folder / "home", lab_environment)
    done = lab("run", "mine", "--format", "json", "--quiet", environment=environment, cwd=folder)
    document: Document = json.loads(done.stdout)
    return {(cell["attempt"], cell["engine"]): cell for cell in document["cells"]}


COLUMN = {
    "sqlite": "OperationalError duplicate column name: age",
    "mysql": "1060 Duplicate column name 'age'",
    "mariadb": "1060 Duplicate column name 'age'",
}


@pytest.mark.parametrize("engine", COLUMN)
def test_it_fails_on_what_stayed(ran: dict[tuple[str, str], Any], servers: Found, engine: str) -> None:
    """The column is there already: in the engine's words, with the statement that failed."""
    available(servers, engine)
    cell = ran["column", engine]

    assert cell["outcome"] == "half-applied"
    assert cell["again"]["outcome"] == "half-applied"
    assert cell["again"]["statement"] == "ALTER TABLE student ADD COLUMN age INTEGER"
    assert details.again(cell) == f"flask db upgrade again: fails with {COLUMN[engine]}"


def test_what_is_taken_back_is_not_typed_again(ran: dict[tuple[str, str], Any], servers: Found) -> None:
    """PostgreSQL took all of it back, and nothing ran in the other: only half-applied pays for it."""
    available(servers, "postgresql")

    assert ran["column", "postgresql"]["outcome"] == "rolled back"
    assert all("again" not in cell for cell in ran.values() if cell["outcome"] != "half-applied")
    assert "again" not in ran["refused", "sqlite"]


@pytest.mark.parametrize("engine", ["sqlite", "mysql", "mariadb"])
def test_a_view_that_stayed_is_half_applied(ran: dict[tuple[str, str], Any], servers: Found, engine: str) -> None:
    """What is no table counts, too; the revision that was typed is typed again."""
    available(servers, engine)
    cell = ran["view", engine]

    assert cell["outcome"] == "half-applied"
    assert cell["finding"].startswith("part of it stayed: + view grown")
    assert cell["again"]["step"] == "flask db upgrade 0002"
    assert cell["again"]["error"]


def test_it_may_go_through(ran: dict[tuple[str, str], Any]) -> None:
    """Then the word for where the database is comes with it; the evidence of the attempt is what it was before."""
    cell = ran["once", "sqlite"]

    assert cell["outcome"] == "half-applied"
    assert list(cell["schema_after"]) == ["made", "student"]
    assert cell["again"] == {"step": "flask db upgrade", "error": None, "statement": None, "outcome": "done"}
    assert details.again(cell) == "flask db upgrade again: goes through"
    assert not [statement for statement in cell["statements"] if "DROP TABLE made" in statement["sql"]]


def test_it_has_the_time_of_the_attempt(ran: dict[tuple[str, str], Any]) -> None:
    """One that does not end is ended, and the cell is kept."""
    cell = ran["endless", "sqlite"]

    assert cell["outcome"] == "half-applied"
    assert cell["again"]["error"] == {"class": "TimeoutError", "code": None, "message": "no end within 2 s"}


def test_the_upgrade_is_what_is_typed_after_any_command(ran: dict[tuple[str, str], Any]) -> None:
    """An attempt that ended in another command leaves the same question; here it brings the rest."""
    cell = ran["other", "sqlite"]

    assert cell["outcome"] == "half-applied"
    assert cell["again"]["step"] == "flask db upgrade"
    assert details.again(cell) == "flask db upgrade again: goes through, and the outcome is then: drifted"


@pytest.fixture
def told() -> Document:
    """A document in which an attempt was half-applied on MySQL, and typed again."""
    found = copy.deepcopy(sample())
    for cell in found["cells"]:
        if cell["scenario"] == "batch_mode" and cell["engine"] == "mysql" and cell["outcome"] != "not run":
            error: Any = {"class": "OperationalError", "code": "1060", "message": "Duplicate column name 'age'\nmore"}
            cell["outcome"] = "half-applied"
            cell["again"] = {"step": "flask db upgrade", "error": error, "statement": None, "outcome": "half-applied"}
    return found


LINE = "flask db upgrade again: fails with 1060 Duplicate column name 'age'"


def test_every_report_shows_it_in_a_line(told: Document, capsys: pytest.CaptureFixture[str]) -> None:
    """The screen of a scenario, the page's sections, and Markdown; a document of before has none."""
    import sys

    part: Document = {
        **told,
        "scenarios": [s for s in told["scenarios"] if s["name"] == "batch_mode"],
        "cells": [cell for cell in told["cells"] if cell["scenario"] == "batch_mode"],
    }
    for form in ("terminal", "markdown"):
        render(part, form, sys.stdout, "make", None)  # type: ignore[arg-type]
        assert LINE in capsys.readouterr().out.replace("\\", "")
    view = matrix(part)
    assert LINE in [block.value for row in view.rows for block in sections(row, view.targets).again]
    before = matrix(sample())
    assert not [block for row in before.rows for block in sections(row, before.targets).again]


def test_the_record_keeps_it(told: Document, tmp_path: Path) -> None:
    """What is written in the small form is read as it was."""
    file = tmp_path / "kept.json"
    file.write_text(record_text(told), encoding="utf-8")

    assert [cell.get("again") for cell in load(file)["cells"]] == [cell.get("again") for cell in told["cells"]]
