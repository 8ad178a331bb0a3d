"""Files of SQL that a person gives to a check: split as their programs do, and dumps taken as they were produced."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from lab_app.check.sql_file import read_sql
from lab_app.check.sql_text import Copied, split
from lab_app.engines import BY_NAME
from lab_app.errors import LabError

#: What pg_dump 18, mysqldump 9.7, mariadb-dump 11.8 and sqlite3's .dump wrote of the same small database.
DUMPS = Path(__file__).parent / "data" / "dumps"


def test_sql_is_split_where_a_statement_ends() -> None:
    """Not in texts, names, comments or a function's body."""
    text = """-- one; comment
    INSERT INTO a VALUES ('x;''y', "b;c"); /* none; */
    CREATE FUNCTION f() AS $body$ BEGIN; END; $body$; SELECT 5 - 3 / 2;
    ;
    """
    assert list(split(text)) == [
        """INSERT INTO a VALUES ('x;''y', "b;c")""",
        "CREATE FUNCTION f() AS $body$ BEGIN; END; $body$",
        "SELECT 5 - 3 / 2",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM c; END",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; CASE 1 WHEN 1 THEN SELECT 2; END CASE; END",
    ],
)
def test_a_body_is_one_statement(body: str) -> None:
    """The semicolons inside of it end nothing, and what comes after it is a statement of its own."""
    assert list(split(f"{body};\nSELECT 1;")) == [body, "SELECT 1"]


def test_a_delimiter_ends_statements_until_the_next_one() -> None:
    """As mysql reads it."""
    text = "SELECT 1;\ndelimiter //\nCREATE TRIGGER t BEGIN; x; END//\nDELIMITER ;\nSELECT ';//';"
    assert list(split(text)) == ["SELECT 1", "CREATE TRIGGER t BEGIN; x; END", "SELECT ';//'"]


def test_a_copy_has_the_lines_that_follow_it() -> None:
    """Up to the line that ends it; a command of psql's is no statement, a backslash at a text's end is none either."""
    text = "\\connect\nCOPY a (b) FROM stdin;\n\\N\n\\\\.\n;\n\\.\n\nINSERT INTO a VALUES ('c:\\');\nSELECT E'\\';';"
    assert list(split(text, escapes=False)) == [
        Copied("COPY a (b) FROM stdin", "\\N\n\\\\.\n;\n"),
        "INSERT INTO a VALUES ('c:\\')",
        "SELECT E'\\';'",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("-- nothing\n", "holds no statement. Name a SQL file."),
        ("GRANT ALL ON a TO b;", "holds no statement. Name a SQL file."),
        ("create database x;", "says create database, which is not of one database. Dump one database, with pg_dump"),
        ("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `x`;", "or mysqldump without --databases."),
        ("/*!50001 USE `x`*/;", "says USE, which is not of one database."),
        ("CREATE ROLE x;", "Dump one database: pg_dump, not pg_dumpall."),
    ],
)
def test_sql_that_reaches_out_of_the_database_is_refused(tmp_path: Path, text: str, line: str) -> None:
    """It would be run on the server, beside the scratch database; the line says what to type."""
    (tmp_path / "x.sql").write_text(text)
    with pytest.raises(LabError) as told:
        read_sql(tmp_path / "x.sql", "--from")
    assert line in str(told.value)


@pytest.mark.parametrize(
    ("text", "engines"),
    [
        ("SELECT 1;", "sqlite postgresql mysql mariadb"),
        ("COPY a (b) FROM stdin;\n1\n\\.\n", "postgresql"),
        ("DELIMITER ;;\nSELECT 1;;\n", "mysql mariadb"),
        ("CREATE SCHEMA school;", "postgresql"),
        *((dump.read_text(errors="replace"), engines) for dump, engines in (
            (DUMPS / "sqlite.sql", "sqlite"), (DUMPS / "postgresql.sql", "postgresql"),
            (DUMPS / "mysql.sql", "mysql mariadb"), (DUMPS / "mariadb.sql", "mysql mariadb"),
        )),
    ],
    ids=["plain", "copy", "delimiter", "schema", "sqlite3", "pg_dump", "mysqldump", "mariadb-dump"],
)  # fmt: skip
def test_a_file_is_for_the_engines_that_read_it(tmp_path: Path, text: str, engines: str) -> None:
    """The others are told why it is not sent to them."""
    (tmp_path / "x.sql").write_text(text)
    file = read_sql(tmp_path / "x.sql", "--from")
    assert " ".join(name for name, engine in BY_NAME.items() if not file.why_not(engine)) == engines


@pytest.mark.servers
def test_a_dump_goes_in_as_it_was_produced(database: sa.Engine) -> None:
    """Rows with every sign that a dump escapes, bytes that are no text, triggers, views; an owner that is not there."""
    name = database.dialect.name
    with database.connect() as connection:
        assert read_sql(DUMPS / f"{name}.sql", "--from").put(connection) == ""
        connection.commit()
    with database.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
        rows = connection.exec_driver_sql("SELECT * FROM student ORDER BY id").all()
        assert [row.id for row in rows] == list(range(1, len(rows) + 1))
        if name == "sqlite":
            assert rows[0].name == "Zoë; 100 %"
            connection.exec_driver_sql("INSERT INTO student (name) VALUES ('Eve')")
            assert connection.exec_driver_sql("SELECT name FROM student").scalars().all()[-1] == "EVE"
            return
        assert rows[0].name.startswith("Zoë; ")
        assert bytes(rows[0].data) == b"\xde\xad\xbe\xef"
        assert rows[1].note is None
        assert connection.exec_driver_sql("SELECT count(*) FROM names").scalar() == 3
        connection.exec_driver_sql("UPDATE student SET note = 'loud' WHERE id = 2")
        assert connection.exec_driver_sql("SELECT note FROM student WHERE id = 2").scalar() == "LOUD"
