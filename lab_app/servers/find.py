"""One engine's server: the sources are tried in order, and what each of them said is kept."""

import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace

from lab_app.errors import LabError
from lab_app.servers import compose, containers, embedded, given, local
from lab_app.servers.search import NoServer, Search, example
from lab_app.servers.server import Server, Unavailable

#: In the order in which they are tried.
SOURCES: dict[str, Callable[[Search], Server]] = {
    "given": given.find,
    "compose": compose.find,
    "local": local.find,
    "embedded": embedded.find,
    "container": containers.find,
}


def find(search: Search, sources: tuple[str, ...]) -> Server | Unavailable:
    """Return the engine's server from the first source that has one, or each source's reason for having none.

    A server that is started lives until ``search.undo`` is unwound. A given URL that cannot be used ends the search.
    """
    engine, begin = search.engine, time.perf_counter()
    if not engine.needs_server:
        return _built_in(search)
    refusals: list[NoServer] = []
    for source in ("given",) if search.wanted.place else sources:
        try:
            server = SOURCES[source](search)
        except NoServer as none:
            refusals = [none] if none.final else [*refusals, none]
            if none.final:
                break
        else:
            return replace(server, source=source, ms=_ms(begin))
    fixes = [none.fix for none in refusals if none.fix]
    return Unavailable(engine, _sentences(refusals), fixes[-1] if fixes else example(engine), _ms(begin))


def _built_in(search: Search) -> Server | Unavailable:
    """Return the library inside Python, which has the one version that it has."""
    engine, version, wanted = search.engine, sqlite3.sqlite_version, search.wanted.version
    try:
        search.check("the library inside this Python", version)
    except NoServer as none:
        return Unavailable(engine, _sentences([none]), f"a Python with {engine.title} {wanted}, or --on {engine}")
    return Server(engine, version, "built in", 0.0)


def asked_sources() -> tuple[str, ...]:
    """List the sources to try: those that ``LAB_SERVERS`` names, in its order, or all of them.

    Raises:
        LabError: a word in it is no source.
    """
    words = tuple(word.strip() for word in os.environ.get("LAB_SERVERS", "").split(",") if word.strip())
    if unknown := [word for word in words if word not in SOURCES]:
        raise LabError(f"LAB_SERVERS has no source called {unknown[0]!r}: type one or more of {','.join(SOURCES)}")
    return words or tuple(SOURCES)


def _sentences(refusals: list[NoServer]) -> str:
    return " ".join(f"{none.reason[:1].upper()}{none.reason[1:]}." for none in refusals)


def _ms(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000
