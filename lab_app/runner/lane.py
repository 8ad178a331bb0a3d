"""One column's part of a run: its worker, its server once there is one, and the cells still to make."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lab_app.document.types import Cell
from lab_app.progress import Progress
from lab_app.runner.apart import unreadable
from lab_app.runner.cell import not_run
from lab_app.runner.doubt import Doubt, Silence, of_its_server
from lab_app.runner.messages import Acting, Describe, Described, Failed, Job, Made, Message, Reading, Step, Stopped
from lab_app.runner.pool import Worker, messages
from lab_app.scenario import catalogue
from lab_app.servers import NoServer, Server, Servers, Unavailable, Wanted
from lab_app.servers.scratch import ScratchNames

#: Jobs that a worker has at once: the one that it does, and one that is there when that is done.
_DEPTH = 2
#: Seconds for reading a scenario's file.
_DESCRIBE_SECONDS = 20.0


class Planned(NamedTuple):
    """A cell to make: scenario and file, attempt and its time limit in seconds, and in how many databases."""

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

    Its trouble is its own. What a worker could not do is not run. Where the server may be why, that is asked for first:
    a server that is well gets the cell once more, and one that is not loses the rest of its cells.
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
        self._databases: ScratchNames | None = None
        self._todo: deque[Planned] = deque()
        self._sent: deque[Planned] = deque()
        self._total = 0
        self._lost = False
        self._silence = Silence()
        self._doubt: Doubt | None = None
        self._doubted: Planned | None = None
        self._again: set[Planned] = set()

    @property
    def over(self) -> bool:
        """Whether every cell is made."""
        return not self._todo and not self._sent and not self._doubt

    def describe(self, path: Path) -> Described | str:
        """Have the worker read a scenario file, or return why it cannot: the parent imports none of what they import.

        A file that ends its worker, or goes on for ever, costs that worker alone.
        """
        self.worker.send(Describe(str(path), self._measuring), _DESCRIBE_SECONDS)
        while True:
            for _, message in messages([self.worker], _DESCRIBE_SECONDS):
                match message:
                    case Described():
                        return message
                    case Failed(sentence):
                        return sentence
                    case Stopped(reason):
                        self.worker = self.worker.restarted()
                        return unreadable(catalogue.shown(path), reason)

    def leave(self, cells: Mapping[Planned, str]) -> None:
        """Leave cells that nobody can make, each with the reason."""
        self._total += len(cells)
        for planned, reason in cells.items():
            self._settle(planned, reason, None)

    def want(self, cells: list[Planned]) -> None:
        """Say which cells are wanted, in the order in which they are made."""
        self._todo.extend(cells)
        self._total += len(cells)
        self._count()

    def feed(self, servers: Servers) -> None:
        """Give the worker its next jobs, or settle every cell when no server can be had."""
        if self.found is None and (found := servers.poll(self.wanted.name)) is not None:
            self._have(found, servers.same_as(self.wanted.name))
        if isinstance(self.found, Unavailable):
            self._settle_all(self.found.reason, self.found.fix)
        elif isinstance(self.found, Server) and self._databases:
            self._look_after(self.found)
            while self._todo and len(self._sent) < _DEPTH and not self._doubt:
                self._send(self.found, self._databases)

    def take(self, message: Message) -> None:
        """Take what the worker says of the job that it does."""
        match message:
            case Failed(sentence, lost):
                self._restart(Doubt(sentence, again=lost))
            case Made(cell) if of_its_server(cell, self.wanted.engine):
                self._restart(Doubt(cell["reason"], again=True, cell=cell))
            case Made(cell):
                self._made(self._sent.popleft(), cell)
            case Stopped(reason):
                self._restart(Doubt(reason, again=False))
            case Step(text):
                self._tell(text)
            case Acting() | Reading():
                self._tell(type(message).__name__.lower())

    def close(self) -> None:
        """End the worker, whatever it does, and drop the databases that it worked in; a lost server keeps them."""
        self.worker.stop()
        if self._databases and not self._lost:
            self._databases.let_go(limit=4.0)

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
            self._databases = ScratchNames(found)

    def _send(self, server: Server, databases: ScratchNames) -> None:
        planned = self._todo.popleft()
        self._sent.append(planned)
        names = databases.take(planned.databases)
        job = Job(str(planned.path), planned.attempt, server, names, self._rows, self._measuring)
        self.worker.send(job, planned.seconds)

    def _look_after(self, server: Server) -> None:
        """Hear what became of a doubt about the server, or ask it when its worker has been silent for long."""
        if self._doubt and self._doubt.over:
            self._resolve(self._doubt)
        elif self._sent and server.engine.needs_server:
            trouble = self._silence.trouble(server, self.worker.silent)
            if trouble:
                self._give_up(trouble)

    def _restart(self, doubt: Doubt) -> None:
        """Put another worker in the place of one that failed in a job; what waited behind that is still to do."""
        self._doubted = self._sent.popleft()
        self._todo.extendleft(reversed(self._sent))
        self._sent.clear()
        self.worker = self.worker.restarted()
        self._doubt = doubt
        if isinstance(self.found, Server) and self._databases and self.found.engine.needs_server:
            before, self._databases = self._databases, ScratchNames(self.found)
            doubt.ask(self.found, before, self._databases)

    def _resolve(self, doubt: Doubt) -> None:
        planned, self._doubt, self._doubted = self._doubted, None, None
        assert planned  # noqa: S101 - for the type checker: a doubt is about a cell
        if doubt.trouble:
            self._todo.appendleft(planned)
            self._give_up(doubt.trouble)
        elif doubt.again and planned not in self._again:
            self._again.add(planned)
            self._todo.appendleft(planned)
        elif doubt.cell:
            self._made(planned, doubt.cell)
        else:
            self._settle(planned, doubt.reason, None)
            self._count()

    def _give_up(self, trouble: NoServer) -> None:
        """Leave every cell that is not made yet: the server is lost."""
        self._lost = True
        self.worker.abandon()
        self._todo.extendleft(reversed(self._sent))
        self._sent.clear()
        first = self._todo[0]
        reason = f"{self.wanted.title} was lost at {first.scenario} {first.attempt}: {trouble.reason}"
        self._progress.server(self.wanted.name, reason, "not up")
        self._settle_all(reason, None)
        self._count()

    def _settle_all(self, reason: str, fix: str | None) -> None:
        for planned in self._todo:
            self._settle(planned, reason, fix or self._command(planned))
        self._todo.clear()

    def _command(self, planned: Planned) -> str:
        return f"flask lab run {planned.scenario} --on {self.wanted.engine!s}" + (
            f":{self.wanted.version}" if self.wanted.version else ""
        )

    def _made(self, planned: Planned, cell: Cell) -> None:
        self.cells[planned.scenario, planned.attempt] = cell
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
