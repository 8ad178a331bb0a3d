"""One run: which scenarios on which servers, and the result document that comes of it."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from lab_app.cleanup import guard
from lab_app.document.types import SCHEMA, Cell, Document, ScenarioRecord, TargetRecord
from lab_app.errors import LabError
from lab_app.leases import run_folder
from lab_app.progress import Progress
from lab_app.runner.apart import unreadable
from lab_app.runner.columns import names
from lab_app.runner.found import target_record
from lab_app.runner.lane import Lane, Planned
from lab_app.runner.messages import Describe, Described, Descriptions, Failed, Opening, Stopped
from lab_app.runner.pool import Worker, messages, warm_up
from lab_app.runner.request import Request
from lab_app.runner.versions import versions
from lab_app.scenario import catalogue
from lab_app.servers import Server, Servers, Unavailable

_TICK = 0.05
#: Seconds for the top of one scenario file.
_DESCRIBE_SECONDS = 20.0


def run(request: Request, progress: Progress) -> Document:
    """Run what is asked for and return the result document.

    Everything that was made on the way is gone when it returns or raises, Ctrl-C included.

    Raises:
        LabError: a scenario or a server cannot be used as it stands.
    """
    started = time.perf_counter()
    warm_up()
    with guard(), MatrixRun(request, progress) as matrix:
        cells = matrix.cells()
        return {
            "schema": SCHEMA,
            "kind": "run",
            "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "ms": round((time.perf_counter() - started) * 1000),
            "targets": matrix.targets(),
            "scenarios": matrix.scenarios,
            "cells": cells,
        }


class MatrixRun:
    """The lanes of one run, from the first process to the last; a context manager that cleans up."""

    def __init__(self, request: Request, progress: Progress) -> None:
        self.scenarios: list[ScenarioRecord] = []
        self._request = request
        self._progress = progress
        self._lanes: list[Lane] = []

    def __enter__(self) -> MatrixRun:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(run_folder())
            self._servers = stack.enter_context(Servers(self._request.wanted, self._progress.server))
            for wanted in self._request.wanted:
                lane = Lane(wanted, str(folder), self._request.rows, self._progress, measuring=self._request.measuring)
                self._lanes.append(lane)
                stack.callback(lane.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def cells(self) -> list[Cell]:
        """Make every cell of the run; return them by scenario, attempt and target, in whatever order they were made.

        Raises:
            LabError: a scenario cannot be used as it stands, or has no such attempt.
        """
        planned = self._planned()
        for lane in self._lanes:
            lane.want(planned)
        while not all(lane.over for lane in self._lanes):
            for lane in self._lanes:
                lane.feed(self._servers)
            by_worker = {lane.worker: lane for lane in self._lanes}
            for worker, message in messages(by_worker, _TICK):
                by_worker[worker].take(message)
        columns = self._columns()
        return [
            {**lane.cells[each.scenario, each.attempt], "target": name} for each in planned for name, lane, _ in columns
        ]

    def targets(self) -> list[TargetRecord]:
        """Return what was found for each column, once every cell is made."""
        return [{**target_record(lane.wanted, found), "name": name} for name, lane, found in self._columns()]

    def _columns(self) -> list[tuple[str, Lane, Server | Unavailable]]:
        """List the lanes that are columns, each with its name and what was found for it."""
        lanes = [(lane, lane.found) for lane in self._lanes if lane.found and not lane.same_as]
        called = names([(lane.wanted, found) for lane, found in lanes])
        return [(name, lane, found) for name, (lane, found) in zip(called, lanes, strict=True)]

    def _planned(self) -> list[Planned]:
        paths = catalogue.find_all(self._request.scenarios)
        asked = Describe(tuple(map(str, paths.values())), self._request.measuring)
        described = _describe(self._lanes[0].worker, asked)
        self.scenarios += [each.scenario for each in described]
        planned = [
            Planned(name, path, attempt, seconds, each.databases)
            for (name, path), each in zip(paths.items(), described, strict=True)
            for attempt, seconds in each.seconds.items()
            if not self._request.attempts or attempt in self._request.attempts
        ]
        if not planned:
            known = ", ".join(attempt for each in described for attempt in each.seconds)
            raise LabError(f"There is no attempt {', '.join(self._request.attempts)}. Type one of {known}.")
        return planned


def _describe(worker: Worker, asked: Describe) -> tuple[Described, ...]:
    """Have a worker read the scenario files: the parent imports none of what they import."""
    worker.send(asked, _DESCRIBE_SECONDS)
    at = "The scenarios"
    while True:
        for _, message in messages([worker], _TICK):
            match message:
                case Descriptions(scenarios):
                    return scenarios
                case Opening(path):
                    at = catalogue.shown(Path(path))
                case Failed(why):
                    raise LabError(why)
                case Stopped(why):
                    raise LabError(unreadable(at, why))
