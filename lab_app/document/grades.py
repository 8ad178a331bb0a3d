"""The document of a class: each pupil's exercises, judged anew."""

from __future__ import annotations

from typing import Literal, TypedDict

from lab_app.document.judgement import State

#: The number of the contract, which is in each document.
GRADES_SCHEMA = 1


class Grade(TypedDict):
    """One exercise of one pupil. ``engines`` are the titles of those that it passed on, ``of`` how many were up.

    ``state`` is None where nothing was handed in, or where it could not be judged: ``sentence`` says why.
    """

    exercise: str
    state: State | None
    passed: bool
    engines: list[str]
    of: int
    sentence: str


class Pupil(TypedDict):
    """A folder that was handed in, by its name, with a grade for each exercise that anybody handed in."""

    name: str
    folder: str
    grades: list[Grade]


class Grades(TypedDict):
    """A class. ``exercises`` are names with their titles, in the order of the lesson; ``not_up`` is why an engine
    was not asked, by its title."""

    schema: int
    kind: Literal["grades"]
    recorded_at: str
    versions: dict[str, str]
    ms: int
    exercises: dict[str, str]
    not_up: dict[str, str]
    pupils: list[Pupil]
