"""The list of an exercise and its rows, judged without a database: what each state of a folder is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab_app.check.answers import Answer, Failure, Place, Sent
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State
from lab_app.evidence.types import Schema
from lab_app.exercise.declared import BackGoal, Exercise, ModelGoal, RevisionsGoal, RowsGoal, Start
from lab_app.learn.checks import checks_of_files
from lab_app.learn.outcome import back_and_again, upgraded
from lab_app.learn.rows import row_difference
from lab_app.learn.seen import Check, Files, Seen
from lab_app.learn.structure import in_words, unmet

pytestmark = pytest.mark.fast

START = {"0001": "revision = '0001'"}
NEW = {**START, "0002": "revision = '0002'"}
ADA = {"id": 1, "name": "Ada"}


def schema(*columns: str, nullable: bool = True, table: str = "student") -> Schema:
    """A table with these columns, the key ``id`` among them."""
    found: Any = {
        name: {
            "type": "INTEGER" if name in ("id", "age") else "VARCHAR(100)", "nullable": nullable and name != "id",
            "default": None, "autoincrement": False, "computed": None, "comment": None,
        }
        for name in columns
    }  # fmt: skip
    return {
        table: {
            "kind": "table", "columns": found, "primary_key": ["id"], "unique": [], "foreign_keys": [], "checks": [],
            "indexes": [], "comment": None,
        }
    }  # fmt: skip


def database(*rows: dict[str, Any], revisions: tuple[str, ...] = ("0001",), columns: tuple[str, ...] = ()) -> State:
    """A database with a table of students; its columns are those of the first row."""
    names = columns or tuple(rows[0])
    data = TableData(dict.fromkeys(names, "TEXT"), ["id"], [tuple(row.values()) for row in rows], len(rows))
    return State(schema(*names), {"student": data}, list(revisions))


EMPTY = State({}, {}, [])
BEFORE = database(ADA)
AFTER = database({**ADA, "age": None}, revisions=("0002",))


def answer(*sent: Sent, failure: Failure | None = None, **said: Any) -> Answer:
    """What came of a step."""
    return Answer(failure, statements=sent, said=said)


def failed(message: str = "no", error: str = "OperationalError") -> Failure:
    """What ended a step."""
    return Failure(error, None, message, "", None)


def sent(*, through: bool = True) -> Sent:
    """A statement of revision 0002's that changes something, and whether it went through."""
    return Sent("ALTER TABLE", Place("0002.py", 9, revision=True), True, 1, None, 1.0 if through else None)


def history(*revisions: tuple[str, tuple[str, ...]], heads: tuple[str, ...]) -> Answer:
    """An app that was loaded, with its history."""
    found = [{"revision": one, "parents": parents, "message": "", "file": f"{one}.py"} for one, parents in revisions]
    return answer(revisions=found, heads=list(heads))


LOADED = history(("0001", ()), ("0002", ("0001",)), heads=("0002",))
OLD = history(("0001", ()), heads=("0001",))


def exercise(**more: Any) -> Exercise:
    """Exercise 3, as far as it is judged."""
    texts = dict.fromkeys(("title", "summary", "task", "level", "scenario", "why", "tempting", "begin"), "")
    goals = {
        "start": Start(rows_at="0001"),
        "models": (ModelGoal("the model has age", "student", "age", ("integer",), nullable=True),),
        "revisions": RevisionsGoal("one new revision"),
        "back": BackGoal(to="0001"),
    }
    return Exercise("x", Path(), 3, points=(), hints=(), **{**texts, "command": "migrate", **goals, **more})


def seen(**more: Any) -> Seen:
    """What SQLite saw of a right solution, with what is different."""
    right = {
        "start": BEFORE, "before": BEFORE, "loaded": LOADED, "made": answer(), "models": AFTER, "up": answer(sent()),
        "after": AFTER, "query": answer(), "down": answer(sent()), "back": BEFORE, "again": answer(sent()),
        "after_again": AFTER,
    }  # fmt: skip
    return Seen("sqlite", "SQLite", **{**right, **more})


def files(**more: Any) -> Files:
    """The files of a right solution, with what is different."""
    return Files(**{"app": "new", "app_at_start": "old", "revisions": NEW, "revisions_at_start": START, **more})


