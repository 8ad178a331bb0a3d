"""What a learner has done: a plain text file in their ``learn`` folder, a line an exercise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from lab_app.home import writing

#: The name of the file.
FILE = "progress.txt"
_HEAD = "# What is done: the exercise, the day, and the engines that it was passed on.\n"
_LINE = re.compile(r"(?P<name>\w+)\s+(?P<day>\d{4}-\d\d-\d\d)\s+(?P<engines>.+)")

Far = Literal["done", "begun", "not yet"]


@dataclass(frozen=True)
class Done:
    """An exercise that was passed: on which day, and on which engines, by their titles."""

    name: str
    day: date
    engines: tuple[str, ...]


def done(learn: Path) -> dict[str, Done]:
    """Return what is done, by exercise; lines that say nothing are passed over."""
    try:
        text = (learn / FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found = {}
    for match in filter(None, map(_LINE.fullmatch, text.splitlines())):
        engines = tuple(title.strip() for title in match["engines"].split(","))
        found[match["name"]] = Done(match["name"], date.fromisoformat(match["day"]), engines)
    return found


def note(learn: Path, name: str, engines: Sequence[str], today: date) -> None:
    """Write that an exercise is done; one that was passed on more engines before keeps its line.

    Raises:
        LabError: the file cannot be written.
    """
    known = done(learn)
    if name in known and len(known[name].engines) > len(engines):
        return
    known[name] = Done(name, today, tuple(engines))
    with writing():
        lines = [f"{each.name} {each.day.isoformat()} {', '.join(each.engines)}\n" for each in known.values()]
        (learn / FILE).write_text(_HEAD + "".join(lines), encoding="utf-8")


def how_far(learn: Path, name: str, known: dict[str, Done]) -> Far:
    """Tell how far a learner is with an exercise: begun, where its folder is there."""
    if name in known:
        return "done"
    return "begun" if (learn / name / "app.py").exists() else "not yet"
