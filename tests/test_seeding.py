"""The rows of a scenario are in its tables as if its application had put them there."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lab_app.engines import BY_NAME
from lab_app.runner.seeding import seed


def next_number(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    """The number that the engine gives to a row that brings none."""
    connection.execute(sa.insert(table).values(**values))
    return int(connection.scalar(sa.select(sa.func.max(table.c.id))) or 0)


def seeded(
    database: sa.Engine, metadata: sa.MetaData, name: str, *rows: dict[str, Any], wanted: int | None = None
) -> None:
    """Make the tables and put rows into one of them."""
    metadata.create_all(database)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        seed({None: (connection, metadata)}, BY_NAME[database.dialect.name], {name: list(rows)}, wanted)


def test_the_next_row_is_numbered_after_the_largest(database: sa.Engine) -> None:
    """An INSERT without an id goes on after ids that the rows brought, in a table of any name."""
    metadata = sa.MetaData()
    odd = sa.Table("Odd 'name", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
    seeded(database, metadata, "Odd 'name", {"id": 7, "n": 1}, {"id": 3, "n": 1})
    with database.begin() as connection:
        assert next_number(connection, odd, n=2) == 8


def test_a_grown_table_is_numbered_after_its_last_row(database: sa.Engine) -> None:
    """Rows that the lab has made bring ids, too."""
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
    seeded(database, metadata, "t", {"id": 1, "n": 1}, {"id": 2, "n": 1}, wanted=100)
    with database.begin() as connection:
        last = connection.scalar(sa.select(sa.func.max(table.c.id)))
        assert next_number(connection, table, n=2) == (last or 0) + 1


def test_an_identity_that_is_ahead_stays_there(database: sa.Engine) -> None:
    """Where numbers begin at 100, rows below that do not set them back."""
    metadata = sa.MetaData()
    identity = sa.Identity(start=100) if database.dialect.name == "postgresql" else None
    column = sa.Column("id", sa.Integer, *([identity] if identity else []), primary_key=True)
    table = sa.Table("t", metadata, column, sa.Column("n", sa.Integer))
    seeded(database, metadata, "t", {"id": 5, "n": 1})
    with database.begin() as connection:
        assert next_number(connection, table, n=1) == (100 if identity else 6)


def test_a_sequence_of_the_models_is_numbered_on(database: sa.Engine) -> None:
    """A sequence that belongs to no column goes on after the values that the rows brought, where an engine has any."""
    metadata = sa.MetaData()
    numbers = sa.Sequence("Invoice numbers", start=10, metadata=metadata)
    table = sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer, numbers))
    seeded(database, metadata, "t", {"id": 1, "n": 12})
    with database.begin() as connection:
        connection.execute(sa.insert(table).values(id=2))
        expected = 13 if database.dialect.supports_sequences else None
        assert connection.scalar(sa.select(table.c.n).where(table.c.id == 2)) == expected


def test_a_sequence_that_no_migration_made_is_left_alone(database: sa.Engine) -> None:
    """Models may name a sequence that is not there: the rows are seeded all the same."""
    metadata = sa.MetaData()
    made = sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
    made.create(database)
    models = sa.MetaData()
    sa.Table(
        "t", models, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer, sa.Sequence("nowhere"))
    )
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        seed({None: (connection, models)}, BY_NAME[database.dialect.name], {"t": [{"id": 1, "n": 5}]}, None)
        assert connection.scalar(sa.select(made.c.n)) == 5


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_numbers_that_count_down_go_on_downwards(database: sa.Engine) -> None:
    """A sequence of PostgreSQL's that counts down is set below the smallest value."""
    metadata = sa.MetaData()
    down = sa.Identity(start=-1, increment=-1)
    table = sa.Table("t", metadata, sa.Column("id", sa.Integer, down, primary_key=True), sa.Column("n", sa.Integer))
    seeded(database, metadata, "t", {"id": -5, "n": 1})
    with database.begin() as connection:
        connection.execute(sa.insert(table).values(n=2))
        assert connection.scalar(sa.select(sa.func.min(table.c.id))) == -6


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_one_statement_sets_every_sequence(database: sa.Engine) -> None:
    """Two tables that share a sequence by their defaults, and one with its own, are set by what is sent once."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "CREATE SEQUENCE shared",
            "CREATE TABLE a (id bigint DEFAULT nextval('shared') PRIMARY KEY)",
            "CREATE TABLE b (id smallint DEFAULT nextval('shared') PRIMARY KEY)",
            'CREATE TABLE "C" ("Id" serial PRIMARY KEY)',
            "INSERT INTO a VALUES (3)",
            "INSERT INTO b VALUES (9)",
            'INSERT INTO "C" VALUES (4)',
        ):
            connection.exec_driver_sql(statement)
        sql = connection.exec_driver_sql(BY_NAME["postgresql"].follow_rows).scalar()
        connection.exec_driver_sql(str(sql))
        assert connection.exec_driver_sql("INSERT INTO a DEFAULT VALUES RETURNING id").scalar() == 10
        assert connection.exec_driver_sql('INSERT INTO "C" DEFAULT VALUES RETURNING "Id"').scalar() == 5
