"""A class is graded: every folder judged anew, one pupil's trouble never another's."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from checks import typed
from learners import typed as typed_in

from lab_app.exercise.attempts import solution, write
from lab_app.exercise.read import exercise

ADD_AGE = exercise("add_age")
HERE = ("--here", "--on", "sqlite", "--quiet")
ENDLESS = "\nwhile True:\n    pass\n"


@pytest.fixture
def school(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Folders of three pupils: one who has solved it, one who has not begun, and one whose folder is empty."""
    made = tmp_path / "class"
    for name in ("ada", "zoe", "eve"):
        (made / name).mkdir(parents=True)
    typed("learn", "add_age", environment=environment, cwd=made / "zoe")
    shutil.copytree(made / "zoe" / "learn" / "add_age", made / "ada" / "add_age")
    write(solution(ADD_AGE), ADD_AGE, made / "ada" / "add_age")
    assert typed_in("flask db upgrade", made / "ada" / "add_age").returncode == 0
    return made


def _folders(school: Path) -> list[str]:
    return sorted(str(folder) for folder in school.iterdir())


@pytest.mark.slow
def test_each_pupil_is_judged_and_no_claim_is_trusted(school: Path, environment: dict[str, str]) -> None:
    """A progress file that says done changes nothing; what was not handed in is said."""
    (school / "zoe" / "learn" / "progress.txt").write_text("add_age 2026-11-25 SQLite, PostgreSQL, MySQL, MariaDB\n")
    answer = typed("grade", *HERE, "--format", "json", *_folders(school), environment=environment, cwd=school)
    assert answer.returncode == 0, answer.stderr
    found = {pupil["name"]: pupil["grades"][0] for pupil in json.loads(answer.stdout)["pupils"]}
    assert found["ada"]["passed"]
    assert found["zoe"]["state"] == "not-begun"
    assert found["eve"]["state"] is None


@pytest.mark.slow
def test_a_pupil_who_hangs_harms_no_other(school: Path, environment: dict[str, str]) -> None:
    """An endless loop is ended, and the pupils before and after are judged."""
    bad = school / "eve" / "add_age"
    shutil.copytree(school / "ada" / "add_age", bad)
    (bad / "app.py").write_text((bad / "app.py").read_text() + ENDLESS)
    answer = typed("grade", *HERE, "--format", "csv", *_folders(school), environment=environment, cwd=school)
    rows = {row["pupil"]: row for row in csv.DictReader(io.StringIO(answer.stdout))}
    assert rows["ada"]["passed"] == "yes"
    assert rows["eve"]["passed"] == "no"
    assert "did not end within" in rows["eve"]["sentence"]


@pytest.mark.slow
def test_the_table_and_the_page_say_the_same(school: Path, environment: dict[str, str]) -> None:
    """Names are text on the page, and the table fits 80 columns."""
    (school / "eve").rename(school / "<b>eve")
    shown = typed("grade", *HERE, *_folders(school), environment=environment, cwd=school).stdout
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "3 pupils, 1 of 2 submissions passed" in shown
    page = typed("grade", *HERE, "--format", "html", *_folders(school), environment=environment, cwd=school).stdout
    assert "&lt;b&gt;eve" in page
    assert "<b>eve" not in page


def test_without_a_container_it_refuses(tmp_path: Path, environment: dict[str, str]) -> None:
    """Where no Docker engine answers, nothing of the pupils' is run, and the line says how."""
    (tmp_path / "ada" / "add_age").mkdir(parents=True)
    nowhere = {**environment, "DOCKER_HOST": "unix:///nonexistent.sock"}
    answer = typed("grade", str(tmp_path / "ada"), environment=nowhere, cwd=tmp_path)
    assert answer.returncode == 2
    assert "add --here" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("nobody",), "There is no folder"),
        (("a/ada", "b/ada"), "Two folders are called 'ada'"),
        (("a",), "No folder holds an exercise"),
    ],
)
def test_folders_that_cannot_be_graded_are_one_line(
    names: tuple[str, ...], said: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    """What is wrong with them is said before anything is run."""
    for name in ("a/ada", "b/ada"):
        (tmp_path / name).mkdir(parents=True)
    answer = typed("grade", *HERE, *names, environment=environment, cwd=tmp_path)
    assert answer.returncode == 2
    assert said in answer.stderr
