"""What is said of engines that were stopped: one cause once, and nothing of what they were never meant for."""

from __future__ import annotations

from pathlib import Path

import pytest
import walks

from lab_app.check.answers import Answer, Failure, Place
from lab_app.check.findings.find import find

pytestmark = pytest.mark.fast

_ALTER = 'op.alter_column("t", "c", nullable=False)'
_ARRAY = "Compiler <SQLiteTypeCompiler object at 0x7f0d832c05d0> can't render element of type ARRAY (Background)"


def test_lines_ahead_of_a_stopped_engine_are_told_once(tmp_path: Path) -> None:
    """Three lines that SQLite will refuse are one finding, at the first of them, that counts the others."""
    history = walks.revisions(tmp_path, "pass", f"{_ALTER}; {_ALTER}", _ALTER)
    seen = walks.walked(history, "sqlite", blocked={"sqlite": "0001"})
    seen.passages["0001"]["sqlite"] = walks.failed(walks.error("no such function: uuid", at=history[0]))
    ahead = [each for each in find(seen) if each["code"] == "no-batch-on-sqlite"]
    assert [(each["revision"], each["line"]) for each in ahead] == [("0002", 7)]
    assert "This engine was stopped before this line and 2 more of its kind, in 2 revisions." in ahead[0]["detail"]


@pytest.mark.parametrize(("at", "models"), [(0, None), (3, _ARRAY)], ids=["at the first", "models do not fit either"])
def test_nothing_is_predicted_for_an_engine_that_is_not_meant(tmp_path: Path, at: int, models: str | None) -> None:
    """A type that the engine lacks, at the beginning or in the models of today, too, ends it with one note."""
    history = walks.revisions(tmp_path, *["op.create_table('t')"] * 4, _ALTER)
    seen = walks.walked(history, "sqlite", blocked={"sqlite": history[at].revision})
    seen.passages[history[at].revision]["sqlite"] = walks.failed(walks.error(_ARRAY, at=history[at]))
    seen.passages[history[0].revision].setdefault("sqlite", walks.passed("0001", changes=2))
    seen.ends["sqlite"] = walks.made(walks.error(models) if models else None)
    assert [(each["code"], each["severity"]) for each in find(seen)] == [("engine-not-meant", "note")]


def test_a_type_met_late_is_a_slip(tmp_path: Path) -> None:
    """Where the engine takes the models, a type that it lacks in one revision is an error."""
    history = walks.revisions(tmp_path, *["op.create_table('t')"] * 4)
    seen = walks.walked(history, "sqlite", blocked={"sqlite": "0004"})
    seen.passages["0004"]["sqlite"] = walks.failed(walks.error(_ARRAY, at=history[3]))
    seen.ends["sqlite"] = walks.made()
    assert [(each["code"], each["severity"]) for each in find(seen)] == [("refused", "error")]


def test_a_history_without_its_start_is_said_first_and_once(tmp_path: Path) -> None:
    """Later revisions that catch an error of the same kind, and their downgrades, come of it; other errors do not."""
    history = walks.revisions(tmp_path, 'op.rename_table("old", "new")', *["pass"] * 3)
    seen = walks.walked(history, "mysql")
    missing = [walks.error(f"Table 'lab_b7ee34d503.{table}' doesn't exist", code="1146") for table in ("old", "policy")]
    there = walks.error("Table 'task' already exists", code="1050")
    for revision, caught in zip(("0002", "0001", "0003", "0004"), (missing[1], missing[0], there, None), strict=True):
        down = walks.error("no such index") if revision == "0002" else None
        seen.passages[revision]["mysql"] = walks.passed(revision, (caught,) if caught else (), down)
    found = [each for each in find(seen) if each["severity"] == "error"]
    assert [(each["code"], each["revision"]) for each in found] == [
        ("needs-a-start", "0001"),
        ("error-swallowed", "0003"),
    ]
    assert "no revision makes old" in found[0]["title"]
    assert "The revision catches the error and goes on, as 1 later one does: 0002." in found[0]["detail"]


@pytest.mark.parametrize(("down", "severity"), [("raise NotImplementedError", "note"), ("int('x')", "error")])
def test_no_way_back_is_no_error_where_the_revision_says_so(tmp_path: Path, down: str, severity: str) -> None:
    """Whoever raises an error in downgrade() knows; an error that comes by itself is one."""
    history = walks.revisions(tmp_path, "pass", down=down)
    seen = walks.walked(history, "postgresql")
    said = Failure("NotImplementedError", None, "not downgradable", "", Place(history[0].file, 11, revision=True))
    seen.passages["0001"]["postgresql"] = walks.passed("0001", down=said)
    assert [(each["code"], each["severity"]) for each in find(seen)] == [("downgrade-refused", severity)]


def test_revisions_without_a_way_back_are_told_once(tmp_path: Path) -> None:
    """The first of them names the others."""
    history = walks.revisions(tmp_path, *["pass"] * 5, down="raise NotImplementedError")
    seen = walks.walked(history, "postgresql")
    for each in history:
        said = Failure("NotImplementedError", None, "", "", Place(each.file, 11, revision=True))
        seen.passages[each.revision]["postgresql"] = walks.passed(each.revision, down=said)
    [found] = find(seen)
    assert found["revision"] == "0001"
    assert found["detail"] == "PostgreSQL: NotImplementedError. So do 0002, 0003, 0004 and 1 more."


def test_a_rollback_in_a_revision_explains_what_alembic_fails_with(tmp_path: Path) -> None:
    """Alembic's own assertion has no words and no line of the revision: the rollback has one."""
    history = walks.revisions(tmp_path, "op.get_bind().rollback()")
    seen = walks.walked(history, "mysql", blocked={"mysql": "0001"})
    seen.passages["0001"]["mysql"] = walks.failed(walks.error("", error="AssertionError"))
    [found] = find(seen)
    assert (found["code"], found["line"]) == ("refused", 7)
    assert "it ends Alembic's transaction" in found["detail"]


@pytest.mark.parametrize(
    ("caught", "code", "title"),
    [
        (True, "error-swallowed", "The downgrade catches an error of the database and goes on"),
        (False, "upgrade-again-refused", "Taken back once, the revision cannot be applied again"),
    ],
)
def test_a_walk_backwards_tells_the_downgrade_from_the_upgrade(
    tmp_path: Path, caught: bool, code: str, title: str
) -> None:
    """An upgrade that fails after its own downgrade is not one that fails; nor is what a downgrade has caught."""
    history = walks.revisions(tmp_path, "pass")
    missing = walks.error("Table 'audit' doesn't exist", code="1146", at=history[0])
    seen = walks.walked(history, "mysql", blocked={"mysql": "0001"})
    seen.taken_back["0001"] = {"mysql": Answer(None, (missing,) if caught else ())}
    seen.passages["0001"]["mysql"] = walks.failed(walks.error("Table 'server' already exists", code="1050"))
    assert [(each["code"], each["title"]) for each in find(seen)] == [(code, title)]
