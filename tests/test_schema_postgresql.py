"""What is read of a PostgreSQL database beyond tables, how, and that reading leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from test_schema_pairs import pairs

from lab_app.evidence import rows
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.readers.postgresql_expressions import condition
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Schema

on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"])
_NEWER = "(18)"


@contextmanager
def made(database: sa.Engine, *statements: str) -> Iterator[sa.Connection]:
    """A connection that sees what these statements make; nobody else ever does."""
    with database.connect() as connection, connection.begin() as transaction:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"), {})
        yield connection
        transaction.rollback()


def schema_of(database: sa.Engine, *statements: str) -> Schema:
    """What is read of them."""
    with made(database, *statements) as connection:
        return read_schema(connection)


@on_postgresql
def test_further_pairs_are_read_right(database: sa.Engine) -> None:
    """Kinds of things that no other list of pairs has differ for the lab where they differ for PostgreSQL."""
    wrong = []
    for pair in pairs("schema_pairs_postgresql.json", "postgresql"):
        try:
            difference = schema_diff(schema_of(database, *pair["one"]), schema_of(database, *pair["other"]))
        except sa.exc.DBAPIError as error:
            wrong += [] if _NEWER in pair["feature"] else [f"{pair['feature']}: {error.orig}"]
            continue
        if bool(difference) != (pair["verdict"] == "different"):
            wrong.append(f"{pair['feature']}: {pair['verdict']}, but read as {difference or 'the same'}")
    assert not wrong, f"{len(wrong)} pairs are read wrong:\n" + "\n".join(wrong)


_TABLE = "CREATE TABLE student (id INT PRIMARY KEY, age INT, name VARCHAR(20))"
_FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n  RETURN NEW; END $$"
LINES = {
    "+ trigger student.tr BEFORE UPDATE FOR EACH ROW WHEN (old.age > 1) EXECUTE FUNCTION f()": [
        "CREATE TRIGGER tr BEFORE UPDATE ON student FOR EACH ROW WHEN (OLD.age > 1) EXECUTE FUNCTION f()"
    ],
    "+ view adult SELECT 18 AS age": [  # of a table's column, 15 prints the table in front, and 18 does not
        "CREATE VIEW adult AS SELECT 18 AS age"
    ],
    "+ index student.ix (lower(name) DESC, age) INCLUDE (id) WHERE age = ANY (ARRAY[1, 2])": [
        "CREATE INDEX ix ON student (lower(name) DESC, age) INCLUDE (id) WHERE age IN (1, 2)"
    ],
    "+ policy student.mine FOR SELECT USING (name = CURRENT_USER)": [
        "CREATE POLICY mine ON student FOR SELECT USING (name = CURRENT_USER)"
    ],
    "+ domain grade numeric(2, 1) DEFAULT 1.0 NOT NULL CHECK (VALUE >= 1)": [
        "CREATE DOMAIN grade AS NUMERIC(2, 1) DEFAULT 1.0 NOT NULL CHECK (VALUE >= 1)"
    ],
    "+ sequence nr START 5 INCREMENT 10": ["CREATE SEQUENCE nr START 5 INCREMENT 10"],
    "+ function g(integer) (x integer) RETURNS integer LANGUAGE sql AS $function$SELECT x$function$": [
        "CREATE FUNCTION g(x INT) RETURNS INT LANGUAGE sql AS 'SELECT x'"
    ],
    "+ table archive.old": ["CREATE SCHEMA archive", "CREATE TABLE archive.old (id INT)"],
    "~ student persistence none → UNLOGGED": ["ALTER TABLE student SET UNLOGGED"],
}


@on_postgresql
def test_each_thing_is_one_clear_line(database: sa.Engine) -> None:
    """A person reads what was made in the engine's words, without names that nobody gave."""
    before = schema_of(database, _TABLE, _FUNCTION)
    found = {line: schema_diff(before, schema_of(database, _TABLE, _FUNCTION, *made)) for line, made in LINES.items()}
    unsaid = {line: lines for line, lines in found.items() if line not in lines}
    assert unsaid == {}


DEFAULTS = (
    "CREATE DOMAIN late AS DATE CHECK (VALUE > '2021-01-01')",
    "CREATE TABLE t (a JSON DEFAULT '{\"p\":\"100%\"}', b late DEFAULT '2020-01-01', c TEXT DEFAULT 'x')",
    "ALTER TABLE t ALTER a TYPE JSONB",
)


def defaults(schema: Schema) -> list[str | None]:
    """The defaults of the table t."""
    return [column["default"] for column in schema["t"]["columns"].values()]


@on_postgresql
def test_a_default_that_a_domain_refuses_spoils_nothing(database: sa.Engine) -> None:
    """The engine turns a default into its column's type; where it will not, the text stays, and so does the rest."""
    with made(database, *DEFAULTS) as connection:
        found = defaults(read_schema(connection))
        still_usable = connection.exec_driver_sql("SELECT 1").scalar_one()
    assert (found, still_usable) == (["""'{"p": "100%"}'""", "'2020-01-01'::date", "'x'"], 1)


@on_postgresql
@pytest.mark.parametrize("options", [{"isolation_level": "AUTOCOMMIT"}, {"postgresql_readonly": True}], ids=str)
def test_a_schema_is_read_the_same_where_nothing_may_be_written(
    database: sa.Engine, options: dict[str, object]
) -> None:
    """In autocommit, as the lab observes, and in a transaction that may only read."""
    with database.begin() as connection:
        for statement in DEFAULTS:
            connection.exec_driver_sql(statement.replace("%", "%%"), {})
        written = read_schema(connection)
    with database.connect().execution_options(**options) as connection:
        assert read_schema(connection) == written


