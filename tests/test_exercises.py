"""Every exercise: its start is not passed, each wrong way is told what it is, and its solution passes everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from availability import strict
from learners import attempted, begun, judged

from lab_app.document.judgement import Judgement, State
from lab_app.exercise.attempts import Attempt, right_ways, wrong_ways
from lab_app.exercise.declared import Exercise
from lab_app.exercise.read import exercises
from lab_app.folders import scenarios_folder
from lab_app.learn.judging import Judges
from lab_app.learn.sentences import sentence
from lab_app.scenario.lesson import POINTS
from lab_app.servers import asked

EXERCISES = list(exercises().values())
RIGHT = [(exercise, attempt) for exercise in EXERCISES for attempt in right_ways(exercise)]
WRONG = [(exercise, attempt) for exercise in EXERCISES for attempt in wrong_ways(exercise)]


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    """The judges of every engine that is up, kept warm over this module."""
    with Judges(asked(), tmp_path_factory.mktemp("judges")) as found:
        yield found


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_a_start_is_not_passed_as_it_is(exercise: Exercise, judges: Judges, tmp_path: Path) -> None:
    """A folder in which nothing was done is not passed, and says what comes first."""
    found = judged(begun(exercise, tmp_path, judges), judges)
    assert found["state"] == "not-begun", found["sentence"]
    assert not found["passed"]
    assert exercise.begin.split(" ")[0] in found["sentence"]


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "attempt"), RIGHT, ids=[f"{one.name}-{two.name}" for one, two in RIGHT])
def test_a_right_way_passes_on_every_engine(
    exercise: Exercise, attempt: Attempt, judges: Judges, tmp_path: Path
) -> None:
    """The solution is passed on each engine that is up, on all four where the tests are strict; other ways, too."""
    place = begun(exercise, tmp_path, judges)
    attempted(attempt, place)
    found = judged(place, judges)
    up = [engine for engine in found["engines"] if engine["progress"] != "not up"]
    assert [engine["outcome"] for engine in up] == ["done"] * len(up), _told(found)
    assert found["state"] == ("passed" if len(up) == 4 else "passed-on-some"), _told(found)
    if strict():
        assert len(up) == 4


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "attempt"), WRONG, ids=[f"{one.name}-{two.name}" for one, two in WRONG])
def test_a_wrong_way_is_told_what_it_is(exercise: Exercise, attempt: Attempt, judges: Judges, tmp_path: Path) -> None:
    """Each wrong way ends in the state that it declares, and says why."""
    place = begun(exercise, tmp_path, judges)
    attempted(attempt, place)
    found = judged(place, judges)
    surprise = found["surprise"]
    if attempt.engine and not _is_up(found, attempt.engine):
        pytest.skip(f"{attempt.engine} is not up, and the wrong way shows there")
    assert found["state"] == attempt.state, _told(found)
    assert not found["passed"]
    if attempt.engine:
        assert surprise is not None
        assert surprise["engine"] == attempt.engine, _told(found)
    assert attempt.says in _told(found)


@pytest.mark.fast
def test_there_are_twelve_in_the_order_of_the_lesson() -> None:
    """The exercises are numbered from 1 to 12."""
    assert [each.number for each in EXERCISES] == list(range(1, 13))


@pytest.mark.fast
def test_every_point_of_the_lesson_has_an_exercise() -> None:
    """Each point of the lesson is done in an exercise, and no exercise names another point."""
    named = {point for each in EXERCISES for point in each.points}
    assert named == set(POINTS)


@pytest.mark.fast
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_an_exercise_is_whole(exercise: Exercise) -> None:
    """It has three hints, a scenario that there is, a task of at most three sentences, and wrong ways."""
    assert len(exercise.hints) == 3
    assert (scenarios_folder() / f"{exercise.scenario}.py").is_file()
    assert 1 <= sum(exercise.task.count(end) for end in (". ", "? ", "! ")) + 1 <= 3
    assert list(wrong_ways(exercise))
    assert exercise.why
    assert exercise.tempting
    assert {*exercise.sentences, *exercise.commands} <= {*get_args(State)}


@pytest.mark.fast
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_an_own_sentence_names_only_what_there_is(exercise: Exercise) -> None:
    """Each of an exercise's own sentences can be said."""
    for state in exercise.sentences:
        assert "{" not in sentence(state, exercise.sentences, what="x", engine="SQLite")  # type: ignore[arg-type]


def _is_up(found: Judgement, title: str) -> bool:
    return any(engine["title"] == title and engine["progress"] != "not up" for engine in found["engines"])


def _told(found: Judgement) -> str:
    surprise = found["surprise"]
    details = [f"{engine['title']}: {engine['detail']}" for engine in found["engines"] if engine["detail"]]
    more = f" seen {surprise['seen']} wanted {surprise['wanted']}: {surprise['said']}" if surprise else ""
    return f"{found['state']}: {found['sentence']}{more} {details}"
