"""Bind databases and other schemas: part of a scenario, made, read and removed like the first database."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from availability import Found, available
from commands import FLASK, REPOSITORY, lab

from lab_app.document.types import Cell
from lab_app.engines import BY_NAME
from lab_app.errors import LabError
from lab_app.runner.binds import binds_of
from lab_app.runner.preview import preview
from lab_app.scenario import catalogue
from lab_app.servers import Server, scratch
from lab_app.servers.connection import connect
from lab_app.servers.drivers import driver_of, rows

BOUND = '''"""A shop with three databases."""
import time
import sqlalchemy as sa
from alembic import op
from lab_app.scenario import Scenario, done

scenario = Scenario(title="T", level="beginner", lesson=["l"], reference="https://example.org", start="{start}")


def shop(db, **indexed):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))

    class Visit(db.Model):
        __bind_key__ = "analytics"
        id = sa.Column(sa.Integer, primary_key=True)
        page = sa.Column(sa.String(50), **indexed)

    class Click(db.Model):
        __bind_key__ = "analytics"
        id = sa.Column(sa.Integer, primary_key=True)
        visit_id = sa.Column(sa.ForeignKey("visit.id"))

    class Mail(db.Model):
        __bind_key__ = "post"
        id = sa.Column(sa.Integer, primary_key=True)
        words = sa.Column(sa.Text)


@scenario.before
def before(db):
    shop(db)


@scenario.after
def after(db):
    shop(db, index=True)


scenario.rows("student", dict(id=1, name="Ada"))
scenario.rows("analytics.visit", dict(id=7, page="/"), dict(id=8, page=None))
scenario.rows("post.mail", dict(id=1, words="Hi"))
scenario.rows_after("analytics.visit", dict(id=8, page="/none"))


@scenario.attempt("nothing", everywhere=done("x"), after=before, rows_after={{}})
def nothing(lab):
    pass


@scenario.attempt("migrate", everywhere=done("x"))
def migrate(lab):
    lab.migrate("index")
    lab.upgrade()
    lab.execute("UPDATE visit SET page = '/none' WHERE id = 8", bind="analytics")
    lab.check()


@scenario.attempt("by hand", everywhere=done("x"))
def by_hand(lab):
    @lab.revision("index", bind="analytics")
    def change():
        op.execute("UPDATE visit SET page = '/none' WHERE id = 8")
        op.create_index("ix_visit_page", "visit", ["page"])

    @change.downgrade_of("analytics")
    def back():
        op.drop_index("ix_visit_page", "visit")

    lab.upgrade()
    lab.downgrade()
    lab.upgrade()
    assert lab.query("SELECT count(*) FROM visit", bind="analytics") == [(2,)]


@scenario.attempt("wait", everywhere=done("x"))
def wait(lab):
    time.sleep({sleep})
    raise RuntimeError(lab.offline("base:head"))
'''

SCHEMAS = '''"""A table in another schema."""
import sqlalchemy as sa
from lab_app.scenario import Scenario, done, ignored, not_run, refused

scenario = Scenario(title="T", level="beginner", lesson=["l"], reference="https://example.org")


@scenario.before
def before(db):
    class Log(db.Model):
        __table_args__ = {"schema": "audit"}
        id = sa.Column(sa.Integer, primary_key=True)
        line = sa.Column(sa.Text, server_default=sa.text("'x'::text"))


@scenario.after
def after(db):
    class Log(db.Model):
        __table_args__ = {"schema": "audit"}
        id = sa.Column(sa.Integer, primary_key=True)
        line = sa.Column(sa.Text, server_default=sa.text("'x'::text"), index=True)

    class Old(db.Model):
        __table_args__ = {"schema": "archive"}
        id = sa.Column(sa.Integer, primary_key=True)


scenario.rows("audit.log", dict(id=1, line="in"))


@scenario.attempt("nobody made the schema", everywhere=done("x"), mysql=not_run("a schema is a database"))
def missing(lab):
    lab.query("SELECT line FROM audit.log")
    lab.execute("CREATE TABLE archive.old (id int)")


@scenario.attempt("flask db migrate with include_schemas", everywhere=done("x"))
def migrate(lab):
    lab.configure(include_schemas=True)
    lab.execute("CREATE SCHEMA archive")
    lab.migrate("index")
    lab.upgrade()
    lab.check()
'''


@pytest.fixture
def stories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own scenarios, for this process and for the commands that it starts."""
    (tmp_path / "scenarios").mkdir()
    monkeypatch.setenv("LAB_SCENARIOS", str(tmp_path / "scenarios"))
    return tmp_path / "scenarios"


