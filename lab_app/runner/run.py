"""One run: which scenarios on which servers, and the result document that comes of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType

from lab_app.cleanup import guard
from lab_app.document.types import SCHEMA, Cell, Document, ScenarioRecord, TargetRecord
from lab_app.errors import LabError
from lab_app.leases import run_folder
from lab_app.progress import Progress
from lab_app.runner.columns import names
from lab_app.runner.fork_server import cool_down, warm_up
from lab_app.runner.found import UNREADABLE, target_record, unreadable_scenario
from lab_app.runner.lane import Lane, Planned
from lab_app.runner.messages import Described
from lab_app.runner.pool import messages
from lab_app.runner.request import Request
from lab_app.runner.versions import versions
from lab_app.scenario import catalogue
from lab_app.servers import Server, Servers, Unavailable

_TICK = 0.05


def run(request: Request, progress: Progress) -> Document:
    """Run what is asked for and return the result document.

    Everything that was made on the way is gone when it returns or raises, Ctrl-C included.

    Raises:
        LabError: no scenario can be used as it stands, or a word of the request means nothing.
    """
    started = time.perf_counter()
    with guard(), contextlib.ExitStack() as stack:
        stack.callback(cool_down)
        warm_up()
        matrix = stack.enter_context(MatrixRun(request, progress))
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
            LabError: none of the scenario files can be read, or there is no such attempt.
        """
        planned = self._planned()
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
        """Return the cells to make. A file that cannot be read is a row of its own, which no lane makes.

        Raises:
            LabError: none of the files can be read, or there is no such attempt.
        """
        planned: list[Planned] = []
        unreadable: dict[Planned, str] = {}
        known: list[str] = []
        for name, path in catalogue.find_all(self._request.scenarios).items():
            match self._lanes[0].describe(path):
                case Described(scenario, seconds, databases):
                    self.scenarios.append(scenario)
                    known += seconds
                    planned += [
                        Planned(name, path, attempt, seconds[attempt], databases) for attempt in self._wanted(seconds)
                    ]
                case sentence:
                    self.scenarios.append(unreadable_scenario(name, sentence))
                    unreadable[Planned(name, path, UNREADABLE, 0.0)] = sentence
        if not planned and unreadable:
            raise LabError(next(iter(unreadable.values())))
        if not planned:
            raise LabError(f"There is no attempt {', '.join(self._request.attempts)}. Type one of {', '.join(known)}.")
        for lane in self._lanes:
            lane.leave(unreadable)
            lane.want(planned)
        return [*planned, *unreadable]

    def _wanted(self, attempts: Iterable[str]) -> list[str]:
        return [each for each in attempts if not self._request.attempts or each in self._request.attempts]
