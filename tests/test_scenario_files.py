"""A scenario file that cannot be meant is told in one line, with the file and the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import alone, lab

from lab_app.document.outcomes import DATA_AT_RISK
from lab_app.document.types import LEVELS
from lab_app.errors import LabError
from lab_app.scenario import catalogue, skeleton
from lab_app.scenario.expectations import Expectation, ScenarioError, done
from lab_app.scenario.lesson import POINTS

HEAD = '''"""A story."""
import sqlalchemy as sa
from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(title="T", level="beginner", lesson=["l"], reference="https://example.org")


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)


scenario.rows("student", dict(id=1))
'''
ATTEMPT = """

@scenario.attempt("first", everywhere=done("fine"))
def first(lab):
    pass
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own scenarios, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    return tmp_path / "scenarios"


def refusal(folder: Path, text: str) -> str:
    """What the lab says of a scenario file with this text."""
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LabError) as caught:
        catalogue.load(catalogue.find("mine"))
    return str(caught.value)


CASES = {
    # A table's rows are a list, also where there is one.
    "rows_gone": (
        HEAD + ATTEMPT.replace("everywhere", "rows_gone={'student': 1}, everywhere"),
        r"scenarios/mine\.py:\d+: attempt 'first': rows_gone=\{'student': 1\} is not by table: .*",
    ),
    # A bracket is left open.
    "syntax": (HEAD + "scenario.rows(\n# lab_app", r"scenarios/mine\.py:15: '\(' was never closed.*"),
    # Nothing is tried.
    "no attempt": (HEAD, r"scenarios/mine\.py: no attempt\. Add one with @scenario\.attempt\(…\)\."),
    # An engine that does not exist.
    "unknown engine": (
        HEAD + ATTEMPT.replace("everywhere", 'oracle=done("x"), everywhere'),
        r"scenarios/mine\.py:17: attempt 'first': unknown engine 'oracle': write sqlite, postgresql, .* or everywhere",
    ),
    # One of the four is left out.
    "missing engine": (
        HEAD + ATTEMPT.replace("everywhere", "sqlite"),
        r"scenarios/mine\.py:17: attempt 'first': no expectation for postgresql, mysql, mariadb: .*",
    ),
    # Two attempts of one name: both lines are given.
    "two of one name": (
        HEAD + ATTEMPT + ATTEMPT,
        r"scenarios/mine\.py:22: two attempts are named 'first': the first is in line 17",
    ),
    # A reason that does not fit into a cell.
    "long reason": (
        HEAD + ATTEMPT.replace('"fine"', '"one two three four five six seven eight nine"'),
        r"scenarios/mine\.py:17: the reason '.*' has 9 words: write 1 to 8",
    ),
    # A level that is none.
    "level": (
        HEAD.replace("beginner", "easy") + ATTEMPT,
        r"scenarios/mine\.py:5: level 'easy': write one of beginner, intermediate, advanced",
    ),
    # A question without its mark, of two lines, or too long for a projector.
    **{
        f"question {number}": (
            HEAD.replace('title="T"', f'title="T", question={question!r}') + ATTEMPT,
            r"scenarios/mine\.py:5: question=.*: ask it in one line of at most 90 characters that ends in \?",
        )
        for number, question in enumerate(("Why", "Why?\nAnd how?", "A" * 90 + "?", 5))
    },
    # A range that is none.
    "version range": (
        HEAD + ATTEMPT.replace("everywhere=", 'mysql={"8.0 and up": done("x")}, everywhere='),
        r"scenarios/mine\.py:17: attempt 'first': mysql version range '8\.0 and up': write '<3\.53'",
    ),
    # On empty tables most of these stories do not happen.
    "no rows": (HEAD.replace('scenario.rows("student", dict(id=1))', "") + ATTEMPT, r"scenarios/mine\.py: no rows\..*"),
    "no story": (HEAD.replace('"""A story."""', "") + ATTEMPT, r"scenarios/mine\.py:1: the story is missing\..*"),
    "no scenario": ("'''A story.'''\nimport lab_app\n", r"scenarios/mine\.py:1: no scenario here\..*"),
    # Any other mistake at the top of the file.
    "a plain mistake": (HEAD + "\n1 / 0\n" + ATTEMPT, r"scenarios/mine\.py:16: ZeroDivisionError: division by zero"),
}


@pytest.mark.parametrize(("text", "said"), CASES.values(), ids=CASES.keys())
def test_a_bad_file_is_told_in_one_line(folder: Path, text: str, said: str) -> None:
    """The line names the file, the place, what is wrong and what to write."""
    message = refusal(folder, text)

    assert re.fullmatch(said, message), message
    assert "\n" not in message


def test_two_files_of_one_name_are_refused(folder: Path) -> None:
    """A scenario of one's own does not silently replace one of the lab's."""
    (folder / "add_age.py").write_text(HEAD + ATTEMPT, encoding="utf-8")

    with pytest.raises(
        LabError, match=r"Two scenarios are named add_age: .*add_age\.py and .*add_age\.py\. Rename one\."
    ):
        catalogue.files()


