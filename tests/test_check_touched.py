"""What is read again after a step: the tables that it may have touched, and everything where nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from lab_app.check.answers import Answer, Failure, Sent
from lab_app.check.observe import MAIN, VersionTable, observe
from lab_app.check.touched import is_recorded, touched
from lab_app.evidence.readers import empty_table
from lab_app.evidence.state import State
from lab_app.evidence.types import ForeignKey, Index, Schema, Table


def table(*indexes: str, refers: str = "") -> Table:
    """A table with indexes of these names, and a foreign key."""
    made = empty_table("table")
    made["indexes"] = [Index(name=name, columns=["a"], unique=False, where=None) for name in indexes]
    if refers:
        made["foreign_keys"] = [
            ForeignKey(name=None, columns=["a"], refers_to=refers, refers_columns=["id"], options={})
        ]
    return made


#: A city is in a country, a street in a city; there is something else.
SCHEMA: Schema = {
    "country": table("ix_country_name"),
    "city": table(refers="country"),
    "street": table(refers="city"),
    "other": table("ix_other_a"),
}


def after(*statements: str, failure: Failure | None = None, schema: Schema = SCHEMA) -> list[str] | None:
    """The tables that a step of these statements may have touched, in the order of their names."""
    sent = tuple(Sent(sql, None, True, 1, None, None) for sql in statements)
    found = touched(Answer(failure, statements=sent), State(schema, {}, []))
    return None if found is None else sorted(found)


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("ALTER TABLE other ADD COLUMN b INTEGER", ["other"]),
        ('UPDATE "Street" SET a = 1', ["street"]),
        # ON DELETE CASCADE reaches what refers to it, and a rename what it is called there.
        ("DELETE FROM city WHERE a = 1", ["city", "street"]),
        ("DROP TABLE `country`", ["city", "country", "street"]),
        ("DROP INDEX ix_other_a", ["other"]),
        ("CREATE TABLE new (id INTEGER)", []),
        ("INSERT INTO new SELECT a FROM other;", ["other"]),
        ("PRAGMA main.table_info(other)", ["other"]),
        # What may touch anything.
        ("DO $$ BEGIN DELETE FROM other; END $$", None),
        ("CALL tidy()", None),
        ("TRUNCATE country CASCADE", None),
        ("ALTER TYPE kind ADD VALUE 'x'", None),
        ("WITH gone AS (DELETE FROM other RETURNING a) SELECT 1", None),
        ("UPDATE city SET a = 1; CALL tidy()", None),
        ("UPDATE city SET a = " + "1" * 4000, None),
    ],
)
def test_a_statement_touches_what_it_names(statement: str, tables: list[str] | None) -> None:
    """The tables that it names, those below them, and everything where it does not name what it touches."""
    assert after(statement) == tables


def test_where_nobody_can_tell_everything_is_touched() -> None:
    """A step that failed may have been rolled back; a view, a trigger or a function leads anywhere."""
    failure = Failure("OperationalError", None, "no", "", None)
    assert after("UPDATE other SET a = 1", failure=failure) is None
    assert after("UPDATE other SET a = 1", schema={**SCHEMA, "v": empty_table("view")}) is None
    assert after("UPDATE other SET a = 1", schema={**SCHEMA, "f": empty_table("function")}) is None
    triggered = {**table(), "others": [{"kind": "trigger", "name": "t", "text": ""}]}
    assert after("UPDATE other SET a = 1", schema={**SCHEMA, "t": triggered}) is None  # type: ignore[dict-item]
    assert after("UPDATE other SET a = 1", schema={**SCHEMA, "kind": empty_table("type")}) == ["other"]


@pytest.mark.parametrize(
    ("text", "recorded"),
    [
        ("import sqlalchemy as sa\nfrom alembic import op\nop.execute('UPDATE t SET a = 1')", True),
        ("from alembic import op\nop.get_bind().connection.cursor().execute('DELETE FROM t')", False),
        ("import sqlite3", False),
        ("from app.helpers import tidy", False),
        ("from .helpers import tidy", False),
    ],
)
def test_a_revision_that_may_send_what_nobody_records(text: str, recorded: bool, tmp_path: Path) -> None:
    """A driver's cursor, a driver, a module of the project's: what these send is not known."""
    file = tmp_path / "0001.py"
    file.write_text(text)
    assert is_recorded(str(file)) is recorded
    assert not is_recorded(str(tmp_path / "none.py"))


def test_what_is_read_in_part_is_what_is_there(database: Engine) -> None:
    """On every engine: what was touched is as it is now, the rest is the very same, and what is gone is gone."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "CREATE TABLE p (id INTEGER PRIMARY KEY, name VARCHAR(20) UNIQUE)",
            "CREATE TABLE q (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id), CHECK (p_id > 0))",
            "CREATE TABLE r (id INTEGER PRIMARY KEY, a NUMERIC(8, 2) DEFAULT 1.5)",
            "CREATE TABLE s (id INTEGER PRIMARY KEY)",
            "CREATE INDEX ix_q ON q (p_id)",
            "INSERT INTO p VALUES (1, 'x')",
            "INSERT INTO r VALUES (1, 2)",
        ):
            connection.execute(sa.text(statement))
        first = observe({MAIN: connection}, VersionTable())
        for statement in ("ALTER TABLE r ADD COLUMN b INTEGER", "DROP TABLE s", "CREATE TABLE t (id INTEGER)"):
            connection.execute(sa.text(statement))
        part = observe({MAIN: connection}, VersionTable(), [first], {"r", "s"})
        whole = observe({MAIN: connection}, VersionTable())
    assert part == whole
    assert [*part.schema] == [*whole.schema] == ["p", "q", "r", "t"]
    assert all(part.schema[name] is first.schema[name] and part.rows[name] is first.rows[name] for name in ("p", "q"))
    assert "b" in part.schema["r"]["columns"]


def test_what_is_the_same_again_is_the_same_object(database: Engine) -> None:
    """A table that was read again and is as it was is known by that; one whose columns changed places is another."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CREATE TABLE p (a INTEGER, b INTEGER)"))
        connection.execute(sa.text("CREATE TABLE q (a INTEGER)"))
        first = observe({MAIN: connection}, VersionTable())
        connection.execute(sa.text("DROP TABLE p"))
        connection.execute(sa.text("CREATE TABLE p (b INTEGER, a INTEGER)"))
        second = observe({MAIN: connection}, VersionTable(), [first])
        connection.execute(sa.text("DROP TABLE p"))
        connection.execute(sa.text("CREATE TABLE p (a INTEGER, b INTEGER)"))
        third = observe({MAIN: connection}, VersionTable(), [second, first])
    assert second.schema["q"] is first.schema["q"]
    assert second.rows["q"] is first.rows["q"]
    assert [*second.schema["p"]["columns"]] == ["b", "a"]
    assert third.schema["p"] is first.schema["p"]
