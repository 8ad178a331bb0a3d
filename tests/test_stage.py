"""Where an attempt begins: set up once, brought back for each attempt, and read each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from availability import Found, available
from flask import current_app

from lab_app.engines import Engine
from lab_app.evidence.state import State
from lab_app.runner.alembic_files import compiled_once
from lab_app.runner.connections import Connections
from lab_app.runner.lab import Lab
from lab_app.runner.project import Project
from lab_app.runner.scratch_database import FILE, ScratchDatabases
from lab_app.runner.stage import Stage, Workspace
from lab_app.scenario import Scenario
from lab_app.servers import Server, scratch


class Bench:
    """A worker's own things on one engine: a scratch database, connections, and a stage."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.engine: Engine = server.engine
        self.server = server
        self.name = scratch.new_name() if self.engine.needs_server else FILE
        self.connections = Connections(self.engine)
        self.database = ScratchDatabases(self.engine, self.connections)
        self.folder = folder / "project"
        self.folder.mkdir()
        self.stage = Stage(self.engine, folder / "stage", self.connections)
        (folder / "stage").mkdir()
        self.emptied = 0

    def begin(self, scenario: Scenario, name: str = "story") -> tuple[Project, State]:
        """Bring an empty database to where the scenario begins."""
        self.empty()
        self.emptied = 0
        url = self.database.address(self.server, self.name, self.folder, 30)
        return self.stage.set(Workspace(self.folder, url, None, self.empty), name, scenario)

    def empty(self) -> None:
        """Empty the database, and count how often that was asked for."""
        self.emptied += 1
        self.database.empty(self.server, [self.name], self.folder)

    def execute(self, *statements: str) -> None:
        """Send statements to the scratch database."""
        url = self.database.address(self.server, self.name, self.folder, 30)
        with self.connections.of_observer(url).connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


@contextmanager
def worker_on(server: Server, folder: Path) -> Iterator[Bench]:
    """A worker's things on a server; the scratch database is dropped."""
    made = Bench(server, folder)
    try:
        yield made
    finally:
        made.connections.close()
        if server.engine.needs_server:
            scratch.remove(server, made.name)


@pytest.fixture
def bench(engine_name: str, servers: Found, tmp_path: Path) -> Iterator[Bench]:
    """A worker's things on each engine."""
    with worker_on(available(servers, engine_name), tmp_path) as made:
        yield made


@pytest.fixture
def kept_bench(servers: Found, tmp_path: Path) -> Iterator[Bench]:
    """A worker's things on PostgreSQL, whose database and connections are kept from attempt to attempt."""
    with worker_on(available(servers, "postgresql"), tmp_path) as made:
        yield made


def story(prepared: list[str] | None = None, calls: list[str] | None = None) -> Scenario:
    """A scenario with a row in a table, and statements that prepare it."""
    scenario = Scenario(title="A table", level="beginner", lesson=[], reference="https://example.org")

    @scenario.before
    def before(db):  # type: ignore[no-untyped-def]
        class Student(db.Model):  # type: ignore[name-defined, misc]
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.String(100))

    scenario.rows("student", {"id": 1, "name": "Ada 100%"}, {"id": 2, "name": None})

    @scenario.prepare
    def prepare(lab: Lab) -> None:
        if calls is not None:
            calls.append("prepared")
        for statement in prepared or []:
            lab.execute(statement)

    return scenario


def test_the_second_attempt_begins_where_the_first_did(bench: Bench) -> None:
    """Schema, rows and revision are read again and are the same; the scenario is prepared once."""
    calls: list[str] = []
    scenario = story(["CREATE INDEX ix_name ON student (name)"], calls)

    project, first = bench.begin(scenario)
    files = sorted(path.name for path in project.versions.iterdir())
    bench.execute("DROP TABLE student", "CREATE TABLE other (id INTEGER)")
    (project.versions / "0002_other.py").write_text("")
    again, second = bench.begin(scenario)

    assert second == first
    assert first.revisions == ["0001"]
    assert [row[1] for row in first.rows["student"].rows] == ["Ada 100%", None]
    assert sorted(path.name for path in again.versions.iterdir()) == files
    assert calls == ["prepared"]
    assert bench.emptied == 0  # by the stage itself


def test_what_the_tape_did_not_hear_is_set_up_anew(bench: Bench) -> None:
    """A preparation behind SQLAlchemy's back cannot be sent again: that is seen, and the story is set up anew."""
    if not bench.engine.needs_server:
        pytest.skip("a database that is a file is copied whole")
    calls: list[str] = []
    scenario = story([], calls)
    honest = scenario.prepare_steps.pop("after rows")

    @scenario.prepare
    def behind(lab: Lab) -> None:
        honest(lab)
        with lab.app() as db:
            raw = db.engine.raw_connection()
            with raw.cursor() as cursor:
                cursor.execute("CREATE TABLE behind (id INTEGER)")
            raw.commit()
            raw.close()

    _, first = bench.begin(scenario)
    _, second = bench.begin(scenario)

    assert "behind" in first.schema
    assert second == first
    assert calls == ["prepared", "prepared"]


