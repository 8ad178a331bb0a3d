"""The parent's side of the workers: one process an engine, a time limit for each job."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from signal import SIGKILL
from typing import Any, NamedTuple

from lab_app import leftovers
from lab_app.runner.job import entry

_CONTEXT = multiprocessing.get_context("forkserver")
#: Seconds for everything around an attempt: making its database, and reading it before and after.
SETUP_SECONDS = 120.0


def warm_up() -> None:
    """Start the process that workers are forked from: it does the heavy imports once, beside whatever else starts."""
    _CONTEXT.set_forkserver_preload(["lab_app.runner.worker"])
    # Alembic walks sets: with one seed two runs send their statements in one order.
    with _environment(PYTHONHASHSEED="0"):
        forkserver.ensure_running()


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


class Message(NamedTuple):
    """What a worker said: ``kind`` is acting, step, reading, cell, scenarios, failed, or stopped (by its limit)."""

    engine: str
    kind: str
    content: Any


class Worker:
    """One process, with at most one job at a time."""

    def __init__(self, engine: str, folder: str) -> None:
        self.engine = engine
        self.busy = False
        self._folder = folder
        self._deadline = self._granted = self._seconds = 0.0
        self._channel, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=entry, args=(theirs, engine, folder), daemon=True)
        self._process.start()
        theirs.close()
        identity = str(leftovers.Process.of(self._process.pid or 0))
        self._lease = leftovers.lease("process", f"the worker of {engine}", process=identity, signal=str(int(SIGKILL)))

    @property
    def channel(self) -> Connection:
        """The end of the pipe that becomes readable when it has something to say."""
        return self._channel

    def send(self, job: Any, seconds: float) -> None:
        """Give it a job. An attempt is stopped after its own seconds, what surrounds it after SETUP_SECONDS."""
        self.busy = True
        self._seconds = seconds
        self._grant(SETUP_SECONDS)
        self._channel.send(job)

    def receive(self) -> Message:
        """The next thing it says; a closed pipe means that the process has died."""
        try:
            kind, content = self._channel.recv()
        except (EOFError, ConnectionError):
            return Message(self.engine, "stopped", "its process died")
        if kind in ("acting", "reading"):
            self._grant(self._seconds if kind == "acting" else SETUP_SECONDS)
        elif kind != "step":
            self.busy = False
        return Message(self.engine, kind, content)

    def _grant(self, seconds: float) -> None:
        self._granted = seconds
        self._deadline = time.monotonic() + seconds

    def overdue(self) -> Message | None:
        """That its time is up, when it is."""
        if self.busy and time.monotonic() > self._deadline:
            return Message(self.engine, "stopped", f"stopped: no end within {self._granted:g} s")
        return None

    def restarted(self) -> Worker:
        """End it at once and start another in its place."""
        self.stop()
        return Worker(self.engine, self._folder)

    def stop(self) -> None:
        """End it at once, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._channel.close()
        self._lease.release()


def messages(workers: Iterable[Worker], seconds: float) -> list[Message]:
    """What the busy workers said within so many seconds, and which of them are overdue."""
    busy = [worker for worker in workers if worker.busy]
    by_channel = {worker.channel: worker for worker in busy}
    ready = [by_channel[channel].receive() for channel in wait(list(by_channel), timeout=seconds)]  # type: ignore[index]
    heard = {message.engine for message in ready}
    return ready + [late for worker in busy if worker.engine not in heard and (late := worker.overdue())]
