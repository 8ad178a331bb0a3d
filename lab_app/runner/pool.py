"""The parent's side of the workers: one process a lane, jobs one after the other, a time limit for each."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from signal import SIGKILL
from typing import Any

from lab_app.leases import Process, lease
from lab_app.leases.process import living_off
from lab_app.runner.entry import entry
from lab_app.runner.fork_server import CONTEXT
from lab_app.runner.messages import Acting, Describe, Message, Reading, Step, Stopped, Task
from lab_app.runner.printed import Printed
from lab_app.runner.temporary import temporary_folder

#: Seconds for everything around an attempt: making its database, and reading it before and after.
SETUP_SECONDS = 120.0


class Worker:
    """One process, with the job that it does and those that wait behind it.

    A job that waits is in the pipe already, so that the process never waits for its parent. ``tell`` is called with
    each line that is printed there.
    """

    def __init__(self, engine: str, folder: str, tell: Callable[[str], None]) -> None:
        self.engine = engine
        self._tell = tell
        self.printed = Printed(tell)
        self._folder = folder
        self._deadline = self._granted = 0.0
        self._heard = time.monotonic()
        self._limits: deque[float] = deque()
        self._channel, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=entry, args=(theirs, self.printed.end, engine, folder), daemon=True)
        self._process.start()
        theirs.close()
        self.printed.end.close()
        self._identity = Process.of(self._process.pid or 0)
        what = f"the worker of {engine}"
        self._lease = lease("process", what, process=str(self._identity), signal=str(int(SIGKILL)))

    @property
    def busy(self) -> bool:
        """Whether it has a job."""
        return bool(self._limits)

    @property
    def silent(self) -> float:
        """Seconds since it has said something, or was given the job that it does."""
        return time.monotonic() - self._heard

    @property
    def channel(self) -> Connection:
        """The end of the pipe that becomes readable when it has something to say."""
        return self._channel

    def send(self, task: Task, seconds: float) -> None:
        """Give it a job. An attempt is stopped after its own seconds, what surrounds it after SETUP_SECONDS."""
        if not self.busy:
            self._heard = time.monotonic()
            self._grant(seconds if isinstance(task, Describe) else SETUP_SECONDS)
        self._limits.append(seconds)
        with contextlib.suppress(OSError):  # a process that has died is told by receive()
            self._channel.send(task)

    def receive(self) -> Message:
        """Return the next thing it says; a closed pipe means that the process has died."""
        self._heard = time.monotonic()
        try:
            message: Message = self._channel.recv()
        except (EOFError, OSError):
            return Stopped("its process died")
        match message:
            case Acting():
                self._grant(self._limits[0])
            case Reading():
                self._grant(SETUP_SECONDS)
            case Step():
                pass
            case _:  # the job is done, and the next one has begun
                self._limits.popleft()
                self.printed.next()
                self._grant(SETUP_SECONDS)
        return message

    def _grant(self, seconds: float) -> None:
        self._granted = seconds
        self._deadline = time.monotonic() + seconds

    def overdue(self) -> Stopped | None:
        """Return that its time is up, when it is."""
        if self.busy and time.monotonic() > self._deadline:
            return Stopped(f"stopped: no end within {self._granted:g} s")
        return None

    def restarted(self) -> Worker:
        """End it at once and start another in its place, which has no job yet."""
        self.stop()
        return Worker(self.engine, self._folder, self._tell)

    def abandon(self) -> None:
        """Wait for none of its jobs any more; it is still to be stopped."""
        self._limits.clear()

    def stop(self) -> None:
        """End it at once, whatever it is doing, and whatever it has started."""
        self._identity.stop_all(SIGKILL, 0.0)
        # One that has died by itself has left what it had started, and its end may not be known here yet.
        for orphan in living_off(temporary_folder(Path(self._folder), self._identity.pid)):
            orphan.kill()
        self._process.join()
        self._channel.close()
        self.printed.close()
        self._lease.release()


def messages(workers: Iterable[Worker], seconds: float) -> list[tuple[Worker, Message]]:
    """Return what the busy workers said within so many seconds, and which of them are overdue.

    What is printed in any of them is told meanwhile.
    """
    workers = list(workers)
    busy = [worker for worker in workers if worker.busy]
    by_channel = {worker.channel: worker for worker in busy}
    printed = [worker.printed for worker in workers if not worker.printed.over]
    news: list[Any] = wait([*by_channel, *printed], timeout=seconds)  # type: ignore[list-item]
    for each in printed:
        if each in news:
            each.read()
    ready = [by_channel[channel] for channel in news if channel in by_channel]
    heard: list[tuple[Worker, Message]] = [(worker, worker.receive()) for worker in ready]
    return heard + [(worker, late) for worker in busy if worker not in ready and (late := worker.overdue())]