def test_another_scenario_is_not_taken_for_the_last_one(bench: Bench) -> None:
    """Each story gets its own beginning, and the first one's again when it comes back."""
    _, first = bench.begin(story(), "one")
    _, other = bench.begin(story(["CREATE TABLE other (id INTEGER)"]), "other")
    _, again = bench.begin(story(), "one")

    assert "other" not in first.schema
    assert "other" in other.schema
    assert again == first


#: What an attempt may leave on PostgreSQL that no schema holds.
BESIDE_SCHEMAS = {
    "an extension": "CREATE EXTENSION pg_trgm",
    "an event trigger": (
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
        "CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()"
    ),
    "a publication": "CREATE PUBLICATION p",
    "a large object": "SELECT lo_create(0)",
    "a default privilege": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "a setting of the database": (
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET work_mem = 64'; END $$"
    ),
    "a cast": "CREATE CAST (text AS boolean) WITH INOUT",
}


@pytest.mark.parametrize("statement", BESIDE_SCHEMAS.values(), ids=BESIDE_SCHEMAS)
def test_what_lives_outside_of_schemas_goes_too(statement: str, kept_bench: Bench) -> None:
    """PostgreSQL's database is emptied in place, or dropped when an attempt left more than schemas."""
    kept_bench.begin(story())
    number = _database_number(kept_bench)
    kept_bench.execute("CREATE SCHEMA archive", "CREATE TABLE archive.old (id int)")
    kept_bench.begin(story())
    kept = _database_number(kept_bench)
    kept_bench.execute(statement)
    kept_bench.begin(story())

    assert kept == number
    assert _database_number(kept_bench) != number


def _database_number(bench: Bench) -> int:
    url = bench.database.address(bench.server, bench.name, bench.folder, 30)
    with bench.connections.of_observer(url).connect() as connection:
        return int(connection.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")))


def test_a_session_that_an_attempt_forgot_holds_nothing_up(kept_bench: Bench) -> None:
    """A transaction that still reads the table is ended, not waited for."""
    kept_bench.begin(story())
    url = kept_bench.database.address(kept_bench.server, kept_bench.name, kept_bench.folder, 30)
    forgotten = kept_bench.connections.fresh(url).connect()
    forgotten.execute(sa.text("SELECT * FROM student"))
    _, state = kept_bench.begin(story())

    assert [row[0] for row in state.rows["student"].rows] == [1, 2]
    with pytest.raises(sa.exc.DBAPIError):
        forgotten.execute(sa.text("SELECT 1"))


def test_a_used_connection_is_as_good_as_a_new_one(kept_bench: Bench) -> None:
    """What a session set, prepared or made for itself is gone when the next application gets its connection."""
    kept_bench.begin(story())
    url = kept_bench.database.address(kept_bench.server, kept_bench.name, kept_bench.folder, 30)
    with kept_bench.connections.of_application(url).connect() as connection:
        before = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        connection.execute(sa.text("CREATE TEMPORARY TABLE mine (id int)"))
        connection.execute(sa.text("SELECT pg_advisory_lock(1)"))
        connection.execute(sa.text("SET statement_timeout = '7s'"))
        connection.commit()
    with kept_bench.connections.of_application(url).connect() as connection:
        same = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        timeout = connection.scalar(sa.text("SHOW statement_timeout"))
        table = connection.scalar(sa.text("SELECT to_regclass('mine')"))
        locks = connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))

    assert same == before
    assert (timeout, table, locks) == ("30s", None, 0)


def test_models_are_declared_once_and_each_command_has_an_application_of_its_own(bench: Bench) -> None:
    """Two commands share the models' metadata and nothing of Flask's."""
    project, _ = bench.begin(story())
    seen = []
    for _ in range(2):
        with project.app() as db:
            seen.append((current_app._get_current_object(), current_app.extensions["migrate"], db.metadata))  # type: ignore[attr-defined]
    (one, migrate, metadata), (other, second, same) = seen

    assert one is not other
    assert migrate is not second
    assert metadata is same


def test_alembic_is_what_the_story_says(bench: Bench) -> None:
    """A revision that was edited within the same second is what runs: contents decide, not time stamps."""
    project, _ = bench.begin(story())
    with compiled_once():
        for column in ("aaa", "bbb"):
            text = _REVISION.format(column=column)
            (project.versions / "0002_column.py").write_text(text)
            project.command(flask_migrate.upgrade)
            with project.app() as db, db.engine.connect() as connection:
                assert connection.scalars(sa.text("SELECT name FROM noted")).all() == [column]
            project.command(flask_migrate.downgrade, revision="0001")


_REVISION = '''"""A column."""
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.execute("CREATE TABLE noted (name VARCHAR(10))")
    op.execute("INSERT INTO noted VALUES ('{column}')")
def downgrade():
    op.execute("DROP TABLE noted")
'''
