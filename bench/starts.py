"""How long a server takes to start: cold, with nothing kept, and warm, with the data folder of the time before."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.figure import Figure, median, times
from bench.process import run, script
from bench.setting import Setting, plain_environment, say
from lab_app.engines import ENGINES, Engine

#: Each source, and what is kept from one start to the next. A given server is never started.
_SOURCES = {"compose": False, "local": True, "embedded": True, "container": False}
_ROUNDS = 3


def measure(setting: Setting) -> list[Figure]:
    """Measure the seconds until a server has answered its first query, for each source and engine of this machine."""
    figures = []
    for source, keeps in _SOURCES.items():
        for engine in (engine for engine in ENGINES if engine.needs_server):
            cold, warm = _rounds(source, engine, min(setting.rounds, _ROUNDS), keeps)
            if cold:
                word = "cold" if keeps else "answers" if source == "compose" else "start"
                figures.append(_figure(source, engine, word, cold))
            if warm:
                figures.append(_figure(source, engine, "warm", warm))
    return figures


def _figure(source: str, engine: Engine, word: str, seconds: list[float]) -> Figure:
    return Figure("starts", f"{engine.title}, {source}, {word}", median(seconds), "s", note=times(seconds))


def _rounds(source: str, engine: Engine, rounds: int, keeps: bool) -> tuple[list[float], list[float]]:
    """Return the seconds of cold and of warm starts; none where the source has no such engine."""
    cold: list[float] = []
    warm: list[float] = []
    for number in range(1, rounds + 1):
        with _fresh_home() as home:
            first = _start(source, engine, home)
            if "reason" in first:
                say(f"{source} has no {engine.title}: {first['reason']}")
                break
            cold.append(first["seconds"])
            if keeps:
                warm.append(_start(source, engine, home)["seconds"])
        say(f"round {number} of {rounds}: {engine.title} {first['version']}, {source}")
    return cold, warm


def _start(source: str, engine: Engine, home: Path) -> dict[str, Any]:
    environment = plain_environment() | {"LAB_HOME": str(home), "LAB_SERVERS": source}
    answer: dict[str, Any] = json.loads(run([*script("start"), engine.name], environment).printed)
    return answer


@contextmanager
def _fresh_home() -> Iterator[Path]:
    """Make an empty folder for the lab that the user of a database server may pass through."""
    home = Path(tempfile.mkdtemp(prefix="lab_"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
