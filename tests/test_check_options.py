"""What narrows a check or lets it pass: new revisions alone, what is skipped, known or ignored; and how it begins."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from lab_app.check.evidence import LaneRecord, NotTested, Passage, Revision, Walked
from lab_app.check.ignored import without
from lab_app.check.judged import in_files, is_about_new, new_files, not_reached, since
from lab_app.check.left_out import Skip, sort_out
from lab_app.check.project.own_settings import own_settings
from lab_app.errors import LabError
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State

KINDS = {"app": str, "ignore": list, "middle": bool, "seconds": float, "fail-on": str}


def revision(name: str, *parents: str, file: str = "") -> Revision:
    """A revision with its parents."""
    return Revision(name, parents, (), "", file)


HISTORY = [revision("aa11"), revision("bb22", "aa11"), revision("cc33", "aa11"), revision("dd44", "bb22", "cc33")]


def test_since_leaves_what_comes_after(tmp_path: Path) -> None:
    """A sibling's branch comes after, too; the beginning of an id is enough."""
    assert since(HISTORY, "bb") == {"cc33", "dd44"}
    assert since(HISTORY, "dd44") == set()
    with pytest.raises(LabError, match=r"--since ee is no revision of this history\. Type one of: aa11, bb22"):
        since(HISTORY, "ee")


def git(folder: Path, *words: str) -> None:
    """Run git as somebody."""
    who = ["-c", "user.name=Zoë", "-c", "user.email=zoe@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_new_files_are_those_since_the_branches_parted(tmp_path: Path) -> None:
    """Committed on this branch, or not known to git yet; not what the other branch got, or what was edited."""
    shop = tmp_path / "shop"
    shop.mkdir()
    git(tmp_path, "init")
    for step, name in (("", "old.py"), ("work", "new.py")):
        if step:
            git(tmp_path, "checkout", "-b", step)
        (shop / name).write_text("")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-m", name)
    git(tmp_path, "checkout", "main")
    (shop / "theirs.py").write_text("")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "theirs")
    git(tmp_path, "checkout", "work")
    (shop / "old.py").write_text("edited")
    (shop / "a new ä.py").write_text("")
    found = new_files(shop, "main")
    assert found == {shop / "new.py", shop / "a new ä.py"}
    assert in_files([revision("1", file=str(shop / "new.py")), revision("2", file=str(shop / "old.py"))], found) == {
        "1"
    }
    with pytest.raises(
        LabError, match=r"^--git-base nowhere: .*Type a branch or commit that is here, such as origin/main"
    ):
        new_files(shop, "nowhere")


def test_outside_of_a_repository_git_base_is_refused(tmp_path: Path) -> None:
    """In git's words, with what to type."""
    with pytest.raises(LabError, match="--git-base main: not a git repository"):
        new_files(tmp_path, "main")


def finding(code: str, name: str | None, fingerprint: str = "") -> Any:
    """A finding, as far as it is sorted."""
    return {"code": code, "revision": name, "fingerprint": fingerprint}


def test_findings_are_sorted_out_with_a_reason() -> None:
    """Skipped by the project, known from a file, or not about the new revisions: their number is told, by code."""
    found = [
        finding("a", "1"), finding("a", "2"), finding("b", "2"), finding("c", "2", "f"), finding("d", None),
    ]  # fmt: skip
    skips = (Skip("a", "2", "it is meant"),)
    told, skipped = sort_out(found, lambda each: each["revision"] == "2", skips, {"f": "known from old.json"})
    assert [(each["code"], each["revision"]) for each in told] == [("b", "2")]
    assert [(each["code"], each["because"]) for each in skipped] == [
        ("a", "it is meant"),
        ("c", "known from old.json"),
        ("a", "1 finding is not about the new revisions"),
        ("d", "1 finding is not about the new revisions"),
    ]


