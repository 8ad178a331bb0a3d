"""Whether a statement changes something follows from what it is, on every engine's spelling."""

from __future__ import annotations

from typing import Any

import pytest

from lab_app.evidence.bookkeeping import is_bookkeeping
from lab_app.evidence.changing import changed_something
from lab_app.evidence.statements import asks_the_catalogue
from lab_app.evidence.types import Schema, Statement

POINTED = 'column "nope" does not exist\nLINE 1: UPDATE a SET x = 1; UPDATE a SET nope = 1\n{}^'

CHANGING = {
    "DO": "DO $$ BEGIN UPDATE a SET x = 1; END $$",
    "DO, a tag and a language": "DO LANGUAGE plpgsql $body$ BEGIN EXECUTE format('DROP TABLE %I', 'a'); END $body$",
    "DO, another language": "DO LANGUAGE plpython3u $$ plpy.execute('x') $$",
    "COMMENT": "COMMENT ON TABLE a IS 'x'",
    "GRANT": "GRANT SELECT ON a TO PUBLIC",
    "REVOKE": "REVOKE ALL ON a FROM PUBLIC",
    "MERGE": "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = 1",
    "WITH UPDATE": "WITH b AS (SELECT 1) UPDATE a SET x = 1",
    "WITH INSERT": "with b as (select 1 as id) insert into a select id from b",
    "WITH DELETE in it": "WITH gone AS (DELETE FROM a RETURNING id) SELECT count(*) FROM gone",
    "WITH RECURSIVE": "WITH RECURSIVE b(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM b) DELETE FROM a",
    "a comment before": "/* ticket 12 */ UPDATE a SET x = 1",
    "a comment in a comment": "/* one /* two */ SELECT */ UPDATE a SET x = 1",
    "lines of comments": "-- first\n# second\n\n-- SELECT\nUPDATE a SET x = 1",
    "a comment that is run": "/*!50001 ALTER TABLE a ADD x INT */",
    "a comment that MariaDB runs": "/*M!100100 UPDATE a SET x = 1 */",
    "CALL": "CALL p()",
    "CALL with a schema": "CALL lab.p(1, 'x')",
    "SELECT of a function that writes": "SELECT writes(3)",
    "SELECT of one that calls it": "SELECT x, public.through(1) FROM a",
    "DO of one": "DO writes(1)",
    "SET to one": "SET @x = writes(1)",
    "SELECT of one without its head": "SELECT own(1)",
    "CALL of one without its head": "CALL mine()",
    "SELECT INTO": "SELECT * INTO b FROM a",
    "SELECT INTO from the catalogue": "SELECT relname INTO b FROM pg_class",
    "WITH SELECT INTO": "WITH c AS (SELECT 1 AS id) SELECT id INTO TABLE b FROM c",
    "REPLACE": "REPLACE INTO a VALUES (1)",
    "LOAD DATA": "LOAD DATA INFILE '/x' INTO TABLE a",
    "COPY FROM": "COPY a FROM STDIN",
    "EXPLAIN ANALYZE UPDATE": "EXPLAIN ANALYZE UPDATE a SET x = 1",
    "EXPLAIN (ANALYZE)": "EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM a",
    "EXPLAIN ANALYZE WITH": "EXPLAIN ANALYZE VERBOSE WITH b AS (DELETE FROM a RETURNING 1) SELECT 1",
    "MariaDB's ANALYZE": "ANALYZE FORMAT=JSON UPDATE a SET x = 1",
    "SET STATEMENT": "SET STATEMENT max_statement_time=1 FOR UPDATE a SET x = 1",
    "several": "SELECT 1; UPDATE a SET x = 1",
    "several, the last is none": "UPDATE a SET x = 1; SELECT 1;",
    "a transaction by hand": "BEGIN; DELETE FROM a; COMMIT",
    "a block": "BEGIN NOT ATOMIC UPDATE a SET x = 1; END",
    "EXECUTE": "EXECUTE prepared",
    "EXECUTE IMMEDIATE": "EXECUTE IMMEDIATE 'DROP TABLE a'",
    "mentions the version table in a string": "INSERT INTO a (note) VALUES ('alembic_version')",
    "in a comment": "UPDATE a SET x = 1 -- alembic_version",
    "in another table's name": "INSERT INTO alembic_version_history VALUES (1)",
    "in another one's column": "CREATE TABLE deployments (alembic_version VARCHAR(32))",
    "the version table by hand": "UPDATE alembic_version SET version_num = 'abc'",
    "the version table dropped": "DROP TABLE alembic_version",
    "the version table altered": "ALTER TABLE alembic_version ALTER COLUMN version_num TYPE VARCHAR(64)",
    "RENAME": "RENAME TABLE a TO b",
    "REFRESH": "REFRESH MATERIALIZED VIEW v",
    "PRAGMA user_version": "PRAGMA user_version = 5",
    "unknown": "SECURITY LABEL ON TABLE a IS 'x'",
    "a backslash": r"INSERT INTO a VALUES ('it\'s; -- '); SELECT 1",
    "in brackets": "(SELECT 1); ((UPDATE a SET x = 1))",
}
HARMLESS = {
    "SELECT": "SELECT 1",
    "SELECT in brackets": "(SELECT 1) UNION (SELECT 2)",
    "SELECT FOR UPDATE": "SELECT x FROM a WHERE id = 1 FOR UPDATE",
    "SELECT FOR NO KEY UPDATE": "SELECT x FROM a FOR NO KEY UPDATE",
    "a string": "SELECT 'UPDATE a; DELETE FROM a'",
    "a comment": "SELECT 1 -- ; DELETE FROM a",
    "a comment within": "SELECT /* ; DELETE FROM a */ 1",
    "a quoted name": 'SELECT "update", `delete` FROM "insert into"',
    "functions": "SELECT replace(x, 'a', 'b'), insert('a', 1, 1, 'b') FROM (SELECT (replace(y, 'a', '')) FROM b)",
    "a function that reads": "SELECT reads(1)",
    "a function of nobody's": "SELECT count(*), now() FROM a",
    "an extension's function": "SELECT uuid_generate_v4()",
    "WITH": "WITH b AS (SELECT 1) SELECT * FROM b",
    "into a variable": "SELECT x INTO @x FROM a",
    "into a file": "SELECT x INTO OUTFILE '/tmp/x' FROM a",
    "VALUES": "VALUES (1), (2)",
    "SHOW": "SHOW TABLES",
    "VACUUM": "VACUUM (FULL) a",
    "ANALYZE": "ANALYZE a",
    "ANALYZE TABLE": "ANALYZE TABLE a",
    "ANALYZE LOCAL TABLE": "ANALYZE LOCAL TABLE a",
    "SET": "SET lock_timeout = '2s'",
    "SET SESSION": "SET SESSION sql_mode = ''",
    "RESET": "RESET ALL",
    "PRAGMA": "PRAGMA foreign_keys=ON",
    "LOCK": "LOCK TABLE a IN ACCESS EXCLUSIVE MODE",
    "EXPLAIN": "EXPLAIN UPDATE a SET x = 1",
    "EXPLAIN (ANALYZE off)": "EXPLAIN (ANALYZE off, COSTS) UPDATE a SET x = 1",
    "EXPLAIN ANALYZE SELECT": "EXPLAIN ANALYZE SELECT * FROM a",
    "EXPLAIN QUERY PLAN": "EXPLAIN QUERY PLAN DELETE FROM a",
    "DESCRIBE": "DESCRIBE a",
    "transaction": "START TRANSACTION; SAVEPOINT x; RELEASE SAVEPOINT x",
    "DO that looks": "DO $$ BEGIN IF EXISTS (SELECT 1 FROM a) THEN RAISE NOTICE 'cannot UPDATE'; END IF; END $$",
    "DO SLEEP": "DO SLEEP(0)",
    "CALL of one that reads": "CALL looks()",
    "COPY TO": "COPY a TO STDOUT",
    "COPY of a query": "COPY (SELECT x FROM a) TO STDOUT",
    "LOAD a library": "LOAD 'auto_explain'",
    "EXECUTE IMMEDIATE SELECT": "EXECUTE IMMEDIATE 'SELECT 1'",
    "dollars": "SELECT $$ UPDATE a SET x = 1; $$",
    "nothing": " ; -- nothing",
}


