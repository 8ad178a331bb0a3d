"""What is read of MySQL and MariaDB beyond the pairs: keys that rows go by, questions asked, and odd sessions."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from test_schema_pairs import pairs

from lab_app.evidence.diff import schema_diff
from lab_app.evidence.readers.mysql_body import body
from lab_app.evidence.readers.mysql_column import default_text
from lab_app.evidence.readers.mysql_text import expression, tokens, written
from lab_app.evidence.rows import read_rows
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Schema

both = pytest.mark.parametrize("engine_name", ["mysql", "mariadb"])
only_mysql = pytest.mark.parametrize("engine_name", ["mysql"])
only_mariadb = pytest.mark.parametrize("engine_name", ["mariadb"])


def run(connection: sa.Connection, *statements: str) -> None:
    """Run statements as the driver takes them, with nothing in them a parameter."""
    for statement in statements:
        connection.execution_options(no_parameters=True).exec_driver_sql(statement)


def read_after(database: sa.Engine, *statements: str) -> Schema:
    """The schema after these statements, read through a connection of its own."""
    with database.connect() as connection:
        run(connection, *statements)
    with database.connect() as connection:
        return read_schema(connection)


@both
def test_a_table_costs_one_question_and_the_rest_a_probe(database: sa.Engine) -> None:
    """Each table is asked for its definition; that there is nothing else costs one question more, or two."""
    asked: list[str] = []
    with database.connect() as connection:
        run(connection, *(f"CREATE TABLE t{number} (id INT PRIMARY KEY)" for number in range(7)))
        sa.event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
        read_schema(connection)
    definitions = [question for question in asked if question.startswith("SHOW CREATE TABLE")]
    assert (len(definitions), len(asked) - len(definitions)) in ((7, 1), (7, 2))


@both
@pytest.mark.parametrize("key", ["s(3)", "s DESC", "s"])
def test_rows_are_read_by_the_columns_of_a_key(database: sa.Engine, key: str) -> None:
    """A key of a prefix, or in descending order, is the column as far as rows go."""
    with database.connect() as connection:
        run(
            connection,
            f"CREATE TABLE t (s VARCHAR(9) NOT NULL, PRIMARY KEY ({key}))",
            "INSERT INTO t VALUES ('b'), ('a')",
        )
        schema = read_schema(connection)
        assert schema["t"]["primary_key"] == ["s"]
        assert read_rows(connection, schema)["t"].rows == [("a",), ("b",)]


@only_mariadb
def test_a_key_without_overlaps_is_its_period_too(database: sa.Engine) -> None:
    """Two rows of one id differ in their period, so it is part of the key that rows go by."""
    with database.connect() as connection:
        run(
            connection,
            "CREATE TABLE t (id INT, s DATE, f DATE, PERIOD FOR p (s, f), PRIMARY KEY (id, p WITHOUT OVERLAPS))",
        )
        assert read_schema(connection)["t"]["primary_key"] == ["id", "s", "f"]


@only_mariadb
def test_a_sequence_has_no_rows(database: sa.Engine) -> None:
    """The position of a sequence is no row of a table."""
    with database.connect() as connection:
        run(connection, "CREATE SEQUENCE q", "CREATE TABLE t (id INT PRIMARY KEY)")
        schema = read_schema(connection)
        assert schema["q"]["kind"] == "sequence"
        assert list(read_rows(connection, schema)) == ["t"]


@both
def test_the_session_keeps_its_mode(database: sa.Engine) -> None:
    """Reading a schema leaves the session's sql_mode as it was."""
    with database.connect() as connection:
        run(connection, "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
        read_schema(connection)
        assert connection.exec_driver_sql("SELECT @@sql_mode").scalar_one() == "ANSI_QUOTES,NO_BACKSLASH_ESCAPES"


@both
def test_what_a_person_reads_is_one_line(database: sa.Engine) -> None:
    """Each thing that the fields do not hold is one line with the engine's own word for it."""
    before = read_after(database, "CREATE TABLE student (id INT PRIMARY KEY)", "CREATE TABLE x (id INT)")
    after = read_after(
        database,
        "ALTER TABLE student ENGINE=MyISAM",
        "ALTER TABLE x PARTITION BY HASH (id) PARTITIONS 2",
        "CREATE TRIGGER tr BEFORE INSERT ON student FOR EACH ROW SET NEW.id = 1",
        "CREATE PROCEDURE p(a INT) SELECT a",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM x",
    )
    assert schema_diff(before, after) == [
        "+ event e EVERY 1 DAY DO DELETE FROM x",
        "+ procedure p (a INT) SELECT a",
        "+ trigger student.tr BEFORE INSERT FOR EACH ROW SET NEW.id = 1",
        "~ student engine InnoDB → MyISAM",
        "~ x partition by none → HASH (id) PARTITIONS 2",
    ]


@both
def test_a_percent_sign_and_a_backtick_are_part_of_a_name(database: sa.Engine) -> None:
    """A table may be called anything."""
    assert list(read_after(database, "CREATE TABLE `50%% ``off``` (`100%%` INT)".replace("%%", "%"))) == ["50% `off`"]


@only_mysql
def test_json_is_no_text_on_mysql(database: sa.Engine) -> None:
    """MySQL's JSON holds a document, LONGTEXT with a CHECK the text of one: so the two are different there."""
    with database.connect() as connection:
        run(
            connection,
            "CREATE TABLE t (j JSON, s LONGTEXT CHECK (json_valid(s)))",
            """INSERT INTO t VALUES ('{"b": 1,  "a": 2, "a": 3}', '{"b": 1,  "a": 2, "a": 3}')""",
        )
        assert connection.exec_driver_sql("SELECT j, s FROM t").one() == (
            '{"a": 3, "b": 1}',
            '{"b": 1,  "a": 2, "a": 3}',
        )


@only_mariadb
def test_a_charset_has_a_collation_of_its_own(database: sa.Engine) -> None:
    """CHARACTER SET utf8mb4 is the database's default only where the server's default collation of it is, too."""
    own = "SELECT default_collate_name FROM information_schema.character_sets WHERE character_set_name = 'utf8mb4'"
    schema = read_after(database, "CREATE TABLE t (a VARCHAR(5) CHARACTER SET utf8mb4)")
    with database.connect() as connection:
        collation = connection.exec_driver_sql(own).scalar_one()
    usual = collation == "utf8mb4_uca1400_ai_ci"
    assert schema["t"]["columns"]["a"]["type"] == "VARCHAR(5)" + ("" if usual else f" COLLATE {collation}")


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("(concat(_utf8mb4'it\\'s',`a`))", "concat('it''s', a)"),
        ("(`a` like _utf8mb4'a\\\\_%')", "a like 'a\\_%'"),
        ("((`a b` + 1) > -(5))", '("a b" + 1) > -5'),
        ("nextval(`lab_x`.`q`)", "nextval(q)"),
        ("`a` in (1,2) /*!80023 INVISIBLE */", "a in (1, 2) INVISIBLE"),
        ("_binary'x'", "_binary 'x'"),
    ],
)
def test_an_expression_is_read_as_it_was_meant(printed: str, read: str) -> None:
    """Backslashes, the connection's charset and the database's name are the printer's."""
    assert expression(tokens(printed, "lab_x")) == read