def test_a_finding_is_about_new_revisions_when_they_are_its_cause() -> None:
    """A line of theirs, a head that is one of them, a table that they change; what nobody can run is told always."""
    student = {"kind": "table", "columns": {"name": {}}}
    passage = Passage(before=State({"other": {}}, {}, []), after=State({"other": {}, "student": student}, {}, []))  # type: ignore[dict-item,typeddict-item]
    walked = Walked(
        lanes=[LaneRecord("sqlite", "sqlite", "SQLite", transactional_ddl=False)],
        revisions=[revision("1", file="one.py"), revision("2", "1", file="two.py")],
        heads=["1", "2"],
        passages={"1": {}, "2": {"sqlite": passage}},
        judged=frozenset({"2"}),
    )

    def is_new(code: str, name: str | None = None, file: str | None = None, detail: str = "") -> bool:
        return is_about_new(walked, {**finding(code, name), "file": file, "detail": detail})

    assert is_new("rows-lost", "2")
    assert not is_new("rows-lost", "1")
    assert is_new("several-heads")
    assert is_new("downgrade-refused", file="two.py")
    assert not is_new("downgrade-refused", file="one.py")
    assert is_new("models-differ", detail="SQLite: add_column student.age.")
    assert not is_new("models-differ", detail="SQLite: add_column other.age.")
    assert not is_new("half-applied")
    assert is_new("missing-parent", "1")
    walked.heads = ["1"]
    assert not is_new("several-heads")
    walked.judged = None
    assert is_new("half-applied")


def test_engines_on_which_no_new_revision_was_run_are_named() -> None:
    """A pull request is not green there because an old revision fails."""
    walked = Walked(
        lanes=[LaneRecord(name, name, name, transactional_ddl=False) for name in ("sqlite", "mysql")],
        revisions=[revision("1"), revision("2", "1")],
        passages={"2": {"mysql": Passage()}},
        blocked={"sqlite": "1", "mysql": "2"},
        judged=frozenset({"2"}),
    )
    assert not_reached(walked) == [
        NotTested("sqlite", "none of the new revisions was run: 1, which comes before them, fails")
    ]


def test_ignored_columns_are_alike_in_all_rows() -> None:
    """Values that are made anew each time are not compared; a key is, because rows are told apart by it."""
    data = TableData({"id": "INTEGER", "word": "TEXT"}, ["id"], [(1, "x"), (2, "y")], 2, {"id": "1", "word": "2"})
    seen = without(State({}, {"user": data, "other": data}, []), {"user.word", "user.id"})
    assert seen.rows["user"].rows == [(1, None), (2, None)]
    assert seen.rows["user"].digests == {"id": "1", "word": ""}
    assert seen.rows["other"] == data


def toml(folder: Path, text: str) -> Path:
    """A project's pyproject.toml."""
    (folder / "pyproject.toml").write_text(text)
    return folder


def test_a_project_says_its_options(tmp_path: Path) -> None:
    """What it skips has a reason; a project without the table, or without the file, says nothing."""
    assert own_settings(tmp_path, KINDS) == ({}, ())
    assert own_settings(toml(tmp_path, "[project]\nname = 'x'\n"), KINDS) == ({}, ())
    text = '[tool.migration-lab]\napp = "shop"\nmiddle = true\nskip = [{code = "a", because = "it is meant"}]\n'
    assert own_settings(toml(tmp_path, text), KINDS) == (
        {"app": "shop", "middle": True},
        (Skip("a", None, "it is meant"),),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("aap = 'shop'", "has the key aap, and there is none of that name. Did you mean app?"),
        ("zzzzzz = 1", "has the key zzzzzz, and there is none of that name. Type one of: app, fail-on, ignore, middle"),
        ("app = 3", "app of [tool.migration-lab] is 3, and a text is wanted."),
        ("middle = 'yes'", "middle of [tool.migration-lab] is 'yes', and true or false is wanted."),
        ("ignore = 5", "ignore of [tool.migration-lab] is 5, and a list of texts is wanted."),
        ("seconds = true", "seconds of [tool.migration-lab] is True, and a number is wanted."),
        ("skip = 'a'", "skip of [tool.migration-lab] is no list of tables. Type skip = [{ code = "),
        ("skip = [{code = 'a'}]", "a skip of [tool.migration-lab] does not say because. Type skip = [{ code = "),
        ("skip = [{code = 'a', because = 'b', why = 'c'}]", "of [tool.migration-lab] has a wrong key or value, why"),
        ("app =", "pyproject.toml is no TOML: "),
    ],
)  # fmt: skip
def test_a_wrong_key_or_value_is_one_line(tmp_path: Path, text: str, line: str) -> None:
    """It names the key, the value and what is wanted."""
    with pytest.raises(LabError) as told:
        own_settings(toml(tmp_path, f"[tool.migration-lab]\n{text}\n"), KINDS)
    assert line in str(told.value)
