"""On PostgreSQL, which takes all of it back: whether something had run before a migration failed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from availability import Found, available
from commands import lab, with_servers

from lab_app.document.types import Document

HEAD = '''"""A story."""
import sqlalchemy as sa
from alembic import op
from lab_app.scenario import Scenario, done

scenario = Scenario(title="T", level="beginner", lesson=["l"], reference="https://example.org")


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))


scenario.rows("student", dict(id=1, name=None))


@scenario.prepare
def routines(lab):
    if lab.engine.name == "postgresql":
        lab.execute("CREATE FUNCTION writes() RETURNS void LANGUAGE sql AS $$ UPDATE student SET name = 'f' $$")
        lab.execute("CREATE PROCEDURE p() LANGUAGE sql AS $$ UPDATE student SET name = 'p' $$")
'''
ATTEMPT = """

@scenario.attempt({name!r}, everywhere=done("fine"))
def {name}(lab):
    @lab.revision("x")
    def upgrade():
        op.execute({sql!r})
        op.execute("UPDATE nowhere SET x = 1")

    lab.upgrade()
"""
ROLLED_BACK = [
    "DO $$ BEGIN UPDATE student SET name = 'x'; END $$",
    "COMMENT ON TABLE student IS 'x'",
    "GRANT SELECT ON student TO PUBLIC",
    "WITH b AS (SELECT 1 AS id) UPDATE student SET name = 'w' FROM b WHERE b.id = student.id",
    "-- a comment\nUPDATE student SET name = 'c'",
    "CALL p()",
    "SELECT * INTO other FROM student",
    "EXPLAIN ANALYZE UPDATE student SET name = 'e'",
    "SELECT 1; UPDATE student SET name = 's'; SELECT 2",
    "UPDATE student SET name = 's'; UPDATE nowhere SET x = 1",
    "INSERT INTO student VALUES (7, 'alembic_version')",
    "UPDATE alembic_version SET version_num = version_num",
    "SELECT writes()",
]
REFUSED = [
    "DO $$ BEGIN PERFORM count(*) FROM student; END $$",
    "UPDATE student SET name = 'n' WHERE id = 99",
    "UPDATE nowhere SET x = 1; UPDATE student SET name = 's'",
    "SET lock_timeout = '2s'",
    "ANALYZE student",
    "EXPLAIN UPDATE student SET name = 'e'",
    "SELECT 'UPDATE student' FROM student FOR UPDATE",
]


@pytest.fixture(scope="module")
def ran(lab_environment: dict[str, str], servers: Found, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The cells of a file with an attempt for each statement."""
    available(servers, "postgresql")
    folder = tmp_path_factory.mktemp("had_run")
    (folder / "scenarios").mkdir()
    cases = {f"a{number}": sql for number, sql in enumerate([*ROLLED_BACK, *REFUSED])}
    text = HEAD + "".join(ATTEMPT.format(name=name, sql=sql) for name, sql in cases.items())
    (folder / "scenarios" / "mine.py").write_text(text, encoding="utf-8")
    words = ("run", "mine", "--on", "postgresql", "--format", "json", "--quiet")
    done = lab(*words, environment=with_servers(folder / "home", lab_environment), cwd=folder)
    document: Document = json.loads(done.stdout)
    return {cases[cell["attempt"]]: cell for cell in document["cells"]}


@pytest.mark.parametrize("sql", ROLLED_BACK)
def test_what_had_run_is_rolled_back(ran: dict[str, Any], sql: str) -> None:
    """It was done, and the engine took it back."""
    assert ran[sql]["outcome"] == "rolled back"


@pytest.mark.parametrize("sql", REFUSED)
def test_what_changes_nothing_is_refused(ran: dict[str, Any], sql: str) -> None:
    """Nothing was changed before the error."""
    assert ran[sql]["outcome"] == "refused"
