"""The cause behind a failure, and the words in which a person reads it."""

from __future__ import annotations

import pytest

from lab_app.check.answers import Answer, Failure, Place, Sent
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings import causes
from lab_app.check.findings.find import find
from lab_app.check.findings.found import Findings, Found
from lab_app.check.findings.lines import all_in_words, in_words
from lab_app.check.findings.model_lines import as_said, told_once

pytestmark = pytest.mark.fast


def failure(message: str, code: str | None = None, sql: str = "") -> Failure:
    """A failure as an engine says it."""
    return Failure("OperationalError", code, message, sql, None)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("database is locked", None),
        ("canceling statement due to lock timeout", "55P03"),
        ('(1205, "Lock wait timeout exceeded; try restarting transaction")', "1205"),
    ],
)
def test_a_lock_is_known_on_every_engine(message: str, code: str | None) -> None:
    """Each engine says in its own words that somebody else holds what a statement waits for."""
    assert causes.waits_for_itself(failure(message, code))


@pytest.mark.parametrize(
    ("message", "extension"),
    [
        ('extension "vector" is not available', "vector"),
        ('type "geometry" does not exist\nLINE 1: ALTER TABLE t ADD COLUMN g geometry(LINESTRING,4326)', "postgis"),
        ('type "record_types" does not exist', None),
    ],
)
def test_an_extension_is_known_by_its_types(message: str, extension: str | None) -> None:
    """A project may count on an extension that nobody makes; a type of its own that is missing is its fault."""
    assert causes.extension_not_there(failure(message, "42704")) == extension


@pytest.mark.parametrize("code", ["1005", None])
def test_a_malformed_key_is_to_a_table_that_is_missing(code: str | None) -> None:
    """MariaDB names it in the statement alone; an error that a revision caught has its code in its words."""
    told = failure("(1005, 'errno: 150')", code, "CREATE TABLE t (a INT, FOREIGN KEY(a) REFERENCES realm (id))")
    assert causes.table_not_there(told) == "realm"


def test_a_code_stands_behind_its_text_and_a_scratch_database_has_no_name() -> None:
    """What one driver of MySQL says as a tuple, and another one with two codes, reads as a sentence."""
    said = (
        """(1146, "Table 'lab_b7ee34d503.pupil' doesn't exist")""",
        "1146 (42S02): Table 'lab_b7ee34d503.pupil' doesn't exist",
    )
    for each in said:
        assert failure(each, "1146").line == "OperationalError: Table 'pupil' doesn't exist (1146)"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("add_column student student.age", "the column student.age is in the models alone"),
        ("remove_index student.ix_name", "the index student.ix_name is in the migrations alone"),
        ("remove_table_comment student", "the table comment student is in the migrations alone"),
        (
            "modify_nullable student age True False",
            "student.age may be NULL, and may not be in the models",
        ),
        ("modify_type student age VARCHAR(length=4) a b", "modify_type student age VARCHAR(length=4) a b"),
        ("- check student (age >= 0)", "the check student (age >= 0) is in the models alone"),
        ("+ view names select 1", "the view names select 1 is in the migrations alone"),
        ("~ student.id autoincrement no → yes", "student.id autoincrement no in the models, yes in the migrations"),
    ],
)
def test_a_difference_from_the_models_reads_as_words(line: str, words: str) -> None:
    """A line of autogenerate's, or of what create_all() makes; one of another form stays as it is."""
    assert as_said(line) == words


def test_what_autogenerate_sees_is_told_once() -> None:
    """What create_all() makes adds what autogenerate is blind to."""
    seen = ["add_column student student.age", "modify_nullable student name True False", "add_table tag"]
    made = [
        "- column student.age INTEGER", "~ student.name nullable yes → no", "- table tag", "- check student (age > 0)",
        "~ student.name default a → none",
    ]  # fmt: skip
    assert told_once(seen, made) == [*seen, "- check student (age > 0)", "~ student.name default a → none"]


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (
            """(1005, 'Can\\'t create table `lab_b7ee34d503`.`owner` (errno: 150 "malformed")')""",
            """Can't create table `owner` (errno: 150 "malformed") (1005)""",
        ),
        (
            "Compiler <sqlalchemy.dialects.sqlite.base.SQLiteTypeCompiler object at 0x7f0d832c05d0> can't render "
            "element of type ARRAY (Background on this error at: https://sqlalche.me/e/20/l7de)",
            "Compiler SQLiteTypeCompiler can't render element of type ARRAY",
        ),
        (
            "Can't emit DROP CONSTRAINT for constraint ForeignKeyConstraint(<sqlalchemy.sql.base.DedupeColumn"
            "Collection object at 0x7f7705755cc0>, None, table=Table('permission', MetaData(), "
            "schema=None)); it has no name.",
            "Can't emit DROP CONSTRAINT for constraint ForeignKeyConstraint of permission; it has no name.",
        ),
    ],
)
def test_a_failure_says_nothing_for_developers_of_sqlalchemy(message: str, line: str) -> None:
    """Addresses of objects differ from run to run, and no person needs them."""
    assert failure(message).line == f"OperationalError: {line}"


