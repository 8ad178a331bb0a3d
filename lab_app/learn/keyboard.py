"""Single keys from a terminal, which is given back as it was."""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

#: What a key sends that is no character: an arrow, a function key.
_SEQUENCE = re.compile(rb"\x1b(?:[\[O][0-9;]*[A-Za-z~]|.)?", re.DOTALL)
#: Ctrl-D, and what stands for a terminal that is gone.
_END = b"\x04"


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
        self._typed_ahead = b""

    def next(self, seconds: float) -> str:
        """Return the next key, in lower case, or nothing in so many seconds.

        A key that sends several characters, an arrow, is passed over.

        Raises:
            EOFError: the terminal is gone.
        """
        if not self._typed_ahead:
            ready, _, _ = select.select([self._descriptor], [], [], seconds)
            if not ready:
                return ""
            self._typed_ahead = _SEQUENCE.sub(b"", os.read(self._descriptor, 64) or _END)
        pressed, self._typed_ahead = self._typed_ahead[:1], self._typed_ahead[1:]
        if pressed == _END:
            raise EOFError
        return pressed.decode("ascii", "replace").lower()
