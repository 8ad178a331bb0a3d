"""A class is graded: every submission judged anew, SQLite's judge ahead and the servers' behind it, side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from lab_app.document.grades import GRADES_SCHEMA, Grade, Grades, Pupil
from lab_app.document.judgement import Judgement
from lab_app.engines import SQLITE
from lab_app.errors import LabError
from lab_app.exercise.declared import Exercise
from lab_app.exercise.places import LEARN
from lab_app.exercise.read import exercises
from lab_app.learn.assemble import Place, assemble
from lab_app.learn.judging import Judges
from lab_app.learn.lines import Asked
from lab_app.runner.versions import versions
from lab_app.servers import Wanted
from lab_app.text import one_line

#: Seconds that loading a pupil's app may take, and each step.
SECONDS = 10.0


@dataclass(frozen=True)
class Submission:
    """One exercise in one pupil's folder."""

    pupil: str
    exercise: Exercise
    folder: Path


def submissions(folders: Sequence[Path]) -> list[Submission]:
    """Find what was handed in: each folder is a pupil, and holds exercises, or a ``learn`` folder with them.

    Raises:
        LabError: a folder is not there, two have one name, or none of them holds an exercise.
    """
    names = [folder.resolve().name for folder in folders]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise LabError(f"Two folders are called {twice!r}, and a pupil is called as the folder is. Rename one of them.")
    found = []
    for name, folder in zip(names, folders, strict=True):
        if not folder.is_dir():
            raise LabError(f"There is no folder {folder}. Type the pupils' folders, such as class/*")
        for each in exercises().values():
            for place in (folder / each.name, folder / LEARN / each.name):
                if place.is_dir():
                    found.append(Submission(name, each, place))
                    break
    if not found:
        raise LabError(f"No folder holds an exercise. One that does is called {next(iter(exercises()))}, for instance.")
    return found


class Grading:
    """Grades submissions on every engine; ``wanted`` are the servers, ``done`` is told each one that is judged."""

    def __init__(self, judges: Judges, wanted: Iterable[Wanted], done: Callable[[Submission, int, int], None]) -> None:
        self._judges = judges
        self._wanted = [each for each in wanted if each.engine.needs_server]
        self._done = done
        self._lock = threading.Lock()
        self._count = 0
        self._not_up: dict[str, str] = {}

    def grade(self, handed_in: Sequence[Submission], pupils: Sequence[Path]) -> Grades:
        """Judge every submission and return the document."""
        begun = time.perf_counter()
        grades: dict[tuple[str, str], Grade] = {}
        by_exercise: dict[str, list[Submission]] = {}
        for each in handed_in:
            by_exercise.setdefault(each.exercise.name, []).append(each)
        with ThreadPoolExecutor(1) as sqlite, _Pools(self._wanted) as servers:
            # One exercise after another: each engine's database is made ready once for all who handed it in.
            judged = [
                (each, sqlite.submit(self._first, each, servers)) for some in by_exercise.values() for each in some
            ]
            for submission, first in judged:
                grade = self._grade(submission, first, len(handed_in))
                grades[submission.pupil, submission.exercise.name] = grade
        known = {name: exercises()[name].title for name in exercises() if name in by_exercise}
        return {
            "schema": GRADES_SCHEMA,
            "kind": "grades",
            "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "ms": round((time.perf_counter() - begun) * 1000),
            "exercises": known,
            "not_up": self._not_up,
            "pupils": [_pupil(folder, known, grades) for folder in pupils],
        }

    def _first(self, each: Submission, servers: _Pools) -> _Judged:
        """Have SQLite judge a submission; one that it passes goes to the servers."""
        place = Place(each.exercise, len(exercises()), each.folder, "flask")
        files, seen = self._judges.first(place)
        asked = [Asked(SQLITE.name, SQLITE.title, None, seen)]
        waiting = [Asked(wanted.name, wanted.title, None, None) for wanted in self._wanted]
        found = assemble(place, files, seen, asked + waiting)
        if found["state"] != "asking":
            return _Judged(found, [], lambda _: found)
        answers = [servers.submit(wanted, self._judges.ask, each.exercise, each.folder) for wanted in self._wanted]
        return _Judged(found, answers, lambda more: assemble(place, files, seen, asked + more))

    def _grade(self, submission: Submission, first: Future[_Judged], of: int) -> Grade:
        try:
            judged = first.result()
            found = judged.whole([answer.result() for answer in judged.answers]) if judged.answers else judged.found
        except (LabError, OSError, sa.exc.SQLAlchemyError) as error:
            return _ungraded(submission.exercise.name, f"It could not be judged: {one_line(str(error))}")
        finally:
            with self._lock:
                self._count += 1
                self._done(submission, self._count, of)
        up = [engine for engine in found["engines"] if engine["progress"] != "not up"]
        self._not_up |= {e["title"]: e["detail"] for e in found["engines"] if e["progress"] == "not up"}
        return {
            "exercise": submission.exercise.name,
            "state": found["state"],
            "passed": found["passed"],
            "engines": [engine["title"] for engine in up if engine["progress"] == "passed"],
            "of": len(up),
            "sentence": found["sentence"],
        }


@dataclass(frozen=True)
class _Judged:
    """What SQLite said, what the servers are being asked, and how all of it becomes one judgement."""

    found: Judgement
    answers: list[Future[Asked]]
    whole: Callable[[list[Asked]], Judgement]


class _Pools:
    """A thread for each server: one that is slow holds up no other one."""

    def __init__(self, wanted: Iterable[Wanted]) -> None:
        self._pools = {each: ThreadPoolExecutor(1) for each in wanted}

    def __enter__(self) -> _Pools:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)

    def submit(self, wanted: Wanted, ask: Callable[[Wanted, Exercise, Path], Asked], *more: object) -> Future[Asked]:
        """Ask one server, after what it is being asked already."""
        return self._pools[wanted].submit(ask, wanted, *more)  # type: ignore[arg-type]


def _pupil(folder: Path, known: dict[str, str], grades: dict[tuple[str, str], Grade]) -> Pupil:
    name = folder.resolve().name
    return {
        "name": name,
        "folder": str(folder),
        "grades": [grades.get((name, each)) or _ungraded(each, "Nothing was handed in.") for each in known],
    }


def _ungraded(exercise: str, why: str) -> Grade:
    return {"exercise": exercise, "state": None, "passed": False, "engines": [], "of": 0, "sentence": why}