def first_wrong(task: Exercise, own: Files, evidence: Seen) -> Check:
    """The first line that is not met."""
    return next((check for check in checks_of_files(task, own, evidence) if check.code), Check("nothing is wrong"))


def test_a_right_solution_has_nothing_wrong() -> None:
    """Every line is met, and both ways lead where they should."""
    assert first_wrong(exercise(), files(database=AFTER), seen()).code is None
    assert upgraded(exercise(), seen()).code is None
    assert back_and_again(exercise(), seen()).code is None


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (BEFORE, "no-revision"),
        (None, "database-deleted"),
        (database(columns=("id", "name", "age"), revisions=()), "database-deleted"),
        (database(ADA, revisions=()), "stamped"),
        (database({**ADA, "age": None}), "made-by-hand"),
        (database({"id": 2, "name": "Zoë"}), "own-rows-lost"),
        (database({**ADA, "name": "Eve"}), "own-rows-changed"),
        (database(ADA, revisions=("0002",)), "unknown-revision"),
    ],
)
def test_a_database_that_no_revision_made_is_told_before_a_migration_is_asked_for(own: State | None, code: str) -> None:
    """Where flask db migrate would find nothing, or fail, nobody is told to type it."""
    evidence = seen(loaded=OLD, up=answer(), after=BEFORE, after_again=BEFORE)
    assert first_wrong(exercise(), files(revisions=START, database=own), evidence).code == code


def test_rows_that_a_learner_has_added_are_nobodys_business() -> None:
    """A row that came besides is the learner's own."""
    own = database(ADA, {"id": 2, "name": "Zoë"})
    evidence = seen(loaded=OLD, up=answer(), after=BEFORE, after_again=BEFORE)
    assert first_wrong(exercise(), files(revisions=START, database=own), evidence).code == "no-revision"


def test_a_table_that_was_there_before_the_first_revision() -> None:
    """Without a database at the start, the file is deleted; what is typed then is what comes next."""
    task = exercise(start=Start(database=False), models=(), rows=RowsGoal(begin="empty"))
    evidence = seen(start=EMPTY, before=EMPTY, loaded=history(heads=()), up=answer(), after=EMPTY)
    own = database(ADA, revisions=())
    found = first_wrong(task, files(revisions={}, revisions_at_start={}, database=own), evidence)
    assert (found.code, found.command) == ("made-before", "migrate")
    found = first_wrong(task, files(revisions_at_start={}, database=own), evidence)
    assert (found.code, found.command) == ("made-before", "flask db upgrade")


def test_an_exercise_that_begins_with_a_failure_is_mended_by_hand() -> None:
    """There, a database that is not as at the start is no mistake."""
    task = exercise(start=Start(rows_at="0001", at="0002", fails=True))
    evidence = seen(loaded=OLD, up=answer(), after=BEFORE, after_again=BEFORE)
    own = database({**ADA, "age": None})
    assert first_wrong(task, files(revisions=START, database=own), evidence).code == "no-revision"


def test_what_a_failed_upgrade_left_is_not_called_edited() -> None:
    """What stayed of an upgrade that failed half-way is in school.db, too; it is told what happened."""
    left = database({**ADA, "age": None})
    evidence = seen(up=answer(sent(), failure=failed()), after=left)
    assert first_wrong(exercise(), files(database=left), evidence).code == "half-applied"


def test_a_stamp_is_told_with_what_takes_it_back() -> None:
    """The newest revision is noted, and the tables are those of the start."""
    found = first_wrong(exercise(), files(database=database(ADA, revisions=("0002",))), seen())
    assert (found.code, found.command) == ("stamped", "flask db stamp --purge 0001")


def test_tables_that_are_neither_as_at_the_start_nor_as_made() -> None:
    """A column too many at the newest revision is not the stamp's doing."""
    own = database({**ADA, "age": None, "phone": ""}, revisions=("0002",))
    assert first_wrong(exercise(), files(database=own), seen()).code == "edited-by-hand"


def test_nobody_is_told_to_apply_a_revision_that_loses_something() -> None:
    """What SQLite's scratch database shows comes before "apply it"; a right revision is to be applied."""
    assert first_wrong(exercise(), files(database=BEFORE), seen()).code == "not-applied"
    lossy = seen(after=database({"id": 1, "name": None, "age": None}, revisions=("0002",)))
    assert first_wrong(exercise(), files(database=BEFORE), lossy).code == "rows-changed"
    assert first_wrong(exercise(), files(database=lossy.after), lossy).code is None  # the engines' lines say it


