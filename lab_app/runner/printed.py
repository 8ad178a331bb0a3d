"""What scenarios print: it is for their author's eyes, and never part of a document on standard output."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe

#: Bytes of one attempt that are told; it may print as much as it likes.
TOLD = 20_000
_AT_ONCE, _READS = 1 << 16, 16


class Printed:
    """The parent's end of a pipe that is standard output and standard error of a process which runs scenarios.

    The pipe holds what was printed even of a process that has died since. ``end`` is for the process; ``tell`` is
    called with each line. Of one attempt TOLD bytes are told, and the rest is read and forgotten.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._reader, self.end = Pipe(duplex=False)
        os.set_blocking(self._reader.fileno(), False)
        self._line = b""
        self._left = TOLD
        self.over = False

    def fileno(self) -> int:
        """Return the end that becomes readable when something was printed."""
        return self._reader.fileno()

    def read(self) -> None:
        """Tell what has been printed, without waiting for more."""
        for _ in range(_READS):
            try:
                found = os.read(self.fileno(), _AT_ONCE)
            except BlockingIOError:
                return
            if not found:
                self.over = True
                return
            self._take(found)

    def next(self) -> None:
        """Begin with another attempt."""
        if not self.over:
            self.read()
        self._end_line()
        self._left = TOLD

    def close(self) -> None:
        """Tell the last of it; the process is gone."""
        self.next()
        self._reader.close()

    def _take(self, found: bytes) -> None:
        if not self._left:
            return
        *lines, self._line = (self._line + found[: self._left]).split(b"\n")
        for line in lines:
            self._say(line)
        self._left = max(0, self._left - len(found))
        if not self._left:
            self._end_line()
            self._tell(f"… what is printed beyond {TOLD:,} bytes is left out")

    def _end_line(self) -> None:
        if self._line:
            self._say(self._line)
            self._line = b""

    def _say(self, line: bytes) -> None:
        self._tell(line.decode("utf-8", "replace"))


def print_to(end: Connection) -> None:
    """Let all that this process and its children print go to the end of a Printed, C code's too."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is not None:
            getattr(sys, name).flush()
        os.dup2(end.fileno(), number)
        # Nothing is kept back, so that it is there even when the process dies next.
        raw = io.FileIO(number, "w", closefd=False)
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        setattr(sys, name, stream)
    end.close()
