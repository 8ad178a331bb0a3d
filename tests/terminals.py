"""A command at a terminal of its own: keys are pressed, and what stands on its screen is read."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_CLEAR = "\x1b[H\x1b[2J"
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_LIMIT = 60.0


class Terminal:
    """What a command has drawn on its terminal, and a keyboard."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._drawn = b""
        self.status: int | None = None

    @property
    def screen(self) -> list[str]:
        """The lines since the screen was last cleared, without styles."""
        text = self._drawn.decode(errors="replace").rpartition(_CLEAR)[2]
        return [line.rstrip() for line in _STYLE.sub("", text).replace("\r\n", "\n").split("\n")]

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._descriptor, keys.encode())

    def resize(self, columns: int, lines: int = 50) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def until(self, shown: str | Callable[[list[str]], bool], seconds: float = _LIMIT) -> list[str]:
        """The screen as soon as it shows a text; a test that waits for too long prints what is there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.screen
            if shown(found) if callable(shown) else shown in " ".join(" ".join(found).split()):
                return found
            if not self._read(0.1):
                break
        raise AssertionError(f"{shown!r} is not on the screen:\n" + "\n".join(self.screen))

    def ended(self, seconds: float = _LIMIT) -> int:
        """The exit status of the command, once it has ended."""
        end = time.monotonic() + seconds
        while self.status is None and time.monotonic() < end:
            self._read(0.1)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        assert self.status is not None, "it goes on:\n" + "\n".join(self.screen)
        return self.status

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if ready:
            try:
                self._drawn += os.read(self._descriptor, 1 << 16)
            except OSError:  # the command has ended
                return False
        return True


@contextmanager
def terminal(
    command: Sequence[str], folder: Path, environment: dict[str, str], columns: int = 80
) -> Iterator[Terminal]:
    """A command in a folder, at a terminal; one that goes on at the end is ended."""
    pid, descriptor = pty.fork()
    if pid == 0:  # pragma: no cover - the command's own process
        os.chdir(folder)
        os.execvpe(command[0], list(command), environment)  # noqa: S606 - the command itself
    found = Terminal(pid, descriptor)
    found.resize(columns)
    try:
        yield found
    finally:
        if found.status is None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            found.ended()
        os.close(descriptor)
