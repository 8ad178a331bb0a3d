"""What a person asked to run, checked before anything is started."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from lab_app.engines import BY_NAME
from lab_app.errors import LabError
from lab_app.scenario import catalogue


@dataclass(frozen=True)
class Request:
    """What to run: names of scenarios, of engines, of attempts (none: all), and how many rows to seed."""

    scenarios: tuple[str, ...]
    engines: tuple[str, ...] = tuple(BY_NAME)
    attempts: tuple[str, ...] = ()
    rows: int | None = None


def request(
    names: tuple[str, ...], everything: bool, engines: tuple[str, ...], attempts: tuple[str, ...], rows: int | None
) -> Request:
    """Return the request behind the words of a command line.

    Raises:
        LabError: a scenario or an engine has no such name, or none was named.
    """
    if everything:
        names = tuple(catalogue.files())
    if not names:
        raise LabError("Which scenario? Type its name, or --all. All of them: flask lab list")
    catalogue.find_all(names)
    for engine in engines:
        if engine not in BY_NAME:
            near = difflib.get_close_matches(engine, BY_NAME, n=1)
            raise LabError(f"There is no engine {engine!r}. Type one of {', '.join(near or BY_NAME)}.")
    ordered = tuple(name for name in BY_NAME if not engines or name in engines)
    return Request(tuple(dict.fromkeys(names)), ordered, attempts, rows)