def cells(environment: dict[str, str], stories: Path, *words: str) -> dict[str, Cell]:
    """The cells of one scenario on one engine, by attempt."""
    result = lab("run", *words, "--format", "json", environment={**environment, "LAB_SCENARIOS": str(stories)})
    assert result.returncode in (0, 1), result.stderr
    return {cell["attempt"]: cell for cell in json.loads(result.stdout)["cells"]}


def for_engine(engine_name: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment of a command; for SQLite no server is started."""
    if not BY_NAME[engine_name].needs_server:
        return dict(request.getfixturevalue("alone"))
    available(request.getfixturevalue("servers"), engine_name)
    return dict(request.getfixturevalue("environment"))


@pytest.mark.slow
@pytest.mark.parametrize("start", ["migrated", "create_all"])
def test_every_verb_works_through_all_databases(
    engine_name: str, start: str, request: pytest.FixtureRequest, stories: Path, tmp_path: Path
) -> None:
    """Schema, rows, revisions and statements of each bind are in the evidence, and each attempt begins alike."""
    (stories / "bound.py").write_text(BOUND.format(start=start, sleep=0))
    attempts = ("nothing", "migrate", "by_hand") if start == "migrated" else ("nothing",)
    words = [word for attempt in attempts for word in ("--attempt", attempt)]
    found = cells(for_engine(engine_name, request), stories, "bound", "--engine", engine_name, *words)

    assert [cell["outcome"] for cell in found.values()] == ["done"] * len(attempts), found
    nothing = found["nothing"]
    assert list(nothing["schema_before"] or {}) == ["analytics.click", "analytics.visit", "post.mail", "student"]
    assert [key["refers_to"] for key in (nothing["schema_before"] or {})["analytics.click"]["foreign_keys"]] == [
        "analytics.visit"
    ]
    assert (nothing["rows_before"] or {})["analytics.visit"]["rows"] == [[7, "/"], [8, None]]
    assert nothing["first_query"] == {"sql": "SELECT mail.id, mail.words \nFROM mail", "error": None}
    assert nothing["statements"] == []
    if start == "create_all":
        assert nothing["revision_before"] == []
        return
    assert nothing["revision_before"] == ["0001", "analytics:0001", "post:0001"]
    migrate, by_hand = found["migrate"], found["by_hand"]
    assert migrate["revision_before"] == by_hand["revision_before"] == nothing["revision_before"]
    assert migrate["schema_before"] == by_hand["schema_before"] == nothing["schema_before"]
    assert migrate["revision_after"] == by_hand["revision_after"] == ["0002", "analytics:0002", "post:0002"]
    indexed = [each["step"] for each in migrate["statements"] if each["sql"].startswith("CREATE INDEX")]
    assert indexed == ["flask db upgrade (analytics)"]
    assert {each["step"] for each in migrate["statements"] if "alembic_version" in each["sql"]} == {
        "flask db upgrade",
        "flask db upgrade (analytics)",
        "flask db upgrade (post)",
    }
    assert not re.search("lab_[0-9a-f]{10}", json.dumps(found))


def test_a_revision_by_hand_has_the_functions_of_the_template(alone: dict[str, str], stories: Path) -> None:
    """One function a database, as ``flask db revision`` writes them in a multidb project."""
    (stories / "bound.py").write_text(BOUND.format(start="migrated", sleep=0))
    cell = cells(alone, stories, "bound", "--engine", "sqlite", "--attempt", "by_hand")["by_hand"]

    assert re.findall(r"^def (.*):$", cell["migration"] or "", re.MULTILINE) == [
        "upgrade(engine_name)",
        "downgrade(engine_name)",
        "upgrade_()",
        "downgrade_()",
        "upgrade_analytics()",
        "downgrade_analytics()",
        "upgrade_post()",
        "downgrade_post()",
    ]


def test_offline_scripts_stay_in_the_project(alone: dict[str, str], stories: Path, tmp_path: Path) -> None:
    """``upgrade --sql`` writes a file a database into the current folder: that is the project's, and nobody's own."""
    (stories / "bound.py").write_text(BOUND.format(start="migrated", sleep=0))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    words = ["run", "bound", "--engine", "sqlite", "--attempt", "wait", "--format", "json"]
    result = lab(*words, environment={**alone, "LAB_SCENARIOS": str(stories)}, cwd=elsewhere)

    assert list(elsewhere.iterdir()) == []
    script = json.loads(result.stdout)["cells"][0]["error"]["message"]
    assert [script.count(f"CREATE TABLE {name}") for name in ("student", "visit", "mail")] == [1, 1, 1]


REFUSALS = {
    "a-b": "scenarios/bound.py:31: bind key 'a-b' makes no function name upgrade_a-b(): write letters, digits and _",
    "app": "scenarios/bound.py:31: bind key 'app' would be the file app.db, which is the first database: rename it",
}


@pytest.mark.parametrize("key", REFUSALS)
def test_a_bind_that_cannot_be_had_is_refused_in_one_line(key: str, stories: Path) -> None:
    """The file, the line of the models, the key, and what to write."""
    file = stories / "bound.py"
    file.write_text(BOUND.format(start="migrated", sleep=0).replace('"post"', f'"{key}"'))

    with pytest.raises(LabError) as refusal:
        binds_of(file, catalogue.load(file))
    assert str(refusal.value) == REFUSALS[key]


def test_rows_of_a_table_that_no_model_has(alone: dict[str, str], stories: Path) -> None:
    """The name and those that there are, in one line."""
    (stories / "bound.py").write_text(BOUND.format(start="migrated", sleep=0).replace('"analytics.visit",', '"visit",'))
    result = lab("run", "bound", "--engine", "sqlite", environment={**alone, "LAB_SCENARIOS": str(stories)})

    said = " ".join((result.stderr + result.stdout).split())  # a cell's reason is wrapped
    assert "rows('visit'): the models before have no such table, but student, " in said
    assert "analytics.visit" in said
    assert "Traceback" not in result.stderr


def test_the_preview_shows_every_database(stories: Path) -> None:
    """What goes to a bind stands below a line with its key."""
    (stories / "bound.py").write_text(BOUND.format(start="migrated", sleep=0))
    written = dict(preview("bound")[1])["by hand"]

    index = "CREATE INDEX ix_visit_page ON visit (page)"
    for engine, lines in written.items():
        assert lines[:3] == ["-- analytics:", "UPDATE visit SET page = '/none' WHERE id = 8", index], engine


def test_each_column_of_the_preview_has_its_own_baseline(stories: Path) -> None:
    """A script from the base up says false on PostgreSQL, and 0 on SQLite."""
    text = SCHEMAS.replace('"schema": "audit"', "").replace("'x'::text", "x").replace('"schema": "archive"', "")
    text = text.replace('sa.Text, server_default=sa.text("x")', "sa.Boolean, server_default=sa.false()")
    (stories / "plain.py").write_text(
        text.replace('lab.query("SELECT line FROM audit.log")', 'lab.offline("base:head")')
    )
    written = dict(preview("plain")[1])["nobody made the schema"]

    assert "line BOOLEAN DEFAULT false" in written["postgresql"][0]
    assert "line BOOL DEFAULT false" in written["mariadb"][0]


def test_the_preview_of_what_sqlite_cannot_hold(stories: Path) -> None:
    """PostgreSQL's statements are written out; where SQLite had to stand for it, a line says why it ends."""
    (stories / "schemas.py").write_text(SCHEMAS)
    written = dict(preview("schemas")[1])

    assert written["nobody made the schema"]["postgresql"] == [
        "SELECT line FROM audit.log",
        "CREATE TABLE archive.old (id int)",
    ]
    assert written["nobody made the schema"]["mysql"] == ["-- not run: a schema is a database"]
    assert written["nobody made the schema"]["sqlite"][0].startswith("-- cannot be set up here: ")
    assert written["flask db migrate with include_schemas"]["postgresql"][-1].startswith("-- without a database")


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ["sqlite", "mysql", "mariadb"])
def test_an_engine_without_schemas_is_not_asked(
    engine_name: str, request: pytest.FixtureRequest, stories: Path
) -> None:
    """Its cells are not run, with the reason and what to write; where that is declared, that is as expected."""
    (stories / "schemas.py").write_text(SCHEMAS)
    found = cells(for_engine(engine_name, request), stories, "schemas", "--engine", engine_name)
    cell, declared = found["migrate"], found["missing"]

    assert [each["outcome"] for each in found.values()] == ["not run", "not run"]
    assert cell["reason"] == f"{BY_NAME[engine_name].schemas.reason} The models name archive, audit."
    assert cell["fix"] == f"write {engine_name}=not_run('…') in scenarios/schemas.py:37"
    assert (cell["as_expected"], declared["as_expected"]) == (False, engine_name == "mysql")


