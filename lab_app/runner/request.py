"""What a person asked to run, checked before anything is started."""

from __future__ import annotations

from dataclasses import dataclass

from lab_app.engines import ENGINES
from lab_app.errors import LabError
from lab_app.scenario import catalogue
from lab_app.servers import Wanted, asked


@dataclass(frozen=True)
class Request:
    """What to run: names of scenarios, on what, names of attempts (none: all), and how many rows to seed.

    ``measuring`` asks what the attempts come to, whatever their file expects of them.
    """

    scenarios: tuple[str, ...]
    wanted: tuple[Wanted, ...] = tuple(map(Wanted, ENGINES))
    attempts: tuple[str, ...] = ()
    rows: int | None = None
    measuring: bool = False


def request(
    names: tuple[str, ...], everything: bool, on: tuple[str, ...], attempts: tuple[str, ...], rows: int | None
) -> Request:
    """Return the request behind the words of a command line.

    Raises:
        LabError: a scenario or an engine has no such name, a version is not one, or no scenario was named.
    """
    if everything:
        names = tuple(catalogue.files())
    if not names:
        raise LabError("Which scenario? Type its name, or --all. All of them: flask lab list")
    catalogue.find_all(names)
    return Request(tuple(dict.fromkeys(names)), asked(on), attempts, rows)
