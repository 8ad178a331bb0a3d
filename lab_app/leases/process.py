"""A process that is told from a later one with the same number, by the moment it started."""

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """One process: its number, and when it started, in the words of the operating system."""

    pid: int
    started: str

    def __str__(self) -> str:
        return f"{self.pid}-{self.started}"

    @classmethod
    def parse(cls, text: str) -> "Process":
        """Return the process that ``str()`` wrote down.

        Raises:
            ValueError: ``text`` is anything else.
        """
        pid, dash, started = text.partition("-")
        if not dash:
            raise ValueError(text)
        return cls(int(pid), started)

    @classmethod
    def of(cls, pid: int) -> "Process":
        """Return the process that has this number now; one that is gone started never."""
        return cls(pid, _started(pid))

    @property
    def alive(self) -> bool:
        """Whether it still runs; a process that only waits to be collected does not."""
        return self.started != "" and _started(self.pid) == self.started

    def stop(self, number: int, patience: float) -> None:
        """Send the signal to it and its children, and kill what is left after ``patience`` seconds.

        Its children are those in the process group that it leads. A later process with the same number is left alone.
        """
        for each, seconds in ((number, patience), (signal.SIGKILL, 2.0)):
            if not self.alive:
                return
            with suppress(ProcessLookupError):
                (os.killpg if os.getpgid(self.pid) == self.pid else os.kill)(self.pid, each)
            end = time.monotonic() + seconds
            while self.alive and time.monotonic() < end:
                time.sleep(0.002)


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "" if Path("/proc/self").exists() else _asked(pid)
    # The second field is the program's name in brackets and may hold anything; 3 is the state, 22 the start.
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]


def _asked(pid: int) -> str:
    """Ask ``ps`` for the same, where there is no /proc: macOS."""
    command = ["ps", "-o", "state=,lstart=", "-p", str(pid)]
    spoken = {"LC_ALL": "C", "PATH": os.defpath}
    answer = subprocess.run(command, env=spoken, capture_output=True, text=True, check=False)
    state, _, started = answer.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else re.sub(r"\W+", "_", started.strip())
