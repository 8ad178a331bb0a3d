"""The scratch databases of a check: what is kept comes back as it was, whoever is connected and whatever is in it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from availability import Found, available
from sqlalchemy.pool import NullPool

from lab_app.check.copying_keys import without_made_keys
from lab_app.check.databases import Database, database
from lab_app.engines import BY_NAME, SQLITE
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.rows import TableData, read_rows
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Schema
from lab_app.servers import Server

both = pytest.mark.parametrize("engine_name", ["mysql", "mariadb"])
Making = Callable[[str], Database]

_PARENT = "CREATE TABLE p (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))"
#: Statements by what they try; each leaves something that a copy may lose.
_CASES = {
    "generated columns": (
        "CREATE TABLE t (a INT, b INT AS (a + 1) STORED, c INT AS (a * 2) VIRTUAL, d INT DEFAULT (1 + 2))",
        "INSERT INTO t (a) VALUES (1), (2)",
    ),
    "an id of 0, a date that is none": (
        "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
        "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, d DATE NOT NULL DEFAULT '0000-00-00')",
        "INSERT INTO t (id) VALUES (0), (7)",
    ),
    "views of views, by names in the wrong order": (
        _PARENT,
        "INSERT INTO p (name) VALUES ('x')",
        "CREATE VIEW z AS SELECT id FROM p",
        "CREATE VIEW y AS SELECT id FROM z",
        "CREATE VIEW x AS SELECT id FROM y",
    ),
    "triggers that would act on copied rows": (
        _PARENT,
        "CREATE TRIGGER doubled BEFORE INSERT ON p FOR EACH ROW SET NEW.name = CONCAT(NEW.name, NEW.name)",
        "INSERT INTO p (name) VALUES ('x')",
    ),
    "routines and an event under a mode of their own": (
        _PARENT,
        "SET SESSION sql_mode = ''",
        "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
        "CREATE PROCEDURE q() SELECT 'it''s 100%', 1 % 2",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM p",
    ),
    "partitions": (
        "CREATE TABLE t (id INT PRIMARY KEY) PARTITION BY RANGE (id) "
        "(PARTITION low VALUES LESS THAN (10), PARTITION rest VALUES LESS THAN MAXVALUE)",
        "INSERT INTO t VALUES (1), (100)",
    ),
    "a cycle of foreign keys, some with keys of their own": (
        _PARENT,
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, c INT, KEY own (b, c), CONSTRAINT fk_a FOREIGN KEY (a) "
        "REFERENCES p (id), CONSTRAINT fk_b FOREIGN KEY (b) REFERENCES p (id) ON DELETE CASCADE, "
        "FOREIGN KEY (c) REFERENCES p (id))",
        "ALTER TABLE p ADD COLUMN t_id INT, ADD CONSTRAINT fk_t FOREIGN KEY (t_id) REFERENCES t (id)",
        "INSERT INTO p (name) VALUES ('x')",
        "INSERT INTO t VALUES (1, 1, 1, 1)",
        "UPDATE p SET t_id = 1",
    ),
    "odd names": (
        "CREATE TABLE `50% ``off``` (`100%` INT, `a``b` INT, `c d` INT AS (`a``b` + 1), KEY `k``%` (`a``b`))",
        "INSERT INTO `50% ``off``` (`100%`, `a``b`) VALUES (1, 2)",
        "CREATE VIEW `v%` AS SELECT `a``b` FROM `50% ``off```",
        "CREATE TRIGGER `t%` BEFORE INSERT ON `50% ``off``` FOR EACH ROW SET NEW.`100%` = 5 % 3",
    ),
    "a collation of the database's own": (
        "ALTER DATABASE CHARACTER SET latin1",
        "CREATE TABLE t (a VARCHAR(5))",
        "INSERT INTO t VALUES ('é')",
    ),
}


@pytest.fixture
def making(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Making]:
    """A function that makes a scratch database on an engine, gone afterwards."""
    made = []

    def make(engine_name: str) -> Database:
        if BY_NAME[engine_name].needs_server:
            servers: Found = request.getfixturevalue("servers")
            server = available(servers, engine_name)
        else:
            server = Server(SQLITE, version=sqlite3.sqlite_version, source="built in", ms=0.0)
        made.append(database(server, tmp_path))
        return made[-1]

    yield make
    for each in made:
        each.close()


def run(found: Database, *statements: str) -> None:
    """Run statements over a connection of their own, with nothing in them a parameter."""
    with found.writer() as connection:
        bare = connection.execution_options(no_parameters=True)
        for statement in statements:
            bare.exec_driver_sql(statement)
        connection.commit()


def read(found: Database) -> tuple[Schema, dict[str, TableData]]:
    """The schema and the rows of a database."""
    schema = read_schema(found.observer())
    return schema, read_rows(found.observer(), schema)


@both
@pytest.mark.parametrize("case", _CASES)
def test_a_copy_holds_what_was_there(engine_name: str, case: str, making: Making) -> None:
    """Schema and rows are the same after a database was kept, changed and brought back."""
    found = making(engine_name)
    run(found, *_CASES[case])
    schema, rows = read(found)

    found.keep()
    run(found, "CREATE TABLE more (id INT)")
    found.restore()

    after, rows_after = read(found)
    assert schema_diff(schema, after) == []
    assert after == schema
    assert rows_after == rows
    assert found.left_out == []


@pytest.mark.parametrize("engine_name", ["mariadb"])
def test_a_sequence_goes_on_where_it_was(engine_name: str, making: Making) -> None:
    """What a sequence has cached is not lost, neither by keeping it nor by bringing it back."""
    found = making(engine_name)
    run(found, "CREATE SEQUENCE q START WITH 5", "CREATE TABLE t (id INT DEFAULT NEXT VALUE FOR q, a INT)")
    run(found, "INSERT INTO t (a) VALUES (1), (2)")

    found.keep()
    run(found, "INSERT INTO t (a) VALUES (3)")
    assert [row[0] for row in read(found)[1]["t"].rows] == [5, 6, 7]
    found.restore()
    run(found, "INSERT INTO t (a) VALUES (4)")

    assert [row[0] for row in read(found)[1]["t"].rows] == [5, 6, 7]


@both
def test_what_cannot_be_copied_is_named(engine_name: str, making: Making) -> None:
    """A view whose table is gone is broken in the source, too: it is left out, and said."""
    found = making(engine_name)
    run(found, "CREATE TABLE t (id INT)", "CREATE VIEW v AS SELECT id FROM t", "DROP TABLE t")

    found.keep()

    assert found.left_out == ["view v"]


@both
def test_a_key_that_a_foreign_key_made_goes_with_it(engine_name: str, making: Making) -> None:
    """After a restore an index of one's own takes the place of the engine's key, as it would have before."""
    found = making(engine_name)
    run(found, _PARENT, "CREATE TABLE t (id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES p (id))")
    found.keep()
    run(found, "CREATE INDEX ix_a ON t (a)")
    once, _ = read(found)

    found.restore()
    run(found, "CREATE INDEX ix_a ON t (a)")

    assert read(found)[0] == once


def test_a_key_of_ones_own_is_kept() -> None:
    """A key with more columns than the foreign key, or beside a second one that suits, is nobody's but the person's."""
    foreign = "  CONSTRAINT `fk` FOREIGN KEY (`a`) REFERENCES `p` (`id`)\n)"
    longer = f"CREATE TABLE `t` (\n  `a` int,\n  `b` int,\n  KEY `fk` (`a`,`b`),\n{foreign}"
    second = f"CREATE TABLE `t` (\n  `a` int,\n  KEY `fk` (`a`),\n  KEY `other` (`a`),\n{foreign}"
    made = f"CREATE TABLE `t` (\n  `a` int,\n  KEY `fk` (`a`),\n{foreign}"

    assert without_made_keys("t", longer) == longer
    assert without_made_keys("t", second) == second
    assert "KEY `fk` (`a`)," not in without_made_keys("t", made)


def test_whoever_is_connected_stops_no_copy(engine_name: str, making: Making) -> None:
    """A session that somebody has left open, in a transaction even, is ended or passed over, and nothing waits."""
    found = making(engine_name)
    run(found, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    left = found.writer()
    left.exec_driver_sql("SELECT * FROM t").all()
    found.keep()
    run(found, "INSERT INTO t VALUES (2)")
    also_left = found.writer()
    also_left.exec_driver_sql("SELECT * FROM t").all()

    found.restore()

    assert read(found)[1]["t"].rows == [(1,)]
    for connection in (left, also_left):
        connection.invalidate()


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_rows_of_a_journal_are_kept(mode: str, making: Making) -> None:
    """Rows that SQLite still holds beside the file, for a connection that nobody closed, are kept with it."""
    found = making("sqlite")
    left = found.writer()
    left.exec_driver_sql(f"PRAGMA journal_mode = {mode}")
    left.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    left.exec_driver_sql("INSERT INTO t VALUES (1)")
    left.commit()

    found.keep()
    left.exec_driver_sql("INSERT INTO t VALUES (2)")
    left.commit()
    left.close()
    found.restore()

    assert read(found)[1]["t"].rows == [(1,)]
    assert found.observer().execute(sa.text("PRAGMA journal_mode")).scalar_one() == mode.lower()


@pytest.mark.slow
def test_a_busy_server_is_waited_for(making: Making) -> None:
    """PostgreSQL gives up on a database that somebody is in after 5 s; who comes and goes for longer is outwaited."""
    made = making("postgresql")
    end = time.monotonic() + 7

    def come_and_go() -> None:
        engine = sa.create_engine(made.url, poolclass=NullPool)
        while time.monotonic() < end:
            with suppress(sa.exc.DBAPIError), engine.connect() as connection:
                connection.exec_driver_sql("SELECT pg_sleep(10)")

    with made.observer() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id INT)")
    visitors = [threading.Thread(target=come_and_go) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    made.keep()
    made.restore()
    for visitor in visitors:
        visitor.join()
    with made.observer() as connection:
        assert "t" in read_schema(connection)