def asked_for(database: sa.Engine, *statements: str) -> int:
    """How many questions it takes to read these."""
    asked: list[str] = []
    note: Callable[..., None] = lambda *call: asked.append(call[2])  # noqa: E731
    with made(database, *statements) as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        read_schema(connection)
    return len(asked)


@on_postgresql
def test_what_is_rare_is_asked_only_where_there_is_some(database: sa.Engine) -> None:
    """Tables, keys, checks, indexes, enums and comments are one question; a view or a trigger makes it two."""
    plain = [
        "CREATE TYPE mood AS ENUM ('ok')",
        "CREATE TABLE t (id SERIAL PRIMARY KEY, m mood, a INT UNIQUE CHECK (a > 0), r INT REFERENCES t)",
        "CREATE INDEX ix ON t (a) WHERE a > 1",
        "COMMENT ON TABLE t IS 'x'",
    ]
    assert asked_for(database, *plain) == 1
    assert asked_for(database, *plain, "CREATE VIEW v AS SELECT a FROM t", _FUNCTION) == 2


@on_postgresql
def test_rows_of_another_schema_are_read_there(database: sa.Engine) -> None:
    """A table of another schema has its own rows, value by value and as digests, whatever its name needs."""
    statements = (
        'CREATE SCHEMA "my app"',
        'CREATE TABLE "my app"."a.b" (id INT PRIMARY KEY)',
        'INSERT INTO "my app"."a.b" VALUES (1), (2)',
        "CREATE TABLE plain (id INT)",
    )
    with made(database, *statements) as connection:
        schema = read_schema(connection)
        found = rows.read_rows(connection, schema)
        long = rows.read_rows(connection, schema, limit=1)
    assert {name: table.rows for name, table in found.items()} == {"my app.a.b": [(1,), (2,)], "plain": []}
    assert long["my app.a.b"].count == 2


@on_postgresql
def test_what_the_server_notes_for_itself_is_no_option(database: sa.Engine) -> None:
    """A column has the options that somebody gave it, and none that differ each time it is made."""
    statements = ("CREATE TABLE t (a INT, b TEXT)", "ALTER TABLE t ALTER a SET (n_distinct = 5)")
    columns = schema_of(database, *statements)["t"]["columns"]
    assert {name: column.get("options") for name, column in columns.items()} == {
        "a": {"options": "n_distinct=5"},
        "b": None,
    }


@on_postgresql
def test_two_things_of_one_name_are_both_kept(database: sa.Engine) -> None:
    """A schema and a table may have the same name; neither hides the other."""
    schema = schema_of(database, "CREATE SCHEMA student", _TABLE)
    assert {name: thing["kind"] for name, thing in schema.items()} == {"student": "table", "student (schema)": "schema"}


SCOPE = {"a": "bigint", "s": "character varying(9)", "t": "timestamp without time zone", "h": "real", "n": "numeric"}
SAME = [
    ("(a = ANY (ARRAY[(1)::bigint, (2)::bigint]))", "(a = ANY ('{1,2}'::integer[]))"),
    (
        "((s)::text = ANY ((ARRAY['x'::character varying])::text[]))",
        "(s = ANY (ARRAY[('x'::character varying)::text]))",
    ),
    ("(t > '2020-01-01'::date)", "(t > '2020-01-01 00:00:00'::timestamp without time zone)"),
    ("(h > (0.5)::double precision)", "(h > 0.5)"),
    ("((a)::numeric <> (7)::numeric)", "(a <> 7)"),
    ("timezone('utc'::text, now())", "(CURRENT_TIMESTAMP AT TIME ZONE 'utc'::text)"),
    ("(TRIM(BOTH FROM s) <> ''::text)", "(btrim((s)::text) <> ''::text)"),
    ("COALESCE(n, ((0)::bigint)::numeric)", "COALESCE(n, (0)::numeric)"),
]
OTHER = [
    ("(a / 2)", "(a / (2)::numeric)"),
    ("((a)::numeric / n)", "(a / n)"),
    ("(1 / 2)", "((1)::numeric / (2)::numeric)"),
    ("(h > (0.1)::double precision)", "(h > (0.1)::real)"),
    ("((a > 1) AND ((a > 2) OR (a > 3)))", "(((a > 1) AND (a > 2)) OR (a > 3))"),
    ("(a - (n - 1))", "((a - n) - 1)"),
    ("((a + 1) * 2)", "(a + (1 * 2))"),
    ("(- (a + 1))", "((- a) + 1)"),
    ("((a)::numeric > 0.5)", "(a > 0)"),
    ("(s = 'abc'::text)", "(s = ('abc'::character varying(2))::text)"),
    ("((s)::bpchar = 'x'::bpchar)", "((s)::text = 'x'::text)"),
    ("(round((2.5)::double precision) = a)", "(round(2.5) = a)"),
    ("(s = 'a  b'::text)", "(s = 'a b'::text)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_type_of_a_literal_is_noise_where_it_decides_nothing(one: str, other: str) -> None:
    """What a column's former type has left in a condition is not told."""
    assert condition(one, SCOPE) == condition(other, SCOPE)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_changes_a_result_is_told(one: str, other: str) -> None:
    """A cast that a result depends on, and brackets, stay."""
    assert condition(one, SCOPE) != condition(other, SCOPE)
