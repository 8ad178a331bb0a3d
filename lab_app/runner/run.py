"""One run: which scenarios on which engines, and the result document that comes of it."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType

from lab_app import catalogue, leftovers
from lab_app.engines import BY_NAME, Engine
from lab_app.errors import LabError
from lab_app.evidence.cell import Cell, Document, EngineRecord, ScenarioRecord
from lab_app.leftovers import Lease
from lab_app.progress import Progress
from lab_app.runner.job import Job
from lab_app.runner.judge import not_run
from lab_app.runner.pool import Message, Worker, messages, warm_up
from lab_app.runner.request import Request
from lab_app.runner.versions import versions
from lab_app.servers import Server, Servers, Unavailable, scratch

_TICK = 0.05
_DESCRIBE_SECONDS = 60.0


def run(request: Request, progress: Progress) -> Document:
    """Run what is asked for and return the result document.

    Everything that was made on the way is gone when it returns or raises, Ctrl-C included.

    Raises:
        LabError: a scenario or a server cannot be used as it stands.
    """
    started = time.perf_counter()
    warm_up()
    with leftovers.guard(), Lab(request, progress) as lab:
        cells = lab.cells()
        return {
            "schema": 1,
            "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "ms": round((time.perf_counter() - started) * 1000),
            "engines": [_engine_record(BY_NAME[name], lab.found[name]) for name in request.engines],
            "scenarios": lab.scenarios,
            "cells": cells,
        }


@dataclass
class _Lane:
    """One engine's part of a run: its worker, its server once there is one, and the jobs still to do."""

    worker: Worker
    database: str
    todo: deque[tuple[str, str]] = field(default_factory=deque)
    wanted: int = 0
    current: tuple[str, str] | None = None
    lease: Lease | None = None


class Lab:
    """The engines of one run, from the first process to the last; a context manager that cleans up."""

    def __init__(self, request: Request, progress: Progress) -> None:
        self.scenarios: list[ScenarioRecord] = []
        self.found: dict[str, Server | Unavailable] = {}
        self._request = request
        self._progress = progress
        self._seconds: dict[tuple[str, str], float] = {}
        self._cells: dict[tuple[str, str, str], Cell] = {}
        self._lanes: dict[str, _Lane] = {}

    def __enter__(self) -> Lab:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(leftovers.run_folder())
            engines = [BY_NAME[name] for name in self._request.engines]
            self._servers = stack.enter_context(
                Servers(engines, lambda engine, words: self._progress.server(engine.name, words))
            )
            for name in self._request.engines:
                self._lanes[name] = _Lane(Worker(name, str(folder)), scratch.new_name())
                stack.callback(self._end, name)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def cells(self) -> list[Cell]:
        """Every cell of the run, by scenario, attempt and engine, whatever order they were made in."""
        self._describe()
        wanted = [(record["name"], name) for record in self.scenarios for name in self._attempts(record)]
        if not wanted:
            known = ", ".join(attempt["name"] for record in self.scenarios for attempt in record["attempts"])
            raise LabError(f"There is no attempt {', '.join(self._request.attempts)}. Type one of {known}.")
        for name, lane in self._lanes.items():
            lane.todo.extend(wanted)
            lane.wanted = len(wanted)
            self._progress.count(name, 0, lane.wanted)
        while any(lane.todo or lane.current for lane in self._lanes.values()):
            for name in self._lanes:
                self._feed(name)
            for message in messages([lane.worker for lane in self._lanes.values()], _TICK):
                self._take(message)
        return [self._cells[*key, engine] for key in wanted for engine in self._request.engines]

    def _describe(self) -> None:
        """Have one worker read the scenario files: the parent imports none of what they import."""
        lane = self._lanes[self._request.engines[0]]
        lane.worker.send([str(catalogue.find(name)) for name in self._request.scenarios], _DESCRIBE_SECONDS)
        while not self.scenarios:
            for message in messages([lane.worker], _TICK):
                if message.kind != "scenarios":
                    raise LabError(message.content)
                for record, seconds in message.content:
                    self.scenarios.append(record)
                    self._seconds.update({(record["name"], name): limit for name, limit in seconds.items()})

    def _attempts(self, record: ScenarioRecord) -> list[str]:
        names = [attempt["name"] for attempt in record["attempts"]]
        return [name for name in names if not self._request.attempts or name in self._request.attempts]

    def _feed(self, name: str) -> None:
        """Give an idle engine its next job, or settle all its cells when it cannot be had."""
        lane = self._lanes[name]
        if lane.current or not lane.todo:
            return
        found = self._found(name)
        if isinstance(found, Unavailable):
            for scenario, attempt in lane.todo:
                self._cells[scenario, attempt, name] = not_run(scenario, attempt, name, found.reason, found.fix)
            lane.todo.clear()
        elif found:
            lane.current = lane.todo.popleft()
            seconds = self._seconds[lane.current]
            path = str(catalogue.find(lane.current[0]))
            lane.worker.send(Job(path, lane.current[1], found, lane.database, self._request.rows), seconds)

    def _found(self, name: str) -> Server | Unavailable | None:
        if name not in self.found:
            found = self._servers.poll(name)
            if found is None:
                return None
            self.found[name] = found
            if isinstance(found, Server):
                self._progress.server(name, f"{found.version} ready, {found.source}, {found.ms / 1000:.1f} s", "ready")
                self._lanes[name].lease = scratch.lease_database(found, self._lanes[name].database)
            else:
                self._progress.server(name, f"not up: {found.reason}", "not up")
        return self.found[name]

    def _take(self, message: Message) -> None:
        lane = self._lanes[message.engine]
        scenario, attempt = lane.current or ("", "")
        if message.kind == "failed":
            raise LabError(message.content)
        if message.kind in ("acting", "step", "reading"):
            self._progress.step(message.engine, f"{scenario} {attempt}: {message.content or message.kind}")
            return
        if message.kind == "stopped":
            lane.worker = lane.worker.restarted()
            self._remove(message.engine)
            self._cells[scenario, attempt, message.engine] = not_run(
                scenario, attempt, message.engine, message.content, None
            )
        else:
            self._cells[scenario, attempt, message.engine] = message.content
        lane.current = None
        self._progress.count(message.engine, lane.wanted - len(lane.todo), lane.wanted)

    def _end(self, name: str) -> None:
        """End an engine's worker, and remove the database that it was working in."""
        lane = self._lanes[name]
        lane.worker.stop()
        if lane.current:
            self._remove(name)
        if lane.lease:
            lane.lease.release()

    def _remove(self, name: str) -> None:
        """Remove the scratch database of a worker that was ended in the middle."""
        server = self.found[name]
        if isinstance(server, Server) and server.engine.needs_server:
            scratch.remove(server, self._lanes[name].database)


def _engine_record(engine: Engine, found: Server | Unavailable) -> EngineRecord:
    up = isinstance(found, Server)
    return {
        "name": engine.name,
        "title": engine.title,
        "up": up,
        "version": found.version if isinstance(found, Server) else None,
        "source": found.source if isinstance(found, Server) else None,
        "reason": None if isinstance(found, Server) else found.reason,
        "fix": None if isinstance(found, Server) else found.fix,
    }
