"""What an attempt may change around itself, brought back after it: its worker goes on with the next one."""

from __future__ import annotations

import contextlib
import ctypes
import locale
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lab_app.leases.process import Process, descendants

#: Linux: who has lost its parent becomes a child of this process, and not of the first one.
_SET_CHILD_SUBREAPER = 36
#: Signals that an attempt might take for itself, an alarm above all.
_SIGNALS = (
    signal.SIGALRM,
    signal.SIGCHLD,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGPIPE,
    signal.SIGTERM,
    signal.SIGUSR1,
)
_END_SECONDS = 2.0


class Surroundings:
    """A worker's current folder, umask, environment and the like; ``folder`` is where temporary files go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        _adopt()
        self._make_temporary()
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        with contextlib.suppress(OSError):  # the folder that the lab was started in may have been deleted
            self._here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        self._umask = os.umask(0o022)
        os.umask(self._umask)
        self._environment = {**os.environ}
        self._path = [*sys.path]
        self._signals = {number: signal.getsignal(number) for number in _SIGNALS}
        self._locale = locale.setlocale(locale.LC_ALL)

    _here = -1

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Bring back, at the end, what the block has changed, and end the processes that it has started."""
        try:
            yield
        finally:
            end_children()
            self._restore()

    def _restore(self) -> None:
        signal.alarm(0)
        os.umask(self._umask)
        if self._here >= 0:
            with contextlib.suppress(OSError):
                os.fchdir(self._here)
        if os.environ != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
        if sys.path != self._path:
            sys.path[:] = self._path
        for number, handler in self._signals.items():
            if signal.getsignal(number) != handler and handler is not None:
                signal.signal(number, handler)
        if locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
        socket.setdefaulttimeout(None)
        tempfile.tempdir = str(self._folder)
        self._make_temporary()

    def _make_temporary(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)


def end_children() -> None:
    """End every process that was started below this one, however far it went away from its parent."""
    me, end = os.getpid(), time.monotonic() + _END_SECONDS
    while (below := descendants(me)) and time.monotonic() < end:
        for pid in below:
            Process.of(pid).kill()
        _collect()
        time.sleep(0.001)


def _collect() -> None:
    """Wait for the dead, so that none of them stays as a number."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _adopt() -> None:
    """Have processes that lose their parent become children of this one, where the system can do that."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