def test_a_statement_that_failed_has_not_gone_through() -> None:
    """Refused at once, or taken back: it depends on whether anything had run before."""
    at_once = seen(up=answer(sent(through=False), failure=failed()), after=BEFORE)
    later = seen(up=answer(sent(), sent(through=False), failure=failed()), after=BEFORE)
    assert upgraded(exercise(), at_once).word == "refused"
    assert upgraded(exercise(), later).word == "rolled back"


@pytest.mark.parametrize(
    ("unmigrated", "code"),
    [(answer(failure=failed("no such column: student.age")), "passes-over"), (answer(), "creates-tables")],
)
def test_what_create_all_does_not_do_is_seen(unmigrated: Answer, code: str) -> None:
    """An app that still calls it is told what came of it on the rows that are there."""
    task = exercise(setup={"no_create_all": "loading app.py makes no table"})
    found = first_wrong(task, files(database=BEFORE), seen(left=("student",), unmigrated=unmigrated))
    assert found.code == code
    untouched = files(app="old", revisions=START, database=BEFORE)
    assert first_wrong(task, untouched, seen(left=("student",))).code == "not-begun"


def test_migrate_without_the_models_is_not_set_up() -> None:
    """Migrate(app) loads, and knows no model."""
    task = exercise(setup={"migrate": "the app has Flask-Migrate"})
    evidence = seen(made=answer(failure=failed(error="LookupError")))
    assert first_wrong(task, files(database=BEFORE), evidence).code == "not-set-up"


def test_an_app_that_python_does_not_take_comes_first() -> None:
    """Nothing is said to be right of an app that was not loaded."""
    task = exercise(setup={"migrate": "the app has Flask-Migrate"})
    lines = list(checks_of_files(task, files(), seen(loaded=answer(failure=failed(error="SyntaxError")))))
    assert lines[0].code == "does-not-load"


MERGE = RevisionsGoal("one new revision follows both", parents=("0002a", "0002b"))
TWO = {"0001": "a", "0002a": "b", "0002b": "c"}


@pytest.mark.parametrize(
    ("third", "own", "code"),
    [
        (None, ("0001",), "not-begun"),
        (None, ("0002a", "0002b"), "several-heads"),
        (("0002a",), ("0001",), "wrong-parents"),
        (("0002b", "0002a"), ("0001",), "not-applied"),
    ],
)
def test_two_heads_are_brought_together(third: tuple[str, ...] | None, own: tuple[str, ...], code: str) -> None:
    """Both must be followed, in whichever order; applying both is not enough."""
    revisions = [("0001", ()), ("0002a", ("0001",)), ("0002b", ("0001",))]
    revisions += [("0003", third)] if third else []
    heads = ("0003",) if third and len(third) == 2 else ("0002a", "0002b")
    has = files(
        app="old", revisions={**TWO, **({"0003": "d"} if third else {})}, revisions_at_start=TWO,
        database=replace(BEFORE, revisions=list(own)),
    )  # fmt: skip
    evidence = seen(loaded=history(*revisions, heads=heads))
    assert first_wrong(exercise(models=(), revisions=MERGE), has, evidence).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("x = 1", "not-begun"), ("x = 1  # said", "revision-unchanged"), ("x = 2", None)],
)
def test_a_revision_that_must_change_is_not_changed_by_a_comment(text: str, code: str | None) -> None:
    """The program counts, not its text."""
    task = exercise(models=(), revisions=RevisionsGoal("0001 is not as it was", new=0, changed=("0001",)))
    own = files(app="old", revisions={"0001": text}, revisions_at_start={"0001": "x = 1"}, database=BEFORE)
    evidence = seen(loaded=OLD, up=answer(), after=BEFORE, after_again=BEFORE)
    assert first_wrong(task, own, evidence).code == code


def test_values_that_were_entered_meanwhile_must_be_there_again() -> None:
    """Ages that stand in the revision are those of the start, and no others."""
    entered = database({**ADA, "age": 41}, revisions=("0002",))
    assert back_and_again(exercise(), seen(entered=entered)).code == "again-rows"
    assert back_and_again(exercise(), seen(entered=entered, after_again=entered)).code is None


