"""Learn: from a save to what the judges say of it, with their processes kept warm; and a class that is graded."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figure import Figure, median, number
from bench.setting import Setting, say
from lab_app.errors import LabError
from lab_app.exercise.attempts import Attempt, solution, write, wrong_ways
from lab_app.exercise.declared import Exercise
from lab_app.exercise.read import exercises

_LAB = [sys.executable, "-m", "flask", "lab"]
_SAVES = 12
_PUPILS, _EXERCISES = 30, ("add_age", "rename_column", "not_null")
#: Seconds that one judgement may take before the bench gives up.
_PATIENCE = 60.0


def measure(setting: Setting) -> list[Figure]:
    """Measure saves and a class: seconds as a person waits for them."""
    environment = setting.environment
    folder = setting.folder / "learner"
    folder.mkdir()
    say("learn: add_age, saved again and again")
    first, whole = _saves(exercises()["add_age"], folder, environment)
    say("learn: a class is graded")
    seconds, submissions = _class(setting.folder / "class", environment)
    note = f"medians of {len(first)} saves, looked at three times a second"
    each = f"{submissions} submissions, {number(seconds / submissions)} s each"
    return [
        Figure("learn", "from a save to SQLite's verdict", median(first), "s", at_most=1.0, note=note),
        Figure("learn", "from a save to all engines'", median(whole), "s", at_most=2.5, note=note),
        Figure("learn", "a class is graded", seconds, "s", at_most=90, note=each),
    ]  # fmt: skip


def _saves(exercise: Exercise, folder: Path, environment: dict[str, str]) -> tuple[list[float], list[float]]:
    """Return the seconds from each save to the first verdict, and to the last engine's."""
    place = _begun(exercise, folder, environment)
    _do(solution(exercise), exercise, place, environment)
    app = place / "app.py"
    text = app.read_text(encoding="utf-8")
    first, whole = [], []
    with _judged(place, environment) as said:
        _until(said, over=True)
        for number_ in range(_SAVES):
            app.write_text(f"{text}\n# {number_}\n", encoding="utf-8")
            saved = time.perf_counter()
            _until(said, over=False, saved=number_)
            first.append(time.perf_counter() - saved)
            _until(said, over=True)
            whole.append(time.perf_counter() - saved)
            # A save comes at any moment between two looks.
            time.sleep(0.033 * (number_ % 10))
    return first, whole


@contextmanager
def _judged(place: Path, environment: dict[str, str]) -> Iterator[Iterator[dict[str, object]]]:
    """Yield what the command says of a folder, a judgement at a time."""
    process = subprocess.Popen(
        [*_LAB, "learn", "--events"],
        cwd=place,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin  # noqa: S101 - for the type checker: both were asked for
    assert process.stdout  # noqa: S101
    try:
        yield map(json.loads, process.stdout)
    finally:
        process.stdin.close()
        process.wait(_PATIENCE)


def _until(said: Iterator[dict[str, object]], *, over: bool, saved: int | None = None) -> None:
    """Wait for a judgement: the last one, or the first of a save."""
    for found in said:
        if "error" in found:
            raise LabError(str(found["error"]))
        if found.get("kind") == "judgement" and (not over or found["over"]):
            difference = found["difference"]
            if saved is None or (isinstance(difference, list) and f"+# {saved}" in difference):
                return
    raise LabError("The command learn ended.")


def _class(folder: Path, environment: dict[str, str]) -> tuple[float, int]:
    """Return the seconds that a class takes, and how many submissions that were: a third has it wrong."""
    for name in _EXERCISES:
        exercise = exercises()[name]
        ways = [solution(exercise), solution(exercise), next(wrong_ways(exercise))]
        made = []
        for number_, way in enumerate(ways[1:]):
            place = _begun(exercise, folder.parent / f"made{number_}", environment)
            _do(way, exercise, place, environment)
            made.append(place)
        for pupil in range(_PUPILS):
            shutil.copytree(made[pupil % 3 == 2], folder / f"pupil{pupil:02d}" / name)
    pupils = sorted(str(each) for each in folder.iterdir())
    begun = time.perf_counter()
    answer = subprocess.run(
        [*_LAB, "grade", "--here", "--quiet", "--format", "json", *pupils],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    if answer.returncode:
        raise LabError(answer.stderr.strip()[-300:])
    grades = [grade for pupil in json.loads(answer.stdout)["pupils"] for grade in pupil["grades"]]
    passed = sum(grade["passed"] for grade in grades)
    if passed != len(grades) * 2 // 3:
        raise LabError(f"{passed} of {len(grades)} submissions passed, and two thirds of them are solutions")
    return seconds, len(grades)


def _begun(exercise: Exercise, folder: Path, environment: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    answer = subprocess.run(
        [*_LAB, "learn", exercise.name], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise LabError(answer.stderr.strip()[-300:])
    return folder / "learn" / exercise.name


def _do(attempt: Attempt, exercise: Exercise, place: Path, environment: dict[str, str]) -> None:
    """Do what an attempt does in a learner's folder."""
    write(attempt, exercise, place)
    plain = {name: value for name, value in environment.items() if not name.startswith("FLASK_")}
    for command in attempt.typed:
        subprocess.run([sys.executable, "-m", *command.split()], cwd=place, env=plain, capture_output=True, check=False)
    if attempt.sql:
        connection = sqlite3.connect(place / "school.db")
        connection.executescript(attempt.sql)
        connection.close()
