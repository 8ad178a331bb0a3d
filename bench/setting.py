"""What every family of figures is given: servers that are up, scratch databases, a folder, and how many rounds."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from bench.clock import Clock, clock
from bench.report import Conditions
from lab_app.cleanup import guard
from lab_app.engines import ENGINES
from lab_app.errors import LabError
from lab_app.leases import run_folder
from lab_app.leases.lease_file import OWNER
from lab_app.servers import Server, Servers, scratch
from lab_app.servers.connection import connect

T = TypeVar("T")

#: Not a person's: with the last one every contender would compile its own modules at each start.
_OWN = (OWNER, "FLASK_APP", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")


class Setting:
    """One run of the bench; a context, at whose end the servers that it started are stopped."""

    def __init__(self) -> None:
        self.rounds = whole_number("BENCH_ROUNDS", 5, "rounds")
        self.rows = whole_number("BENCH_ROWS", 1_000_000, "rows")
        self._stack = ExitStack()

    def __enter__(self) -> Setting:
        self._stack.enter_context(guard())
        self.folder: Path = self._stack.enter_context(run_folder())
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    @cached_property
    def servers(self) -> dict[str, Server]:
        """Every engine that this machine can give; looked for once, when it is first wanted."""
        say("starting the servers")
        found = self._stack.enter_context(Servers(ENGINES))
        answers = {engine.name: found.wait(engine.name) for engine in ENGINES}
        for name, answer in answers.items():
            if not isinstance(answer, Server):
                say(f"{name} is not up: {answer.reason}")
        return {name: answer for name, answer in answers.items() if isinstance(answer, Server)}

    @cached_property
    def clocks(self) -> dict[str, Clock]:
        """What tells the CPU seconds of each server, by the engine's name. SQLite has none: it is in its clients."""
        return {name: clock(server) for name, server in self.servers.items() if server.engine.needs_server}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command of the lab, which is given these servers and keeps its results to itself."""
        given = {
            server.engine.url_variable: server.url(server.engine.maintenance_database)
            for server in self.servers.values()
            if server.engine.needs_server
        }
        return plain_environment() | given | {"LAB_SERVERS": "given", "LAB_RESULTS": str(self.results)}

    @property
    def results(self) -> Path:
        """Where a command of the lab leaves its result document."""
        return self.folder / "results.json"

    @contextmanager
    def databases(self) -> Iterator[dict[str, str]]:
        """Yield the address of an empty scratch database on each engine; they are dropped at the end."""
        with ExitStack() as stack:
            yield {name: stack.enter_context(self._database(server)) for name, server in self.servers.items()}

    @contextmanager
    def _database(self, server: Server) -> Iterator[str]:
        name = scratch.new_name()
        if not server.engine.needs_server:
            file = self.folder / f"{name}.db"
            yield server.url(str(file))
            file.unlink(missing_ok=True)
            return
        held = scratch.lease_database(server, name)
        with connect(server) as cursor:
            scratch.create(cursor.execute, server.engine, name)
        try:
            yield server.url(name)
        finally:
            scratch.remove(server, name)
            if held:
                held.release()

    def interleaved(self, contenders: Mapping[str, Callable[[], T]], limit: int | None = None) -> dict[str, list[T]]:
        """Return what each contender measures, round by round, so that noise hits them all alike."""
        found: dict[str, list[T]] = {name: [] for name in contenders}
        total = min(self.rounds, limit or self.rounds)
        for number in range(1, total + 1):
            for name, contender in contenders.items():
                say(f"round {number} of {total}: {name}")
                found[name].append(contender())
        return found

    @property
    def conditions(self) -> Conditions:
        """What the figures of this run depend on."""
        servers = self.__dict__.get("servers", {})
        engines = [f"{server.engine.title} {server.version} ({server.source})" for server in servers.values()]
        today = datetime.now(UTC).date().isoformat()
        return Conditions(today, platform.python_version(), os.cpu_count() or 1, self.rounds, engines)


def whole_number(variable: str, otherwise: int, what: str) -> int:
    """Read a number that the environment gives, or return another.

    Raises:
        LabError: what it gives is no whole number from 1.
    """
    asked = os.environ.get(variable) or str(otherwise)
    if not (asked.isascii() and asked.isdigit() and int(asked)):
        example = f"{variable}={otherwise}"
        raise LabError(f"{variable}={asked} is no number of {what}. Type a whole number from 1, such as {example}.")
    return int(asked)


def plain_environment() -> dict[str, str]:
    """Return the environment that the bench was started with, as a person has it."""
    return {name: value for name, value in os.environ.items() if name not in _OWN}


def say(text: str) -> None:
    """Tell on standard error what is being measured."""
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()