def test_an_unknown_name_brings_the_nearest(folder: Path) -> None:
    """A slip of the finger is answered with what was probably meant."""
    with pytest.raises(LabError, match=r"There is no scenario 'ad_age'\. Nearest: add_age"):
        catalogue.find("ad_age")
    with pytest.raises(LabError, match=r"There is no scenario 'xyzzy'\. All of them: flask lab list\."):
        catalogue.find("xyzzy")


def test_files_of_other_tools_are_passed_over(folder: Path) -> None:
    """A folder named scenarios may belong to somebody else: only files that mention the lab are read."""
    (folder / "locust_load.py").write_text("raise SystemExit('not for you')", encoding="utf-8")

    assert "locust_load" not in catalogue.files()


def test_an_expectation_may_depend_on_the_version(folder: Path) -> None:
    """The range that holds the server's version decides; none is an error."""
    (folder / "mine.py").write_text(
        HEAD + ATTEMPT.replace("everywhere=", 'sqlite={"<3.53": done("old"), ">=3.60": done("new")}, everywhere='),
        encoding="utf-8",
    )
    attempt = catalogue.load(catalogue.find("mine")).attempts[0]

    assert attempt.expects("sqlite", "3.40.1").reason == "old"
    assert attempt.expects("sqlite", "3.60").reason == "new"
    with pytest.raises(ScenarioError, match=r"no expectation holds for sqlite 3\.55"):
        attempt.expects("sqlite", "3.55")


@pytest.mark.parametrize("reason", ["", "one two three four five six seven eight nine"])
def test_a_reason_has_one_to_eight_words(reason: str) -> None:
    """A reason fits into a cell of the matrix."""
    with pytest.raises(ScenarioError):
        done(reason)


@pytest.mark.parametrize("name", ["Add_Age", "../x", "1st", "add age", "", "add-age"])
def test_new_refuses_a_name_that_cannot_be_one(folder: Path, name: str) -> None:
    """A name that no file and no web address could carry is refused."""
    with pytest.raises(LabError, match="cannot name a scenario"):
        skeleton.write(name)


def test_what_new_writes_asks_a_question(folder: Path) -> None:
    """A scenario begins with a question that fits it as it is."""
    skeleton.write("add_nickname")

    assert "nickname" in catalogue.load(catalogue.find("add_nickname")).question


def test_new_does_not_overwrite(folder: Path) -> None:
    """A scenario that exists is never written over."""
    skeleton.write("add_nickname")

    with pytest.raises(LabError, match="There is a scenario add_nickname already"):
        skeleton.write("add_nickname")


@pytest.mark.parametrize("name", list(catalogue.files()))
def test_every_scenario_teaches(name: str) -> None:
    """Each has a title, a story, lesson points, three hints, a reference, an awkward row and a better way."""
    scenario = catalogue.load(catalogue.find(name))
    values = [value for rows in scenario.seed.values() for row in rows for value in row.values()]

    assert scenario.title
    assert scenario.level in LEVELS
    assert scenario.lesson
    assert len(scenario.hints) == 3
    assert scenario.reference.startswith("https://")
    assert any(attempt.better for attempt in scenario.attempts)
    assert scenario.start == "empty" or any(awkward(value) for value in values)
    for attempt in scenario.attempts:
        declared = [d for e in attempt.expected.values() for d in ([e] if isinstance(e, Expectation) else e.values())]
        if attempt.better:
            assert not {expectation.outcome for expectation in declared} & DATA_AT_RISK


def awkward(value: object) -> bool:
    """A value that a careless migration trips over: NULL, empty, blanks, capitals, digits, quotes, a date as text."""
    return value is None or (isinstance(value, str) and (value == "" or value != value.strip() or not value.islower()))


@pytest.mark.parametrize("point", POINTS)
def test_every_point_of_the_lesson_is_shown(point: str) -> None:
    """Each point of the lesson is declared by a scenario."""
    assert [name for name, path in catalogue.files().items() if point in catalogue.load(path).lesson]


@pytest.mark.parametrize("names", ["{'student': [2]}", "{'student': [(1, 2)]}", "{'pupil': [1]}"])
def test_a_row_that_is_meant_to_go_and_is_not_there_is_told(folder: Path, names: str) -> None:
    """A misspelt key or table would be gone before anything ran."""
    text = HEAD + ATTEMPT.replace("everywhere", f"rows_gone={names}, everywhere")
    (folder / "mine.py").write_text(text, encoding="utf-8")
    told = lab("run", "mine", environment=alone(folder.parent / "home"), cwd=folder.parent)
    said = " ".join((told.stdout + told.stderr).split())  # a cell's reason is wrapped
    assert re.search(r"attempt 'first': rows_gone names .* no such (row|table)", said)
