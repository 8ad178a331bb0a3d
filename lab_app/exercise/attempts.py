"""What an exercise holds beside its start: its solution, other right ways, and the wrong ways that it knows."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_app.exercise.declared import Exercise

_TYPED = ("flask db upgrade",)


@dataclass(frozen=True)
class Attempt:
    """Something that a learner could do: files that replace those of the start, and what is typed then.

    ``before`` is typed before the files are saved; a word such as NAME=value in front of a command is its environment.
    ``after`` is another attempt's name, whose files come first: ``solution``. ``sql`` is sent to school.db by hand,
    ``removed`` are files below the folder that are deleted. ``state`` is what the learner must be told,
    ``engine`` by whom (a title), ``says`` a part of the sentence or of the surprise.
    """

    name: str
    folder: Path
    typed: tuple[str, ...] = _TYPED
    before: tuple[str, ...] = ()
    after: str = ""
    sql: str = ""
    removed: tuple[str, ...] = ()
    state: str = "passed"
    engine: str = ""
    says: str = ""


def solution(exercise: Exercise) -> Attempt:
    """Return the solution."""
    return _read("solution", exercise.folder / "solution")


def right_ways(exercise: Exercise) -> Iterator[Attempt]:
    """Yield the solution, then the other ways that must pass, in the order of their names."""
    yield solution(exercise)
    yield from _ways(exercise.folder / "right")


def wrong_ways(exercise: Exercise) -> Iterator[Attempt]:
    """Yield the wrong ways that the exercise knows, in the order of their names."""
    yield from _ways(exercise.folder / "wrong")


def _ways(folder: Path) -> Iterator[Attempt]:
    for each in sorted(folder.iterdir()) if folder.is_dir() else ():
        yield _read(each.name, each)


def _read(name: str, folder: Path) -> Attempt:
    file = folder / "attempt.toml"
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    return Attempt(name, folder, **given)


def write(attempt: Attempt, exercise: Exercise, folder: Path) -> None:
    """Write an attempt's files over those in a learner's folder, and delete what it deletes."""
    if attempt.after:
        write(solution(exercise), exercise, folder)
    for file in attempt.folder.rglob("*.py"):
        below = file.relative_to(attempt.folder)
        target = folder / "migrations" / below if below.parts[0] == "versions" else folder / below
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    for pattern in attempt.removed:
        for found in folder.glob(pattern):
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink()