def test_the_second_upgrade_must_make_the_same_tables() -> None:
    """A table that was kept for the way is cleared up."""
    more = replace(AFTER, schema={**AFTER.schema, **schema("id", table="kept")})
    found = back_and_again(exercise(), seen(after_again=more))
    assert (found.code, found.detail) == ("again-differs", "table kept is there, and should not be")


def test_an_empty_database_must_get_there() -> None:
    """What needs a table that only a downgrade makes fails on a new computer."""
    found = back_and_again(exercise(), seen(from_nothing=answer(failure=failed("no such table"))))
    assert found.code == "new-install-refused"


@pytest.mark.parametrize(("back", "code"), [(EMPTY, None), (BEFORE, "downgrade-differs")])
def test_where_nothing_was_the_downgrade_leaves_nothing(back: State, code: str | None) -> None:
    """The first revision, taken back, leaves no table."""
    task = exercise(rows=RowsGoal(begin="empty"), back=BackGoal())
    assert back_and_again(task, seen(before=EMPTY, back=back)).code == code


def test_a_downgrade_that_does_nothing_is_none() -> None:
    """It neither fails nor takes anything back."""
    assert back_and_again(exercise(), seen(back=AFTER)).code == "no-downgrade"


RENAMED = RowsGoal(renamed={"student.name": "student.full_name"})


@pytest.mark.parametrize(
    ("goal", "row", "wanted"),
    [
        (RENAMED, {"id": 1, "full_name": "Ada"}, ""),
        (RENAMED, {"id": 1, "full_name": None}, "full_name 'Ada'"),
        (RENAMED, {"id": 1, "name": "Ada"}, "full_name 'Ada'"),
        (RowsGoal(), {"id": 1}, "name 'Ada'"),
        (RowsGoal(), {"id": 1, "name": "Ada "}, "name 'Ada'"),
        (RowsGoal(values={"student.course": "x"}), {"id": 1, "name": "Ada", "course": "x"}, ""),
        (RowsGoal(values={"student.course": "x"}), {"id": 1, "name": "Ada", "course": ""}, "course 'x'"),
        (RowsGoal(values={"student.course": "x"}), {"id": 1, "name": "Ada"}, "course 'x'"),
    ],
)
def test_a_row_is_followed_to_where_it_should_be(goal: RowsGoal, row: dict[str, Any], wanted: str) -> None:
    """A value that is gone, or another, is seen beside what is wanted."""
    found = row_difference(goal, BEFORE, database(row))
    assert (found.wanted if found else "") == wanted


def test_a_row_that_is_gone_comes_before_one_that_is_changed() -> None:
    """The worst is told first, with how many there are."""
    before = database(ADA, {"id": 2, "name": "Zoë"})
    found = row_difference(RowsGoal(), before, database({"id": 1, "name": "Eve"}))
    assert found is not None
    assert str(found) == "student, the row id 2, is gone, and 1 more"


@pytest.mark.parametrize(
    ("goal", "lacks"),
    [
        (ModelGoal("", "student", "age"), "student has no age"),
        (ModelGoal("", "teacher"), "there is no table teacher"),
        (ModelGoal("", "student", "name", absent=True), "student still has name"),
        (ModelGoal("", "student", "name", ("integer",)), "student.name is VARCHAR(100), and should be an Integer"),
        (ModelGoal("", "student", "name", length=50), "student.name is VARCHAR(100), and should hold 50 characters"),
        (ModelGoal("", "student", "name", nullable=False), "student.name may be NULL, and should not"),
        (ModelGoal("", "student", checks=1), "student has no CHECK"),
        (ModelGoal("", "student", "name", ("text",), length=100, nullable=True), ""),
    ],
)
def test_what_a_table_lacks_is_one_sentence(goal: ModelGoal, lacks: str) -> None:
    """A beginner reads what is there, and what should be."""
    assert unmet(goal, BEFORE.schema) == lacks


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("+ table kept", "table kept is there, and should not be"),
        ("- column student.age INTEGER", "column student.age INTEGER is missing"),
        ("~ student.age type TEXT → INTEGER", "student.age type TEXT → INTEGER"),
    ],
)
def test_a_difference_is_read_without_its_sign(line: str, words: str) -> None:
    """A sign is for those who read differences every day."""
    assert in_words(line) == words
