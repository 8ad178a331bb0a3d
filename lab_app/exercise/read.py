"""The folder of the exercises: each is read from its ``exercise.toml``, and a mistake in it is one line."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lab_app.errors import LabError
from lab_app.exercise.declared import BackGoal, Exercise, ModelGoal, RevisionsGoal, RowsGoal, Start
from lab_app.folders import exercises_folder

T = TypeVar("T")
_FILE = "exercise.toml"
#: Parts of the file that are tables of their own, and what each becomes.
_TABLES: dict[str, type] = {"start": Start, "revisions": RevisionsGoal, "rows": RowsGoal, "back": BackGoal}


@cache
def exercises() -> dict[str, Exercise]:
    """Return every exercise by its name, in the order of the lesson.

    Raises:
        LabError: a file says something that is not known.
    """
    found = [read(file) for file in exercises_folder().glob(f"*/{_FILE}")]
    return {each.name: each for each in sorted(found, key=lambda each: each.number)}


def exercise(name: str) -> Exercise:
    """Return one exercise.

    Raises:
        LabError: there is none of that name.
    """
    found = exercises()
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        what = f"Type migration-lab learn {near[0]}" if near else "For all of them, type migration-lab learn"
        raise LabError(f"There is no exercise {name!r}. {what}")
    return found[name]


def read(file: Path) -> Exercise:
    """Read one ``exercise.toml``.

    Raises:
        LabError: it is not TOML, lacks something, or has a key that nothing reads.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LabError(f"{file} cannot be read: {error}") from None
    told = {"name": file.parent.name, "folder": file.parent, "models": told.pop("model", []), **told}
    told["models"] = tuple(_made(ModelGoal, each, file) for each in told["models"])
    for name, kind in _TABLES.items():
        told[name] = _made(kind, told.get(name, {}), file)
    return _made(Exercise, told, file)


def _made(kind: type[T], told: dict[str, Any], file: Path) -> T:
    """Make a dataclass of what was told; lists become tuples.

    Raises:
        LabError: a key is not one of its fields, or one without a default is missing.
    """
    fields = {each.name: each for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(told) - set(fields)):
        raise LabError(f"{file} has {unknown[0]!r}, which nothing reads. Known are {', '.join(fields)}.")
    if kind is RowsGoal and "schema" in told:
        told = {**told, "schema": [_made(ModelGoal, each, file) for each in told["schema"]]}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    try:
        return kind(**given)
    except TypeError as error:
        raise LabError(f"{file} lacks something: {str(error).partition(' ')[2]}") from None
