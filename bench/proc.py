"""What Linux tells of a process in /proc: what it has started, its memory, its CPU. Other systems tell nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_ESTABLISHED = "01"


def told() -> bool:
    """Tell whether this system says anything about its processes."""
    return (_PROC / "self/stat").exists()


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it, parents first, as far as they can still be read."""
    yield pid
    for child in children(pid):
        yield from tree(child)


def children(pid: int) -> list[int]:
    """List what a process has started and not collected; nothing when it is gone."""
    tasks = _entries(_PROC / str(pid) / "task")
    return [int(child) for task in tasks for child in _read(task / "children").split()]


def command(pid: int) -> str:
    """Return the command line of a process with a NUL after each word; nothing when it is gone."""
    return _read(_PROC / str(pid) / "cmdline")


def groups(pid: int) -> str:
    """Return the control groups of a process, which have the number of its container; nothing when it is gone."""
    return _read(_PROC / str(pid) / "cgroup")


def peak(process: int | str) -> float | None:
    """Return the highest resident size so far in MB, of a process number or ``self``; None where nobody tells."""
    # The answer for a process that waits to be collected has no such line.
    found = re.search(r"VmHWM:\s*(\d+) kB", _read(_PROC / str(process) / "status"))
    return int(found[1]) / 1024 if found else None


def cpu(pid: int) -> float | None:
    """Return the CPU seconds of a process and of the children that it has collected; None where nobody tells."""
    # The second field is the program's name in brackets and may hold anything; 14 to 17 are the four times.
    fields = _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS if fields else None


def cpu_of_tree(pid: int) -> float | None:
    """Return the same of a process and of all that descend from it; None when it is gone."""
    own = cpu(pid)
    return None if own is None else own + sum(cpu_of_tree(child) or 0.0 for child in children(pid))


def connected(pid: int) -> set[int]:
    """Return the TCP ports of others that a process is connected to."""
    links = (_link(file) for file in _entries(_PROC / str(pid) / "fd"))
    sockets = {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:[")}
    lines = [line.split() for name in ("tcp", "tcp6") for line in _read(_PROC / str(pid) / "net" / name).splitlines()]
    # 2 is the other side's address and port in hexadecimal, 3 the state, 9 the number of the socket.
    return {int(line[2].rpartition(":")[2], 16) for line in lines if line[3] == _ESTABLISHED and line[9] in sockets}


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _link(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        return ""