def test_an_error_without_words_is_its_name() -> None:
    """No colon stands before nothing."""
    assert Failure("AssertionError", None, "", "", None).line == "AssertionError"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("+ table tag", "the table tag is there"),
        ("- column student.age INTEGER", "the column student.age INTEGER is gone"),
        ("~ student.name type VARCHAR(40) → TEXT", "student.name type VARCHAR(40) became TEXT"),
        ("- 3 of 5 rows of student", "3 of 5 rows of student are gone"),
        ("+ 2 rows of student", "2 rows of student are new"),
    ],
)
def test_a_difference_is_said_in_words(line: str, words: str) -> None:
    """No sign stands in a sentence."""
    assert in_words(line) == words


def test_more_differences_are_counted() -> None:
    """The first of several is said, and how many more there are."""
    assert all_in_words(["+ table a", "+ table b"]) == "the table a is there, and 1 more difference"
    assert all_in_words(["+ table a"]) == "the table a is there"


def test_engines_that_say_the_same_say_it_once() -> None:
    """Three engines with one sentence are one sentence; another one stands beside it."""
    findings = Findings()
    for lane, said in (
        ("sqlite", "SQLite: it fails."),
        ("mysql", "MySQL: it fails."),
        ("mariadb", "MariaDB: it ends."),
    ):
        findings.add(Found("refused", "error", (lane,), "0001", "It fails", says=(said,), why="So it is."))
    [told] = findings.documents(["0001"])
    assert told["detail"] == "SQLite and MySQL: it fails.\nMariaDB: it ends.\nSo it is."
    assert told["engines"] == ["sqlite", "mysql", "mariadb"]


def test_a_changed_value_is_not_told_again_as_a_difference() -> None:
    """Where one engine changes a value, it differs from the others: that is one cause."""
    findings = Findings()
    findings.add(
        Found("rows-changed", "error", ("postgresql",), "0002", "", about="item.price"),
        Found("engines-differ", "warning", ("sqlite",), "0002", "", about="value item.price"),
        Found("engines-differ", "warning", ("sqlite",), "0002", "", about="value item.name"),
    )
    findings.fold({"engines-differ": ("rows-changed",)})
    assert [each.about for each in findings.found.values()] == ["item.price", "value item.name"]


@pytest.mark.parametrize(
    ("sent_from", "sql", "line"),
    [
        (None, "", ("/p/migrations/env.py", 41)),
        ("/p/migrations/env.py", "CREATE SCHEMA x", ("/p/migrations/env.py", 41)),
        ("/p/migrations/versions/1.py", "", ("/p/migrations/versions/1.py", 1)),
        (None, "INSERT INTO alembic_version (version_num) VALUES ('1')", ("/p/migrations/versions/1.py", 1)),
    ],
)
def test_an_env_py_that_fails_is_not_the_revisions_fault(
    sent_from: str | None, sql: str, line: tuple[str, int]
) -> None:
    """A commit that fails is seen in env.py, too: then a revision has sent something, or Alembic has noted it."""
    at = Place(sent_from, 9, "versions" in sent_from) if sent_from else None
    failed = Failure("TypeError", None, "unexpected", sql, Place("/p/migrations/env.py", 41, revision=False))
    first = Answer(failed, statements=(Sent("SELECT 1", at, False, 1, None, None),))
    walked = Walked(
        lanes=[LaneRecord("sqlite", "sqlite", "SQLite", transactional_ddl=False)],
        revisions=[Revision("1", (), (), "", "/p/migrations/versions/1.py")],
        loaded={"sqlite": Answer(None)},
        passages={"1": {"sqlite": Passage(first=first)}},
    )
    [told] = find(walked)
    assert (told["file"], told["line"]) == line
    assert told["title"].startswith("env.py fails") is line[0].endswith("env.py")


def test_nothing_seen_is_nothing_found() -> None:
    """A walk that saw nothing has no findings."""
    assert find(Walked()) == []
