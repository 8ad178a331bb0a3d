"""One engine's part of a run: its worker, its server once there is one, and the cells still to make."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import NamedTuple

from lab_app.document.types import Cell
from lab_app.errors import LabError
from lab_app.leases import Lease
from lab_app.progress import Progress
from lab_app.runner.cell import not_run
from lab_app.runner.messages import Acting, Failed, Job, Made, Message, Reading, Step, Stopped
from lab_app.runner.pool import Worker
from lab_app.servers import Server, Servers, Unavailable, scratch

#: Jobs that a worker has at once: the one that it does, and one that is there when that is done.
_DEPTH = 2


class Wanted(NamedTuple):
    """A cell to make: the scenario's name and file, the attempt's name and time limit in seconds."""

    scenario: str
    path: Path
    attempt: str
    seconds: float


class Lane:
    """One engine's part of a run. ``cells`` are those made so far, by scenario and attempt.

    Its scratch database is the lane's alone, from the first job to ``close``; on somebody's server it is leased.
    """

    def __init__(self, name: str, folder: str, rows: int | None, progress: Progress) -> None:
        self.name = name
        self.worker = Worker(name, folder)
        self.found: Server | Unavailable | None = None
        self.cells: dict[tuple[str, str], Cell] = {}
        self._rows = rows
        self._progress = progress
        self._database = scratch.new_name()
        self._todo: deque[Wanted] = deque()
        self._sent: deque[Wanted] = deque()
        self._total = 0
        self._used = False
        self._lease: Lease | None = None

    @property
    def over(self) -> bool:
        """Whether every cell is made."""
        return not self._todo and not self._sent

    def want(self, cells: list[Wanted]) -> None:
        """Say which cells are wanted, in the order in which they are made."""
        self._todo.extend(cells)
        self._total = len(cells)
        self._count()

    def feed(self, servers: Servers) -> None:
        """Give the worker its next jobs, or settle every cell when the engine cannot be had."""
        if self.found is None and (found := servers.poll(self.name)) is not None:
            self._have(found)
        if isinstance(self.found, Unavailable):
            for wanted in self._todo:
                self._settle(wanted, self.found.reason, self.found.fix)
            self._todo.clear()
        elif isinstance(self.found, Server):
            while self._todo and len(self._sent) < _DEPTH:
                self._send(self.found)

    def take(self, message: Message) -> None:
        """Take what the worker says of the job that it does.

        Raises:
            LabError: the scenario cannot be used as it stands.
        """
        match message:
            case Failed(sentence):
                raise LabError(sentence)
            case Made(cell):
                wanted = self._sent.popleft()
                self.cells[wanted.scenario, wanted.attempt] = cell
                self._count()
            case Stopped(reason):
                self._restart(reason)
            case Step(text):
                self._tell(text)
            case Acting() | Reading():
                self._tell(type(message).__name__.lower())

    def close(self) -> None:
        """End the worker, whatever it does, and drop the database that it worked in."""
        self.worker.stop()
        self._drop()
        if self._lease:
            self._lease.release()

    def _have(self, found: Server | Unavailable) -> None:
        self.found = found
        if isinstance(found, Server):
            ready = f"{found.version} ready, {found.source}, {found.ms / 1000:.1f} s"
            self._progress.server(self.name, ready, "ready")
            self._lease = scratch.lease_database(found, self._database)
        else:
            self._progress.server(self.name, f"not up: {found.reason}", "not up")

    def _send(self, server: Server) -> None:
        wanted = self._todo.popleft()
        self._used = True
        self._sent.append(wanted)
        job = Job(str(wanted.path), wanted.attempt, server, self._database, self._rows)
        self.worker.send(job, wanted.seconds)

    def _restart(self, reason: str) -> None:
        """Put another worker in the place of one that was ended in a job; what waited behind that is still to do."""
        failed = self._sent.popleft()
        self._todo.extendleft(reversed(self._sent))
        self._sent.clear()
        self.worker = self.worker.restarted()
        self._drop()
        self._settle(failed, reason, None)
        self._count()

    def _settle(self, wanted: Wanted, reason: str, fix: str | None) -> None:
        """Leave a cell that cannot be made, with the reason."""
        self.cells[wanted.scenario, wanted.attempt] = not_run(wanted.scenario, wanted.attempt, self.name, reason, fix)

    def _count(self) -> None:
        self._progress.count(self.name, len(self.cells), self._total)

    def _tell(self, text: str) -> None:
        if self._sent:
            self._progress.step(self.name, f"{self._sent[0].scenario} {self._sent[0].attempt}: {text}")

    def _drop(self) -> None:
        """Drop the scratch database, to which an ended worker may still be connected."""
        if self._used and isinstance(self.found, Server) and self.found.engine.needs_server:
            scratch.remove(self.found, self._database)
            self._used = False
