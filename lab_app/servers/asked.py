"""The words of a command line become what is searched for: postgresql, postgresql:15, or nothing for everything."""

import difflib
import re
from collections.abc import Sequence

from lab_app.engines import BY_NAME, ENGINES, Engine
from lab_app.errors import LabError
from lab_app.servers import given
from lab_app.servers.find import asked_sources
from lab_app.servers.wanted import Wanted

_NUMBER = r"(0|[1-9][0-9]*)"
_VERSION = re.compile(rf"{_NUMBER}(\.{_NUMBER})*")


def asked(words: Sequence[str] = ()) -> tuple[Wanted, ...]:
    """Return what some words ask for, each once, in the order of the engines; without words every engine.

    Where a variable gives several addresses, and no version is asked for, each of them is one to search for.

    Raises:
        LabError: an engine has no such name, a version is not one, or LAB_SERVERS names no source.
    """
    found = dict.fromkeys(each for word in words or BY_NAME for each in _addresses(_wanted(word)))
    return tuple(sorted(found, key=lambda each: ENGINES.index(each.engine)))


def _wanted(word: str) -> Wanted:
    name, colon, version = word.partition(":")
    if name not in BY_NAME:
        near = difflib.get_close_matches(name, BY_NAME, n=1)
        raise LabError(f"There is no engine {name!r}. Type one of {', '.join(near or BY_NAME)}.")
    engine = BY_NAME[name]
    if colon and not version:
        raise LabError(f"No version follows the colon of {word!r}. Type {name}, or {_example(engine)}.")
    if version and not _VERSION.fullmatch(version):
        raise LabError(f"{version!r} is not a version of {engine.title}. Type digits and dots: {_example(engine)}.")
    return Wanted(engine, version)


def _addresses(wanted: Wanted) -> list[Wanted]:
    count = len(given.urls(wanted.engine))
    # Where another source comes first, its server is the one that is taken.
    if wanted.version or count < 2 or asked_sources()[0] != "given":
        return [wanted]
    return [Wanted(wanted.engine, place=place) for place in range(1, count + 1)]


def _example(engine: Engine) -> str:
    return f"{engine}:{engine.image.rpartition(':')[2] or 3}"
