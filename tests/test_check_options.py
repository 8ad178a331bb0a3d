"""What narrows a check or lets it pass: new revisions alone, what is skipped, known or ignored; and how it begins."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from lab_app.check.evidence import Revision
from lab_app.check.ignored import without
from lab_app.check.judged import in_files, new_files, since
from lab_app.check.left_out import Skip, sort_out
from lab_app.check.project.own_settings import own_settings
from lab_app.check.sql_file import split, statements
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
    """Skipped by the project, known from a file, or of an old revision; what is about the whole project stays."""
    found = [
        finding("a", "1"), finding("a", "2"), finding("b", "2"), finding("c", "2", "f"), finding("d", None),
    ]  # fmt: skip
    skips = (Skip("a", "2", "it is meant"),)
    told, skipped = sort_out(found, {"2"}, skips, {"f": "known from old.json"})
    assert [(each["code"], each["revision"]) for each in told] == [("b", "2"), ("d", None)]
    assert [(each["code"], each["because"]) for each in skipped] == [("a", "it is meant"), ("c", "known from old.json")]


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
        ("ignore = 'user.word'", "ignore of [tool.migration-lab] is 'user.word', and a list of texts is wanted."),
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


def test_sql_is_split_where_a_statement_ends() -> None:
    """Not in texts, names, comments or a function's body."""
    text = """-- one; comment
    INSERT INTO a VALUES ('x;''y', "b;c"); /* none; */
    CREATE FUNCTION f() AS $body$ BEGIN; END; $body$; SELECT 5 - 3 / 2;
    ;
    """
    first, second, third = split(text)
    assert first.endswith("""('x;''y', "b;c")""")
    assert second.endswith("CREATE FUNCTION f() AS $body$ BEGIN; END; $body$")
    assert third == "SELECT 5 - 3 / 2"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("COPY a (b) FROM stdin;\n1\n\\.\n", "Type pg_dump --inserts"),
        ("DELIMITER ;;\n", "Type mysqldump --skip-triggers"),
        ("-- nothing\n", "holds no statement. Name a SQL file."),
    ],
)
def test_a_file_of_sql_that_only_its_program_reads_is_refused(tmp_path: Path, text: str, line: str) -> None:
    """With the option that makes it another one."""
    (tmp_path / "x.sql").write_text(text)
    with pytest.raises(LabError) as told:
        statements(tmp_path / "x.sql", "--from")
    assert line in str(told.value)
