"""Single keys from a terminal, which is given back as it was."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keys() -> Iterator[Keys]:
    """Have keys come one by one, unechoed; Ctrl-C is one as ever."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield Keys(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


class Keys:
    """The keys of a terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def next(self, seconds: float) -> str:
        """Return the next key, in lower case, or nothing in so many seconds.

        A key that sends several characters, an arrow, is passed over.

        Raises:
            EOFError: the terminal is gone.
        """
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return ""
        pressed = os.read(self._descriptor, 64)
        if not pressed or pressed == b"\x04":
            raise EOFError
        return "" if pressed.startswith(b"\x1b") else pressed[:1].decode("ascii", "replace").lower()