@pytest.mark.parametrize(
    ("printed", "type_", "read"),
    [
        ("'1.50'", "DECIMAL(5,2)", "1.50"),
        ("(1.5)", "DECIMAL(5,2)", "1.50"),
        ("(1.5)", "INT", "2"),
        ("(true)", "TINYINT(1)", "1"),
        ("'1.5'", "DOUBLE", "1.5"),
        ("(1.50)", "DOUBLE", "1.5"),
        ("1e3", "BIGINT", "1000"),
        ("(_utf8mb4'2020-01-01')", "DATETIME(2)", "'2020-01-01 00:00:00.00'"),
        ("current_timestamp(3)", "DATETIME(3)", "CURRENT_TIMESTAMP(3)"),
        ("(now())", "DATETIME", "CURRENT_TIMESTAMP"),
        ("NULL", "INT", None),
        ("'NULL'", "VARCHAR(9)", "'NULL'"),
        ("(5)", "VARCHAR(9)", "'5'"),
        ("((1 + 1))", "INT", "1 + 1"),
    ],
)
def test_a_default_in_brackets_is_its_literal(printed: str, type_: str, read: str | None) -> None:
    """MySQL keeps an expression as such, where a literal would have been brought to the column's type."""
    assert default_text(tokens(printed), type_) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("set new.a = (new.b + 1)", "SET NEW.a = NEW.b + 1;"),
        ("if ((a > 1 or b)) then select 1; end if", "IF a > 1 OR b THEN SELECT 1; END IF"),
        ("select ((a)) from t -- all\n where (x != 'y')", "SELECT (a) FROM t WHERE x <> 'y'"),
        ("RETURN Coalesce(a, 0)", "return COALESCE (a,0)"),
        ('SELECT "it\'s"', "SELECT 'it\\'s'"),
    ],
)
def test_one_body_has_one_spelling(one: str, other: str) -> None:
    """What a person may type otherwise without meaning anything else is levelled."""
    assert written(body(one, "", "")) == written(body(other, "", ""))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SET a = x = (b OR c)", "SET a = x = b OR c"),
        ("SELECT (a + b) * c", "SELECT a + b * c"),
        ("SELECT 1 FROM T", "SELECT 1 FROM t"),
        ("SELECT 'A'", "SELECT 'a'"),
        ("RETURN (SELECT 1)", "RETURN SELECT 1"),
        ("SELECT 'a -- b'", "SELECT 'a'"),
    ],
)
def test_another_body_is_another(one: str, other: str) -> None:
    """What changes a result is not levelled."""
    assert written(body(one, "", "")) != written(body(other, "", ""))


def test_the_pairs_of_these_engines_have_names_of_their_own() -> None:
    """A pair is found again by its engine and its feature."""
    for engine in ("mysql", "mariadb"):
        features = [pair["feature"] for pair in pairs("schema_pairs_mysql.json", engine)]
        assert len({*features}) == len(features)
