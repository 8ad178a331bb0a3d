"""A process that is told from a later one with the same number, by the moment it started."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_WRITTEN = re.compile(r"([1-9][0-9]{0,9})-(\w*)", re.ASCII)


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
        found = _WRITTEN.fullmatch(text)
        if not found:
            raise ValueError(text)
        return cls(int(found[1]), found[2])

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

        Raises:
            PermissionError: it is somebody else's.
        """
        if not self._told(number, patience):
            self._told(signal.SIGKILL, 2.0)

    def stop_all(self, number: int, patience: float) -> None:
        """Do the same, and end whatever it has started besides, in groups and sessions of their own.

        Raises:
            PermissionError: it is somebody else's.
        """
        below = self.below() if self.alive else []
        if number == signal.SIGKILL or not self._told(number, patience):
            below += self._held()
            self._told(signal.SIGKILL, 2.0)
        for process in below:
            process.kill()

    def _told(self, number: int, seconds: float) -> bool:
        """Send it and its group a signal, and tell whether it ends within so many seconds."""
        if not self.alive:
            return True
        with suppress(ProcessLookupError):
            (os.killpg if os.getpgid(self.pid) == self.pid else os.kill)(self.pid, number)
        end = time.monotonic() + seconds
        while self.alive and time.monotonic() < end:
            time.sleep(0.002)
        return not self.alive

    def _held(self) -> list["Process"]:
        """Stop it where it stands, so that it starts nothing more, and list what is below it."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGSTOP)
        return self.below() if self.alive else []

    def kill(self) -> None:
        """End it at once, alone; nothing happens when it has ended, or is somebody else's."""
        if self.alive:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, signal.SIGKILL)

    def below(self) -> list["Process"]:
        """List its children and theirs, as far as they are alive."""
        return [Process.of(pid) for pid in descendants(self.pid)]


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return "" if Path("/proc/self").exists() else _asked(pid)
    # The second field is the program's name in brackets and may hold anything; 3 is the state, 22 the start.
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]


def descendants(pid: int) -> list[int]:
    """List the numbers of a process's children and theirs, the nearest first."""
    found: list[int] = []
    children = _children_of()
    waiting = children(pid)
    while waiting:
        found += waiting
        waiting = [child for each in waiting for child in children(each) if child not in found]
    return found


def living_off(folder: Path) -> list[Process]:
    """List the processes whose temporary files go into a folder, as their environment says: on Linux alone."""
    found: list[Process] = []
    variable = b"\0TMPDIR=" + os.fsencode(folder)
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # somebody else's, or gone
            said = b"\0" + environment.read_bytes()
            if variable + b"\0" in said or variable + b"/" in said:
                found.append(Process.of(int(environment.parent.name)))
    return found


def _children_of() -> Callable[[int], list[int]]:
    """Return what lists a process's children: the kernel's own list where it keeps one, or else one made now."""
    if Path("/proc/self/task", str(os.getpid()), "children").exists():
        return _listed
    command = ["ps", "-A", "-o", "pid=,ppid="]
    answer = subprocess.run(command, env={"PATH": os.defpath}, capture_output=True, text=True, check=False)
    pairs = [tuple(map(int, line.split())) for line in answer.stdout.splitlines()]
    return lambda pid: [child for child, parent in pairs if parent == pid]


def _listed(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):  # it has ended
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - this is asked after every attempt
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as children:  # noqa: PTH123
                found += map(int, children.read().split())
    return found


def _asked(pid: int) -> str:
    """Ask ``ps`` for the same, where there is no /proc: macOS."""
    command = ["ps", "-o", "state=,lstart=", "-p", str(pid)]
    spoken = {"LC_ALL": "C", "PATH": os.defpath}
    answer = subprocess.run(command, env=spoken, capture_output=True, text=True, check=False)
    state, _, started = answer.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else re.sub(r"\W+", "_", started.strip())
