"""The command learn, as it is typed: the list, a folder that is made, and one judgement for a program."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from checks import typed
from learners import typed as typed_in
from test_readme import sample

from lab_app.exercise.attempts import solution, write
from lab_app.exercise.read import exercise, exercises

ADD_AGE = exercise("add_age")
SQLITE = ("--on", "sqlite")


@pytest.fixture
def folder(tmp_path: Path, environment: dict[str, str]) -> Path:
    """The folder of add_age, as the command makes it."""
    answer = typed("learn", "add_age", environment=environment, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "cd learn/add_age" in answer.stdout
    assert "learn --watch" in answer.stdout
    return tmp_path / "learn" / "add_age"


@pytest.mark.slow
def test_the_list_has_every_exercise_and_the_next_command(tmp_path: Path, environment: dict[str, str]) -> None:
    """Before anything is done, the first exercise is what comes next; one that is begun comes before it."""
    shown = typed("learn", environment=environment, cwd=tmp_path).stdout
    first = next(iter(exercises()))
    assert all(f"○ {each.number:2}  {each.name} " in shown for each in exercises().values())
    assert shown.rstrip().endswith(f"learn {first}")
    assert all(len(line) <= 80 for line in shown.splitlines())
    typed("learn", "add_age", environment=environment, cwd=tmp_path)
    shown = typed("learn", environment=environment, cwd=tmp_path).stdout
    assert "●  3  add_age" in shown
    assert shown.rstrip().endswith("learn add_age")


@pytest.mark.slow
def test_a_folder_is_what_a_person_would_have(folder: Path) -> None:
    """Real files and a database with rows, on which the real flask db works; nothing else is written."""
    assert {path.name for path in folder.iterdir()} == {"app.py", "migrations", "school.db", "TASK.md"}
    assert [path.name for path in folder.parent.iterdir()] == ["add_age"]
    assert "0001 (head)" in typed_in("flask db current", folder).stdout
    assert ADD_AGE.task in (folder / "TASK.md").read_text()


@pytest.mark.slow
def test_a_folder_that_is_there_stays_as_it_is(folder: Path, environment: dict[str, str]) -> None:
    """Typed a second time, the command changes nothing of what a learner did."""
    (folder / "app.py").write_text("# mine\n")
    answer = typed("learn", "add_age", environment=environment, cwd=folder.parent.parent)
    assert answer.returncode == 0
    assert "is there already" in answer.stderr
    assert (folder / "app.py").read_text() == "# mine\n"


@pytest.mark.slow
def test_a_judgement_for_a_program(folder: Path, environment: dict[str, str]) -> None:
    """--check ends with 1 until the exercise is passed, and with 0 then; JSON and JUnit say the same."""
    answer = typed("learn", "--check", *SQLITE, environment=environment, cwd=folder)
    assert answer.returncode == 1
    assert "Nothing has been changed yet" in answer.stdout
    suite = ET.fromstring(typed("learn", "--format", "junit", *SQLITE, environment=environment, cwd=folder).stdout)[0]  # noqa: S314
    assert suite.get("failures") == "1"
    write(solution(ADD_AGE), ADD_AGE, folder)
    typed_in("flask db upgrade", folder)
    answer = typed("learn", "--format", "json", *SQLITE, environment=environment, cwd=folder)
    found = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert found["state"] == "passed-on-some"
    assert found["sentence"].startswith("Passed on SQLite")
    assert (folder.parent / "progress.txt").read_text().splitlines()[-1].endswith(" SQLite")


@pytest.mark.slow
def test_without_a_database_the_folder_is_judged_from_elsewhere(folder: Path, environment: dict[str, str]) -> None:
    """From above the folder, the exercise that was worked at last is meant."""
    (folder / "school.db").unlink()
    write(solution(ADD_AGE), ADD_AGE, folder)
    answer = typed("learn", "--check", *SQLITE, environment=environment, cwd=folder.parent.parent)
    assert "there is no school.db any more" in " ".join(answer.stdout.split())
    assert answer.returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("learn", "add_ag"), "There is no exercise 'add_ag'. Type migration-lab learn add_age"),
        (("learn", "--check"), "Which exercise? For the list, type migration-lab learn"),
        (("learn", "add_age", "--check"), "is not there. To begin, type migration-lab learn add_age"),
    ],
)
def test_what_cannot_be_judged_is_one_line(
    words: tuple[str, ...], said: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Exit status 2, and what to type."""
    answer = typed(*words, environment=environment, cwd=tmp_path)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, environment: dict[str, str]) -> None:
    """A file called learn is in the way: nothing is left half-made."""
    (tmp_path / "learn").write_text("")
    answer = typed("learn", "add_age", environment=environment, cwd=tmp_path)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    shutil.rmtree(tmp_path / "learn", ignore_errors=True)


@pytest.mark.slow
def test_the_readme_shows_what_a_judgement_prints(folder: Path, environment: dict[str, str]) -> None:
    """The list in the README is the real one, but for how flask is typed here."""
    write(solution(ADD_AGE), ADD_AGE, folder)
    answer = typed("learn", "--check", environment=environment, cwd=folder)
    printed = re.sub(r"\S*flask db", "flask db", answer.stdout)
    assert printed.split() == sample("learn").split()
