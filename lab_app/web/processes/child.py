"""Children of the web server: a command of the lab is started, its lines are taken, and it ends in good order."""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import IO

from lab_app.errors import LabError
from lab_app.web.processes.command import command

#: Seconds that a child has to clean up before it is killed; the lab's janitor cleans up after a kill.
PATIENCE = 20.0
#: Seconds that the last lines of a child are waited for when it is gone.
_LAST_LINES = 2.0
#: Characters after which a line is cut in two, and an answer, which may be a whole table.
_LONGEST_LINE, _LONGEST_ANSWER = 64 * 1024, 16 * 1024 * 1024


class Child:
    """A command of the lab that runs beside the web server.

    One that ``talks`` is sent lines, answers on standard output, and ends when its input closes. Any other tells what
    it does on standard error, and ends on SIGTERM. After kill -9 of the web server both find their pipes closed.

    Raises:
        LabError: no process can be started.
    """

    def __init__(self, words: Sequence[str], *, talks: bool = False) -> None:
        self._process = command(words, talks=talks)
        self._input = self._process.stdin
        self._told_to_end = threading.Lock()  # taken once, never released
        self._over = threading.Event()

    @property
    def pid(self) -> int:
        """The number of its process, which is that of its group too."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether its process still runs."""
        return self._process.poll() is None

    def follow(self, take: Callable[[str], None], end: Callable[[int], None]) -> None:
        """Have ``take`` called with each line, and ``end`` with the status at last, in threads of their own.

        What the child has started may hold the pipe open for longer than it lives itself: that is not waited for.
        """
        lines = self._process.stdout or self._process.stderr
        assert lines is not None  # noqa: S101 - for the type checker: command() asks for one of them
        reader = threading.Thread(target=self._read, args=(lines, take), daemon=True)
        threading.Thread(target=self._await, args=(reader, end), daemon=True).start()

    def say(self, line: str) -> bool:
        """Send a line, and tell whether it could be sent: the input may be closed, or the process gone."""
        if self._input is None:
            return False
        try:
            self._input.write(f"{line}\n")
            self._input.flush()
        except (OSError, ValueError):  # ValueError: it was closed meanwhile
            return False
        return True

    def stop(self) -> None:
        """Tell it to end, once, and return at once; what takes longer than PATIENCE to clean up is killed."""
        if not self._told_to_end.acquire(blocking=False):
            return
        if self._input is None:
            self._process.terminate()
        else:
            with suppress(OSError):
                self._input.close()
        with suppress(RuntimeError):  # no thread starts when Python itself ends: Children.close() waits then
            threading.Thread(target=self.wait, args=(PATIENCE,), daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until its end is told, at most so long, and kill it and its children then."""
        if not self._over.wait(max(0.0, seconds)):
            self._kill()
            self._over.wait(2 * _LAST_LINES)

    def _read(self, lines: IO[str], take: Callable[[str], None]) -> None:
        longest = _LONGEST_ANSWER if self._input else _LONGEST_LINE
        with suppress(ValueError, OSError), lines:
            for line in iter(partial(lines.readline, longest), ""):
                if not self._over.is_set():
                    take(line)

    def _await(self, reader: threading.Thread, end: Callable[[int], None]) -> None:
        reader.start()
        status = self._process.wait()
        reader.join(_LAST_LINES)
        try:
            end(status)
        finally:
            self._over.set()

    def _kill(self) -> None:
        if self.lives:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


class Children:
    """Children that end with the web server, or before. When ``closed``, no other is started."""

    def __init__(self) -> None:
        self.closed = False
        self._lock = threading.Lock()
        self._living: list[Child] = []

    def start(self, words: Sequence[str], *, talks: bool = False) -> Child:
        """Start one more.

        Raises:
            LabError: no process can be started, or the web server is about to end.
        """
        with self._lock:
            if self.closed:
                raise LabError("The web server is about to end. Type flask lab web")
            child = Child(words, talks=talks)
            if not self._living:
                atexit.register(self.close)
            self._living = [each for each in self._living if each.lives] + [child]
            return child

    def close(self) -> None:
        """Tell all of them to end, and wait for that: when this returns none is there."""
        self.closed = True
        atexit.unregister(self.close)
        with self._lock:
            living = list(self._living)
        for child in living:
            child.stop()
        deadline = time.monotonic() + PATIENCE
        for child in living:
            child.wait(deadline - time.monotonic())
