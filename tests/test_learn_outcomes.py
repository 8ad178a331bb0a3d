"""What one engine's evidence comes to, and the judgement that is made of it. No database is asked."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from lab_app.check.answers import Answer, Failure, Place, Sent
from lab_app.document.judgement import Judgement
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State
from lab_app.evidence.types import Schema
from lab_app.exercise.declared import BackGoal, Exercise, ModelGoal, RevisionsGoal, RowsGoal, Start
from lab_app.learn.assemble import Place as Where
from lab_app.learn.assemble import assemble
from lab_app.learn.lines import Asked
from lab_app.learn.outcome import back_and_again, upgraded
from lab_app.learn.rows import row_difference
from lab_app.learn.seen import Files, Seen
from lab_app.learn.sentences import sentence
from lab_app.servers import Unavailable

pytestmark = pytest.mark.fast

FILE = "migrations/versions/0002_more.py"
GRACE = "INSERT INTO student (id) VALUES (90)"
WENT = Answer(None)
LOADED = Answer(
    None,
    said={
        "revisions": [
            {"revision": "0001", "parents": [], "message": "one", "file": "migrations/versions/0001_one.py"},
            {"revision": "0002", "parents": ["0001"], "message": "more", "file": FILE},
        ],
        "heads": ["0002"],
    },
)


def database(rows: list[tuple[Any, ...]], *columns: str, at: str = "0001") -> State:
    """A database with one table, student, whose columns are texts; the first is its key."""
    schema: Schema = {
        "student": {
            "kind": "table",
            "columns": {
                name: {
                    "type": "TEXT", "nullable": True, "default": None, "autoincrement": False, "computed": None,
                    "comment": None,
                }
                for name in columns
            },
            "primary_key": [columns[0]], "unique": [], "foreign_keys": [], "checks": [], "indexes": [], "comment": None,
        }
    }  # fmt: skip
    return State(schema, {"student": TableData(dict.fromkeys(columns, "TEXT"), [columns[0]], rows, len(rows))}, [at])


BEFORE = database([(1, "a"), (2, "")], "id", "email")
AFTER = database([(1, "a", None), (2, "", None)], "id", "email", "age", at="0002")


def exercise(**more: Any) -> Exercise:
    """An exercise whose columns come from one new revision."""
    given: dict[str, Any] = {
        "number": 3, "title": "Age", "summary": "", "task": "Do it.", "level": "beginner", "points": (),
        "scenario": "add_age", "hints": ("a", "b", "c"), "why": "It works.", "tempting": "It does not.",
        "begin": "Begin here.", "start": Start(rows_at="0001"), "revisions": RevisionsGoal("one new revision"),
        "back": BackGoal(to="0001"),
    }  # fmt: skip
    return Exercise("age", Path("/nowhere"), **{**given, **more})


def failed(*ran: bool) -> Answer:
    """An answer of a step that an engine refuses; before that so many statements ran, or did not."""
    at = Place(f"/home/ada/age/{FILE}", 12, revision=True)
    sent = tuple(Sent("ALTER TABLE student", at, True, 1, None, 1.0 if each else None) for each in ran)
    return Answer(Failure("OperationalError", None, "no such column: x", "ALTER", at), statements=sent)


def seen(**more: Any) -> Seen:
    """Evidence of an engine on which everything went as it should."""
    changed = Answer(None, statements=(Sent("ALTER TABLE", Place(FILE, 9, revision=True), True, 1, None, 1.0),))
    given: dict[str, Any] = {
        "up": changed, "after": AFTER, "query": WENT, "down": WENT, "back": BEFORE, "again": WENT, "after_again": AFTER,
    }  # fmt: skip
    return Seen("sqlite", "SQLite", BEFORE, BEFORE, LOADED, **{**given, **more})


def test_what_went_as_it_should_is_done() -> None:
    """Nothing is wrong with it, up and down and up again."""
    assert (upgraded(exercise(), seen()).word, back_and_again(exercise(), seen()).word) == ("done", "done")


@pytest.mark.parametrize(
    ("ran", "after", "word"),
    [
        ([], BEFORE, "refused"),
        ([False], BEFORE, "refused"),
        ([True, False], BEFORE, "rolled back"),
        ([True, False], AFTER, "half-applied"),
        ([False], AFTER, "half-applied"),
    ],
)
def test_a_failed_upgrade_has_its_word(ran: list[bool], after: State, word: str) -> None:
    """A statement that failed did not run: one that fails first is refused, and nothing was rolled back."""
    assert upgraded(exercise(), seen(up=failed(*ran), after=after)).word == word


def test_a_failed_upgrade_is_told_with_file_and_line() -> None:
    """The engine's words have the place in front."""
    assert "0002_more.py:12: OperationalError: no such column: x" in upgraded(exercise(), seen(up=failed())).detail


def test_a_project_that_does_not_load_is_said_by_no_engine_twice() -> None:
    """Where a server's probe cannot load it, that is told, and no upgrade."""
    broken = seen()
    broken.loaded = failed()
    assert upgraded(exercise(), broken).code == "does-not-load"


