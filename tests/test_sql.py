"""The SQL that each dialect is given, without any server."""

from __future__ import annotations

import pytest

from lab_app.runner.preview import preview
from lab_app.scenario import catalogue


def statements(scenario: str, attempt: str) -> dict[str, list[str]]:
    """An attempt's statements by engine, each on one line."""
    file = catalogue.load(catalogue.find(scenario))
    title = next(each.title for each in file.attempts if each.name == attempt)
    written = dict(preview(scenario)[1])[title]
    return {engine: [" ".join(sql.split()) for sql in lines] for engine, lines in written.items()}


def test_create_all_sends_nothing_for_a_table_that_exists() -> None:
    """No engine is given anything."""
    assert statements("add_age", "create_all") == {"sqlite": [], "postgresql": [], "mysql": [], "mariadb": []}


def test_create_all_creates_a_missing_table_and_its_index() -> None:
    """The key is SERIAL on PostgreSQL, AUTO_INCREMENT on MySQL and MariaDB, and plain on SQLite."""
    index = "CREATE INDEX ix_course_title ON course (title)"

    def table(key: str) -> str:
        return f"CREATE TABLE course ( id {key}, title VARCHAR(100), CONSTRAINT pk_course PRIMARY KEY (id) )"

    assert statements("create_all", "add_table") == {
        "sqlite": [table("INTEGER NOT NULL"), index],
        "postgresql": [table("SERIAL NOT NULL"), index],
        "mysql": [table("INTEGER NOT NULL AUTO_INCREMENT"), index],
        "mariadb": [table("INTEGER NOT NULL AUTO_INCREMENT"), index],
    }


def test_a_column_is_added_and_dropped_in_each_dialect() -> None:
    """SQLite adds the column in place, and copies the table to drop it."""
    add, drop = "ALTER TABLE student ADD COLUMN age INTEGER", "ALTER TABLE student DROP COLUMN age"
    written = statements("add_age", "round_trip")

    assert written["postgresql"] == written["mysql"] == written["mariadb"] == [add, drop, add]
    assert written["sqlite"] == [
        add,
        "CREATE TABLE _alembic_tmp_student ( id INTEGER NOT NULL, name VARCHAR(100), email VARCHAR(100), "
        "course VARCHAR(50), CONSTRAINT pk_student PRIMARY KEY (id) )",
        "INSERT INTO _alembic_tmp_student (id, name, email, course) "
        "SELECT student.id, student.name, student.email, student.course FROM student",
        "DROP TABLE student",
        "ALTER TABLE _alembic_tmp_student RENAME TO student",
        add,
    ]


def test_a_type_is_changed_in_each_dialect() -> None:
    """PostgreSQL says how to convert, MySQL and MariaDB restate the column, SQLite casts into a copy."""
    written = statements("batch_mode", "number_in_batch")

    assert written["postgresql"] == ["ALTER TABLE student ALTER COLUMN age TYPE INTEGER USING age::integer"]
    assert written["mysql"] == written["mariadb"] == ["ALTER TABLE student MODIFY age INTEGER NULL"]
    assert "CAST(student.age AS INTEGER) AS age" in written["sqlite"][1]


def test_what_needs_a_database_says_so() -> None:
    """A migration that reads rows cannot be written out: what comes before it is, and then a line that says why."""
    written = statements("batch_mode", "number_by_hand")

    for engine in ("postgresql", "mysql", "mariadb"):
        *before, last = written[engine]
        assert before[0] == "ALTER TABLE student ADD COLUMN age_number INTEGER"
        assert last.startswith("-- without a database it stops here: ")


@pytest.mark.slow
@pytest.mark.parametrize("name", list(catalogue.files()))
def test_every_scenario_can_be_written_out(name: str) -> None:
    """Each scenario has a preview for each attempt and engine, whatever its migrations do."""
    title, attempts = preview(name)

    assert title
    assert [set(engines) for _, engines in attempts] == [{"sqlite", "postgresql", "mysql", "mariadb"}] * len(attempts)
