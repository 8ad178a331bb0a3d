"""A learner, as the tests play one: the folder of an exercise, files that are saved in it, commands that are typed."""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

from lab_app.document.judgement import Judgement
from lab_app.exercise.attempts import Attempt, write
from lab_app.exercise.declared import Exercise
from lab_app.learn.assemble import Place
from lab_app.learn.begin import begin
from lab_app.learn.folder import DATABASE
from lab_app.learn.judging import Judges


def begun(exercise: Exercise, folder: Path, judges: Judges) -> Place:
    """A learner's folder as the lab makes it, below another folder."""
    begin(exercise, folder / exercise.name, judges.sqlite())
    return Place(exercise, 12, folder / exercise.name, "flask")


def attempted(attempt: Attempt, place: Place) -> None:
    """Do what an attempt does: save its files, type its commands, edit the database by hand."""
    write(attempt, place.exercise, place.folder)
    for command in attempt.typed:
        typed(command, place.folder)
    if attempt.sql:
        with sqlite3.connect(place.folder / DATABASE) as connection:
            connection.executescript(attempt.sql)
        connection.close()


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What comes of a command of flask's, as a person types it in the folder."""
    program, *words = shlex.split(command)
    assert program == "flask", command
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FLASK_", "LAB_"))}
    return subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def judged(place: Place, judges: Judges) -> Judgement:
    """The last word of the judges on a learner's folder."""
    return judges.judge(place, lambda _: None)