def test_rows_come_before_the_tables() -> None:
    """A row that is gone is told, though the table lacks a column, too."""
    lost = database([(1, "a")], "id", "email", at="0002")
    goal = RowsGoal(schema=(ModelGoal("age", "student", "age"),))
    told = upgraded(exercise(rows=goal), seen(after=lost))
    assert (told.word, told.detail) == ("rows lost", "student, the row id 2, is gone")
    told = upgraded(exercise(rows=goal), seen(after=BEFORE))
    assert (told.word, told.detail) == ("drifted", "student has no age")


def test_a_value_that_is_to_be_emptied_is_null_and_the_others_stay() -> None:
    """The values that are named become NULL; another value that became NULL is changed."""
    goal = RowsGoal(emptied={"student.email": ""})
    right = database([(1, "a"), (2, None)], "id", "email")
    assert row_difference(goal, BEFORE, right) is None
    found = row_difference(goal, BEFORE, database([(1, None), (2, None)], "id", "email"))
    assert found
    assert (found.key, found.seen, found.wanted) == ("id 1", "email NULL", "email 'a'")
    found = row_difference(goal, BEFORE, BEFORE)
    assert found
    assert (found.key, found.seen, found.wanted) == ("id 2", "email ''", "email NULL")


def test_an_empty_database_must_get_the_tables_that_the_exercise_starts_from() -> None:
    """Where the upgrade begins with nothing, the start is what it is compared with."""
    empty = State({}, {}, [])
    goal = exercise(rows=RowsGoal(begin="empty", same_tables=True), back=BackGoal(to=""))
    new = dataclasses.replace(seen(after=BEFORE), before=empty, back=empty, after_again=BEFORE)
    assert upgraded(goal, new).word == "done"
    assert back_and_again(goal, new).word == "done"
    lacking = database([], "id")
    told = upgraded(goal, dataclasses.replace(new, after=lacking))
    assert (told.code, told.detail) == ("drifted", "- column student.email TEXT")
    left = back_and_again(goal, dataclasses.replace(new, back=lacking))
    assert left.code == "downgrade-differs"


@pytest.mark.parametrize(
    ("said", "code"),
    [({GRACE: ""}, None), ({GRACE: "IntegrityError: NOT NULL"}, "keeps-out"), ({}, None)],
)
def test_what_must_be_taken(said: dict[str, str], code: str | None) -> None:
    """A statement that an engine refuses is told with its words; one that was not sent tells nothing."""
    told = upgraded(exercise(rows=RowsGoal(takes=(GRACE,))), seen(tried=said))
    assert told.code == code
    assert told.seen == said.get(GRACE, "")


@pytest.mark.parametrize(
    ("said", "code"),
    [({GRACE: ""}, "lets-in"), ({GRACE: "IntegrityError: CHECK"}, None), ({}, None)],
)
def test_what_must_be_refused(said: dict[str, str], code: str | None) -> None:
    """A statement that an engine takes, and should not, is told."""
    assert upgraded(exercise(rows=RowsGoal(refuses=(GRACE,))), seen(tried=said)).code == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"down": failed()}, "downgrade-refused"),
        ({"back": AFTER}, "no-downgrade"),
        ({"back": database([(1,), (2,)], "id")}, "downgrade-differs"),
        ({"again": failed()}, "again-refused"),
        ({"after_again": database([(1, "a", None)], "id", "email", "age")}, "again-rows"),
        ({"after_again": database([(1, "a", None), (2, None, None)], "id", "email", "age")}, "again-rows"),
    ],
)
def test_a_way_back_has_its_own_words(more: dict[str, Any], code: str) -> None:
    """Each way in which a downgrade, or the second upgrade, goes wrong is another state."""
    assert back_and_again(exercise(), seen(**more)).code == code


def judgement(files: Files | None = None, other: Any = ..., *, goal: Exercise | None = None, **more: Any) -> Judgement:
    """The judgement of SQLite, and of PostgreSQL with it where its evidence is given."""
    where = Where(goal or exercise(), 12, Path("/home/ada/age"), "../bin/flask")
    own = files or Files("app = 2", "app = 1", {"0001": "a", "0002": "b"}, {"0001": "a"}, AFTER)
    first = seen(**more)
    asked = [Asked("sqlite", "SQLite", "3", first)]
    asked += [] if other is ... else [Asked("postgresql", "PostgreSQL", "18", other)]
    return assemble(where, own, first, asked)


def own(at: State | None) -> Files:
    """The learner's files, done, with another database."""
    return Files("app = 2", "app = 1", {"0001": "a", "0002": "b"}, {"0001": "a"}, at)


def test_passed_on_one_is_not_passed_on_all() -> None:
    """Engines that are not up are named; nothing says that all four took it."""
    down = Unavailable(None, "refused", "docker compose up", 0.0)  # type: ignore[arg-type]
    found = judgement(None, down)
    assert (found["state"], found["sentence"]) == ("passed-on-some", "Passed on SQLite; PostgreSQL is not up.")
    assert found["told"]


