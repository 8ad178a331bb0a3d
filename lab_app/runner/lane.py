"""One column's part of a run: its worker, its server once there is one, and the cells still to make."""

from __future__ import annotations

from collections import deque
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lab_app.document.types import Cell
from lab_app.errors import LabError
from lab_app.progress import Progress
from lab_app.runner.cell import not_run
from lab_app.runner.messages import Acting, Failed, Job, Made, Message, Reading, Step, Stopped
from lab_app.runner.pool import Worker
from lab_app.servers import Server, Servers, Unavailable, Wanted, scratch

#: Jobs that a worker has at once: the one that it does, and one that is there when that is done.
_DEPTH = 2


class Planned(NamedTuple):
    """A cell to make: the scenario's name and file, the attempt's name and time limit in seconds, its databases."""

    scenario: str
    path: Path
    attempt: str
    seconds: float
    databases: int = 1


class Lane:
    """One column's part of a run. ``cells`` are those made so far, by scenario and attempt.

    Until every server has answered it goes by the name of its search. ``same_as`` is the name of the lane whose server
    it has come out with: then it makes no cells, and is no column. Its scratch databases are the lane's alone, from the
    first job to ``close``; on somebody's server they are leased.
    """

    def __init__(
        self, wanted: Wanted, folder: str, rows: int | None, progress: Progress, *, measuring: bool = False
    ) -> None:
        self.wanted = wanted
        self.worker = Worker(wanted.engine.name, folder, partial(progress.printed, wanted.name))
        self.found: Server | Unavailable | None = None
        self.same_as: str | None = None
        self.cells: dict[tuple[str, str], Cell] = {}
        self._rows = rows
        self._measuring = measuring
        self._progress = progress
        self._databases: scratch.ScratchNames | None = None
        self._todo: deque[Planned] = deque()
        self._sent: deque[Planned] = deque()
        self._total = 0

    @property
    def over(self) -> bool:
        """Whether every cell is made."""
        return not self._todo and not self._sent

    def want(self, cells: list[Planned]) -> None:
        """Say which cells are wanted, in the order in which they are made."""
        self._todo.extend(cells)
        self._total = len(cells)
        self._count()

    def feed(self, servers: Servers) -> None:
        """Give the worker its next jobs, or settle every cell when no server can be had."""
        if self.found is None and (found := servers.poll(self.wanted.name)) is not None:
            self._have(found, servers.same_as(self.wanted.name))
        if isinstance(self.found, Unavailable):
            for planned in self._todo:
                self._settle(planned, self.found.reason, self.found.fix)
            self._todo.clear()
        elif isinstance(self.found, Server) and self._databases:
            while self._todo and len(self._sent) < _DEPTH:
                self._send(self.found, self._databases)

    def take(self, message: Message) -> None:
        """Take what the worker says of the job that it does.

        Raises:
            LabError: the scenario cannot be used as it stands.
        """
        match message:
            case Failed(sentence):
                raise LabError(sentence)
            case Made(cell):
                planned = self._sent.popleft()
                self.cells[planned.scenario, planned.attempt] = cell
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
        if self._databases:
            self._databases.drop()
            self._databases.release()

    def _have(self, found: Server | Unavailable, same_as: str | None) -> None:
        self.found, self.same_as = found, same_as
        if isinstance(found, Unavailable):
            self._progress.server(self.wanted.name, f"not up: {found.reason}", "not up")
        elif same_as:
            self._todo.clear()
            self._progress.server(self.wanted.name, f"{found.version}, as {same_as} is: one column", "ready")
            self._progress.count(self.wanted.name, 0, 0)
        else:
            ready = f"{found.version} ready, {found.source}, {found.ms / 1000:.1f} s"
            self._progress.server(self.wanted.name, ready, "ready")
            self._databases = scratch.ScratchNames(found)

    def _send(self, server: Server, databases: scratch.ScratchNames) -> None:
        planned = self._todo.popleft()
        self._sent.append(planned)
        names = databases.take(planned.databases)
        job = Job(str(planned.path), planned.attempt, server, names, self._rows, self._measuring)
        self.worker.send(job, planned.seconds)

    def _restart(self, reason: str) -> None:
        """Put another worker in the place of one that was ended in a job; what waited behind that is still to do."""
        failed = self._sent.popleft()
        self._todo.extendleft(reversed(self._sent))
        self._sent.clear()
        self.worker = self.worker.restarted()
        if self._databases:  # an ended worker may still be connected to them
            self._databases.drop()
        self._settle(failed, reason, None)
        self._count()

    def _settle(self, planned: Planned, reason: str, fix: str | None) -> None:
        """Leave a cell that cannot be made, with the reason."""
        engine, at = self.wanted.engine.name, (planned.scenario, planned.attempt)
        self.cells[at] = not_run(*at, engine, reason, fix)

    def _count(self) -> None:
        self._progress.count(self.wanted.name, len(self.cells), self._total)

    def _tell(self, text: str) -> None:
        if self._sent:
            self._progress.step(self.wanted.name, f"{self._sent[0].scenario} {self._sent[0].attempt}: {text}")
