"""One line of JSON each way, on descriptors that nothing of the project's can reach."""

import json
import os
import signal
import sys

#: The real one: what the project calls tells where it is called.
_LEAVE = os._exit


class Channel:
    """The probe's own copies of descriptors 0 and 1; afterwards the project reads nothing and prints to 2."""

    def __init__(self):
        self._process = os.getpid()
        self._from_walk = os.fdopen(os.dup(0), "r", encoding="utf-8", buffering=1)
        self._to_walk = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
        self._to_walk.write("\n")  # a sitecustomize of theirs may have printed the beginning of a line
        os.dup2(2, 1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)

    def send(self, message):
        """Write one message; what JSON has no word for is written as text. Without a walk the probe ends.

        A child that a revision has forked, and that came back from it, has nothing to say, and ends.
        """
        if os.getpid() != self._process:
            os._exit(0)
        text = json.dumps(message, default=str) + "\n"
        try:
            self._to_walk.write(text)
            self._to_walk.flush()
        except OSError:
            end()

    def receive(self):
        """Return the next message, or None when the walk has closed its end."""
        line = self._from_walk.readline()
        return json.loads(line) if line else None

    def ask(self, question):
        """Ask the walk in the middle of a step, and return its answer; without a walk the probe ends."""
        self.send({"ask": question})
        answer = self.receive()
        if answer is None:
            end()
        return answer


def end():
    """End now, with all that the project has started in this process's group: without a walk nobody else does.

    Nothing of the project's, a thread or an atexit hook, keeps the process.
    """
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    _LEAVE(0)


def hidden(address):
    """Return an address without its password."""
    import re

    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", str(address))


def say(text):
    """Write a line where the project's own prints go."""
    sys.stderr.write(text + "\n")