def test_an_engine_says_what_is_wrong_after_sqlite_has_passed() -> None:
    """The first surprise is the one engine's, with its words, and files are named as a learner sees them."""
    other = dataclasses.replace(seen(up=failed(True), after=BEFORE), name="postgresql", title="PostgreSQL")
    found = judgement(None, other)
    assert found["state"] == "rolled-back"
    assert found["surprise"] is not None
    assert found["surprise"]["engine"] == "PostgreSQL"
    assert found["surprise"]["said"] == f"{FILE}:12: OperationalError: no such column: x"
    assert [engine["progress"] for engine in found["engines"]] == ["passed", "failed"]


def test_rows_that_would_be_lost_are_told_before_the_upgrade_is_typed() -> None:
    """While school.db is whole nobody is told to apply what loses its rows."""
    found = judgement(own(BEFORE), after=database([(1, "a", None)], "id", "email", "age", at="0002"))
    assert (found["state"], found["command"]) == ("rows-lost", "")
    assert found["surprise"] is not None
    assert found["surprise"]["engine"] == "SQLite"
    assert judgement(own(BEFORE))["state"] == "not-applied"


def test_a_database_that_is_gone_is_no_database_yet() -> None:
    """An upgrade would make the tables, and no row."""
    assert judgement(own(None))["state"] == "database-deleted"
    fresh = exercise(start=Start(database=False))
    assert judgement(own(None), goal=fresh)["state"] == "no-database"


def test_a_revision_that_was_written_after_it_was_applied() -> None:
    """school.db notes it and is as it was: the note is taken back, and no table edited."""
    noted = State(BEFORE.schema, BEFORE.rows, ["0002"])
    found = judgement(own(noted))
    assert found["state"] == "stamped"
    assert found["command"] == "../bin/flask db stamp --purge 0001"
    other = database([(1, "a"), (2, "")], "id", "post", at="0002")
    assert judgement(own(other))["state"] == "edited-by-hand"


def test_a_database_put_right_by_hand_does_not_hide_what_the_revision_does() -> None:
    """What an engine lacks after the upgrade comes first: school.db alone is nobody's database."""
    goal = exercise(rows=RowsGoal(schema=(ModelGoal("age", "student", "age"),)))
    found = judgement(own(AFTER), goal=goal, after=BEFORE)
    assert (found["state"], found["sentence"][:31]) == ("drifted", "SQLite does not end where it sh")


def test_servers_wait_where_sqlite_is_enough() -> None:
    """They are not asked then, and nothing says that they are."""
    found = judgement(None, None, again=failed())
    assert [engine["progress"] for engine in found["engines"]] == ["failed", "waiting"]
    assert judgement(None, None)["engines"][1]["progress"] == "asking"


def test_what_an_engine_says_stands_in_one_place() -> None:
    """The line that has failed does not say it once more; a detail of a line names files as a learner sees them."""
    refused = judgement(up=failed())
    assert refused["surprise"] is not None
    assert (refused["checks"][1]["progress"], refused["checks"][1]["detail"]) == ("failed", "")
    assert judgement(down=failed())["checks"][-1]["detail"].startswith(FILE)


def test_an_exercise_has_its_own_sentence_and_command() -> None:
    """The usual ones are replaced, and flask is typed as it is in this shell, once."""
    goal = exercise(sentences={"not-applied": "Note it: {what}."}, commands={"not-applied": "flask db stamp head"})
    found = judgement(own(BEFORE), goal=goal)
    assert (found["sentence"], found["command"]) == ("Note it: now 0001.", "../bin/flask db stamp head")
    assert judgement(own(BEFORE))["command"] == "../bin/flask db upgrade"


def test_a_revision_that_must_be_changed_may_be_replaced_and_not_left_out() -> None:
    """Without its file another one must stand for it; a stamp is no change of it."""
    goal = exercise(revisions=RevisionsGoal("0002 is changed", new=0, changed=("0002",)))
    start = {"0001": "a", "0002": "b"}
    same = Files("app", "app", start, start, BEFORE)
    assert judgement(same, goal=goal)["state"] == "not-begun"
    stamped = Files("app", "app", start, start, AFTER)
    assert judgement(stamped, goal=goal)["state"] == "revision-unchanged"
    left_out = Files("app", "app", {"0001": "a"}, start, AFTER)
    assert judgement(left_out, goal=goal)["state"] == "start-removed"
    replaced = Files("app", "app", {"0001": "a", "0003": "c"}, start, AFTER)
    assert judgement(replaced, goal=goal)["state"] == "passed-on-some"


def test_a_sentence_begins_with_a_capital_and_a_file_name_does_not() -> None:
    """school.db stays school.db at the beginning of a sentence."""
    assert sentence("unknown-revision", what="school.db notes 0002").startswith("school.db notes")
    assert sentence("revision-unchanged", what="the file is as it was").startswith("The file is")
