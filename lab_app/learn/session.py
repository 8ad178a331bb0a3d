"""One learner at one exercise: judged once, or on every save until they have had enough."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from lab_app.document.judgement import Judgement
from lab_app.exercise.declared import Exercise
from lab_app.exercise.progress import note
from lab_app.exercise.read import exercises
from lab_app.learn.assemble import Place
from lab_app.learn.judging import Judges
from lab_app.learn.typed import flask_command


def place_of(exercise: Exercise, folder: Path) -> Place:
    """Return where an exercise is judged."""
    return Place(exercise, len(exercises()), folder, flask_command(folder))


def check_once(place: Place, judges: Judges) -> Judgement:
    """Judge once, and note what is passed."""
    found = judges.judge(place, lambda _: None)
    keep(place, found)
    return found


def keep(place: Place, found: Judgement) -> None:
    """Note an exercise that is passed, with the engines, in the learner's ``learn`` folder."""
    if found["passed"]:
        engines = [engine["title"] for engine in found["engines"] if engine["progress"] == "passed"]
        note(place.folder.parent, place.exercise.name, engines, date.today())


def watch(place: Place, judges: Judges) -> None:
    """Judge on every save, until the learner has had enough."""
    raise NotImplementedError
