"""One learner at one exercise: judged once, on every save for a program, or at a terminal with keys."""

from __future__ import annotations

import json
import queue
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lab_app.document.judgement import Judgement
from lab_app.errors import LabError
from lab_app.exercise.declared import Exercise
from lab_app.exercise.progress import done, note
from lab_app.exercise.read import exercises
from lab_app.learn.assemble import Place
from lab_app.learn.begin import begin, reset, reset_database
from lab_app.learn.judging import Judges
from lab_app.learn.keyboard import Keys, keys
from lab_app.learn.saves import Saves
from lab_app.learn.solution import beside
from lab_app.learn.typed import flask_command, lab_command, spelt

#: Seconds that a key is waited for before the screen is looked after.
_TICK = 0.1


@dataclass(frozen=True)
class View:
    """What a learner sees: the last judgement, hints up to the one that was asked for, and what was just said.

    ``trouble`` is why there is no judgement. ``solution`` are the solution's files, where they are shown. ``asks`` is a
    question that the next key answers.
    ``judging``: a file was saved, and nothing is known of it yet.
    """

    place: Place
    found: Judgement | None = None
    hints: int = 0
    said: str = ""
    trouble: str = ""
    asks: str = ""
    judging: bool = False
    solution: tuple[tuple[str, list[str]], ...] = ()

    @property
    def shown_hints(self) -> list[str]:
        """The hints that were asked for, with flask as it is typed here."""
        return [spelt(hint, self.place.flask) for hint in self.place.exercise.hints[: self.hints]]

    @property
    def may_see_solution(self) -> bool:
        """Whether the exercise is passed, or all its hints are seen."""
        return self.hints == len(self.place.exercise.hints) or bool(self.found and self.found["passed"])


def place_of(exercise: Exercise, folder: Path) -> Place:
    """Return where an exercise is judged."""
    return Place(exercise, len(exercises()), folder, flask_command(folder), lab_command(folder))


def check_once(place: Place, judges: Judges) -> Judgement:
    """Judge once, and note what is passed."""
    found = judges.judge(place, lambda _: None)
    keep(place, found)
    return found


def keep(place: Place, found: Judgement) -> None:
    """Note an exercise that is passed, with the engines, in the learner's ``learn`` folder."""
    if found["passed"] and found["over"]:
        engines = [engine["title"] for engine in found["engines"] if engine["progress"] == "passed"]
        note(place.folder.parent, place.exercise.name, engines, date.today())


def tell_program(place: Place, judges: Judges) -> None:
    """Write each judgement as a line of JSON on standard output, until standard input is closed."""

    def hear(found: Judgement | LabError | None) -> None:
        if found is None:
            said: object = {"judging": True}
        elif isinstance(found, LabError):
            said = {"error": str(found)}
        else:
            keep(place, found)
            said = found
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    with Saves(place, judges, hear):
        sys.stdin.read()


class Session:
    """A learner at a terminal: what the judges say is drawn as it comes, and keys are answered.

    ``draw`` is given the view each time that it is another one, or that the terminal has another size.
    """

    def __init__(self, place: Place, judges: Judges, draw: Callable[[View], None]) -> None:
        self._view = View(place)
        self._judges = judges
        self._draw = draw
        self._size = shutil.get_terminal_size()
        self._heard: queue.Queue[Judgement | LabError | None] = queue.Queue()

    def run(self) -> View:
        """Go on until ``q``, or until the terminal is gone; return what was seen last."""
        with keys() as pressed, Saves(self._view.place, self._judges, self._heard.put) as saves:
            self._draw(self._view)
            while self._step(pressed, saves):
                pass
        return self._view

    def _step(self, pressed: Keys, saves: Saves) -> bool:
        try:
            key = pressed.next(_TICK)
        except EOFError:
            return False
        before = self._view
        self._listen()
        if key and self._view.asks:
            self._answer(key, saves)
        elif key == "q":
            return False
        elif key:
            self._press(key, saves)
        if self._view != before or key:
            self._draw(self._view)
        else:
            self._draw_again_if_resized()
        return True

    def _listen(self) -> None:
        """Take what the judges have said, as far as it is about the exercise that is shown."""
        while True:
            try:
                heard = self._heard.get_nowait()
            except queue.Empty:
                return
            if heard is None:
                self._view = replace(self._view, judging=True)
            elif isinstance(heard, LabError):
                self._view = replace(self._view, trouble=str(heard), judging=False)
            elif heard["exercise"]["name"] == self._view.place.exercise.name:
                keep(self._view.place, heard)
                self._view = replace(self._view, found=heard, trouble="", judging=False)

    def _press(self, key: str, saves: Saves) -> None:
        view, exercise = replace(self._view, said=""), self._view.place.exercise
        if key == "h":
            self._view = replace(view, hints=min(view.hints + 1, len(exercise.hints)))
        elif key == "r":
            self._view = replace(view, asks=f"Start {exercise.name} again? y: everything, d: school.db alone, n: no")
        elif key == "s" and view.may_see_solution:
            self._view = replace(view, solution=tuple(beside(exercise, view.place.folder)))
        elif key == "s":
            self._view = replace(view, said="The solution is shown after the third hint, or when you have passed.")
        elif key == "n":
            self._go_on(saves)

    def _answer(self, key: str, saves: Saves) -> None:
        view = replace(self._view, asks="")
        exercise, folder = view.place.exercise, view.place.folder
        if key == "y":
            reset(exercise, folder, self._judges.sqlite())
            view = replace(view, hints=0, said="It is as it was at the beginning.", solution=(), found=None)
            saves.again()
        elif key == "d":
            reset_database(exercise, folder, self._judges.sqlite())
            view = replace(view, said="school.db is as it was at the beginning. Your files stayed.")
            saves.again()
        self._view = view

    def _go_on(self, saves: Saves) -> None:
        """Go to the next exercise that is not done; its folder is made where it is not there."""
        here = self._view.place
        learn = here.folder.parent
        following = next_exercise(here.exercise, learn)
        if following is None:
            self._view = replace(self._view, said="All twelve are done. There is no next one.")
            return
        folder = learn / following.name
        if not (folder / "app.py").exists():
            begin(following, folder, self._judges.sqlite())
        place = place_of(following, folder)
        self._view = View(place, said=f"In your second terminal, type: cd ../{following.name}")
        saves.go_to(place)

    def _draw_again_if_resized(self) -> None:
        size = shutil.get_terminal_size()
        if size != self._size:
            self._draw(self._view)
        self._size = size


def next_exercise(here: Exercise | None, learn: Path) -> Exercise | None:
    """Return the first exercise that is not done, of those after this one, else of all; None when all are done."""
    known = done(learn)
    left = [each for each in exercises().values() if each.name not in known and each is not here]
    after = [each for each in left if here is None or each.number > here.number]
    return next(iter(after or left), None)