def routine(kind: str, definition: str) -> dict[str, Any]:
    """A function or a procedure as a reader has it."""
    return {"kind": kind, "definition": definition, "columns": {}}


SCHEMA: Schema = {
    "a": {"kind": "table"},  # type: ignore[typeddict-item]
    "writes(integer)": routine(
        "function",
        "CREATE OR REPLACE FUNCTION public.writes(n integer) RETURNS integer LANGUAGE plpgsql"
        " AS $function$ BEGIN INSERT INTO a VALUES (n); RETURN 1; END $function$",
    ),  # type: ignore[typeddict-item]
    "through": routine("function", "CREATE DEFINER=`root`@`%` FUNCTION `through`(n int) RETURNS int RETURN writes(n)"),  # type: ignore[typeddict-item]
    "reads": routine(
        "function",
        "CREATE DEFINER=`root`@`%` FUNCTION `reads`(n int) RETURNS int READS SQL DATA"
        " BEGIN DECLARE x INT; SELECT replace(max(x), 'a', '') INTO x FROM a; RETURN x; END",
    ),  # type: ignore[typeddict-item]
    "uuid_generate_v4()": routine(
        "function", "CREATE FUNCTION public.uuid_generate_v4() RETURNS uuid LANGUAGE c AS '$libdir/uuid-ossp', 'x'"
    ),  # type: ignore[typeddict-item]
    # As the readers have them: the head is told apart.
    "own(integer)": routine(
        "function", "(a integer) RETURNS integer LANGUAGE sql AS $function$ UPDATE a SET x = 1 $function$"
    ),  # type: ignore[typeddict-item]
    "mine": routine("procedure", "() UPDATE a SET x = 1"),  # type: ignore[typeddict-item]
    "looks": routine("procedure", "CREATE PROCEDURE looks() BEGIN SELECT count(*) FROM a; END"),  # type: ignore[typeddict-item]
}