@pytest.mark.slow
def test_other_schemas_on_postgresql(request: pytest.FixtureRequest, stories: Path) -> None:
    """The schemas of the models before are there, those of the models after are the attempt's to make."""
    (stories / "schemas.py").write_text(SCHEMAS)
    found = cells(for_engine("postgresql", request), stories, "schemas", "--engine", "postgresql")

    assert found["missing"]["error"] == {
        "class": "InvalidSchemaName",
        "code": "3F000",
        "message": (found["missing"]["error"] or {"message": ""})["message"],
    }
    assert [each["sql"] for each in found["migrate"]["statements"] if "INDEX" in each["sql"]] == [
        "CREATE INDEX ix_audit_log_line ON audit.log (line)"
    ]
    assert found["migrate"]["outcome"] == "done"
    assert list(found["migrate"]["schema_before"] or {}) == ["audit", "audit.log"]
    assert list(found["migrate"]["rows_after"] or {}) == ["archive.old", "audit.log"]


def scratch_names(server: Server) -> set[str]:
    """The scratch databases of a server, by name."""
    with connect(server) as cursor:
        return {str(name) for (name,) in rows(cursor, driver_of(server.engine).databases)}


@contextmanager
def started(environment: dict[str, str], stories: Path, engine: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run of an attempt that waits, in a process group of its own."""
    (stories / "bound.py").write_text(BOUND.format(start="migrated", sleep=60))
    process = subprocess.Popen(
        [*FLASK, "run", "bound", "--attempt", "wait", "--engine", engine],
        env={**environment, "LAB_SCENARIOS": str(stories)},
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("engine_name", ["postgresql", "mysql", "mariadb"])
def test_no_database_is_left(
    engine_name: str, number: signal.Signals, servers: Found, environment: dict[str, str], stories: Path
) -> None:
    """Three databases are there while it runs, each with a lease, and none once it was interrupted or killed."""
    server = available(servers, engine_name)
    before = scratch_names(server)
    with started(environment, stories, engine_name) as process:
        until(lambda: len(scratch_names(server) - before) >= 3)
        made = scratch_names(server) - before
        leases = [json.loads(each.read_text()) for each in Path(environment["LAB_HOME"]).glob("leases/*.json")]
        leased = {each["details"]["name"] for each in leases if each["kind"] == "database"}
        os.killpg(process.pid, number)
        process.wait(30)

        assert leased <= made
        assert len(leased) == 3
        until(lambda: not scratch_names(server) & leased)


def test_scratch_names_are_leased_before_they_are_made(
    servers: Found, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As many as are asked for at one time, the same ones each time, and no lease is left behind."""
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    server = Server(BY_NAME["postgresql"], "", "given", 0.0, "db", 5432, "lab", "pa55")
    names = scratch.ScratchNames(server)
    one, three = names.take(1), names.take(3)

    assert three[:1] == one
    assert len({*three}) == 3
    assert len([*tmp_path.glob("leases/*.json")]) == 3
    names.release()
    assert [*tmp_path.glob("leases/*.json")] == []


MISTAKES = {
    "lab.models(three)": "bind key 'third' has no database: name it in the models before or after",
    'lab.revision("x", bind="nine")(lambda: None)': "there is no bind 'nine' for <lambda>(), but analytics, post",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_bind_that_no_model_has(line: str, alone: dict[str, str], stories: Path) -> None:
    """An attempt that names one is told which there are, with the file and the line."""
    three = "def three(db):\n    db.Table('third', sa.Column('id', sa.Integer, primary_key=True), bind_key='third')\n"
    text = BOUND.format(start="migrated", sleep=0).replace("    pass\n", f"    {line}\n", 1)
    (stories / "bound.py").write_text(f"{text}\n\n{three}")
    words = ["run", "bound", "--engine", "sqlite", "--attempt", "nothing"]
    result = lab(*words, environment={**alone, "LAB_SCENARIOS": str(stories)})

    number = text[: text.index(line)].count("\n") + 1
    assert f"scenarios/bound.py:{number}: ValueError: {MISTAKES[line]}" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


GROWS = '''"""A bind comes with the change."""
import sqlalchemy as sa
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

    class Visit(db.Model):
        __bind_key__ = "analytics"
        id = sa.Column(sa.Integer, primary_key=True)


scenario.rows("student", dict(id=1))


@scenario.attempt("migrate", everywhere=done("x"))
def migrate(lab):
    lab.migrate()
    lab.upgrade()


@scenario.attempt("multidb", everywhere=done("x"))
def multidb(lab):
    lab.delete("migrations")
    lab.execute("DROP TABLE alembic_version")
    lab.init(multidb=True)
    lab.migrate()
    lab.upgrade()
    lab.check()
'''


def test_a_bind_that_comes_with_the_change(alone: dict[str, str], stories: Path) -> None:
    """A folder of one database passes over it; one that is made with --multidb does not."""
    (stories / "grows.py").write_text(GROWS)
    found = cells(alone, stories, "grows", "--engine", "sqlite")

    assert {name: cell["outcome"] for name, cell in found.items()} == {"migrate": "ignored", "multidb": "done"}
    assert found["multidb"]["revision_after"] == ["0001", "analytics:0001"]
    assert "flask db init --multidb" in found["multidb"]["steps"]