def sent(sql: str, error: str | None = None, **more: Any) -> Statement:
    """A statement as the recorder files it."""
    return {"sql": sql, "parameters": None, "ms": 1.0, "error": error, "step": "", **more}  # type: ignore[typeddict-item]


@pytest.mark.parametrize("sql", CHANGING.values(), ids=CHANGING.keys())
def test_a_statement_that_changes_something_is_seen(sql: str) -> None:
    """Whatever stands before its verb and however it is wrapped, and whatever it mentions."""
    assert changed_something(sent(sql), SCHEMA)
    assert not is_bookkeeping(sql)
    assert not asks_the_catalogue(sql)


@pytest.mark.parametrize("sql", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_statement_that_changes_nothing_is_none(sql: str) -> None:
    """Questions, settings, locks and statistics leave everything as it was, whatever words they hold."""
    assert not changed_something(sent(sql), SCHEMA)


@pytest.mark.parametrize(
    ("sql", "changed"),
    [
        ("UPDATE a SET x = replace(x, 'a', 'b') WHERE id = 99", False),
        ("WITH b AS (SELECT 1) DELETE FROM a WHERE id = 99", False),
        # The inner one may have found rows.
        ("WITH b AS (DELETE FROM a RETURNING id) UPDATE a SET x = 1 WHERE id = 99", True),
        # The count is the last one's.
        ("UPDATE a SET x = 1; UPDATE a SET x = 2 WHERE id = 99", True),
        # What MySQL says of an ALTER TABLE.
        ("ALTER TABLE a ADD x INT", True),
    ],
)
def test_a_statement_that_found_no_row_changed_none(sql: str, changed: bool) -> None:
    """The driver's count decides where it is of the one statement that was sent."""
    assert changed_something(sent(sql, rows=0), SCHEMA) is changed


@pytest.mark.parametrize(
    ("sql", "error", "changed"),
    [
        ("UPDATE a SET x = 1", "no", False),
        ("UPDATE a SET x = 1; ALTER TABLE a ADD x INT", 'column "x" of relation "a" already exists', True),
        ("SELECT 1; ALTER TABLE a ADD x INT", 'column "x" of relation "a" already exists', False),
        # PostgreSQL reads the whole string before it begins.
        ("UPDATE a SET x = 1; CREAT TABLE b (id INT)", 'syntax error at or near "CREAT"', False),
        ("CREATE TABLE b (id INT); DROP TABLE a", "You have an error in your SQL syntax; check the manual", False),
        ("CREATE TABLE b (id INT); DROP TABLE a", "You can only execute one statement at a time.", False),
        ("UPDATE a SET x = 1; UPDATE a SET nope = 1", POINTED.format(" " * 41), True),
        ("UPDATE a SET x = 1; UPDATE a SET nope = 1", POINTED.format(" " * 15), False),
    ],
)
def test_of_several_statements_those_before_the_error_ran(sql: str, error: str, changed: bool) -> None:
    """The engine points at the place; where it does not, it is not the first."""
    assert changed_something(sent(sql, error), SCHEMA) is changed


BOOKS = (
    "CREATE TABLE TABLE_ (\n\tversion_num VARCHAR(32) NOT NULL, \n"
    "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)\n\n",
    "CREATE TABLE TABLE_ (\n\tversion_num VARCHAR(32) NOT NULL\n)",
    "INSERT INTO TABLE_ (version_num) VALUES ('0001')",
    "INSERT INTO TABLE_ (version_num) VALUES ('0001') RETURNING TABLE_.version_num",
    "INSERT INTO TABLE_ (version_num) VALUES ('0001') RETURNING version_num",
    "UPDATE TABLE_ SET version_num='0002' WHERE TABLE_.version_num = '0001'",
    "DELETE FROM TABLE_ WHERE TABLE_.version_num = '0001'",
    "DELETE FROM TABLE_",
    "SELECT TABLE_.version_num \nFROM TABLE_",
)
TABLES = ("alembic_version", "lab.alembic_version", '"My ""own"" books".alembic_version', "`my-books`.alembic_version")


@pytest.mark.parametrize("table", TABLES)
def test_what_alembic_sends_is_bookkeeping(table: str) -> None:
    """Making the version table, and reading and writing it, with a schema and without, in each dialect's quotes."""
    for sql in BOOKS:
        assert is_bookkeeping(sql.replace("TABLE_", table)), sql
