"""Peak memory of every process of the lab while it runs add_age; the database servers are not among them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.figure import Figure
from bench.peak import peak
from bench.process import started
from bench.setting import Setting, say
from bench.story import LAB

_PROC = Path("/proc")
_INTERVAL = 0.005
_ROLES = (
    ("multiprocessing.forkserver", "fork server"),
    ("resource_tracker", "resource tracker"),
    ("janitor", "janitor"),
)


def measure(setting: Setting) -> list[Figure]:
    """Return the highest peak of each kind of process over all rounds, in MB; nothing where there is no /proc."""
    if peak("self") is None:
        say("memory: this system has no /proc to read it from")
        return []
    highest: dict[str, float] = {}
    for number in range(1, setting.rounds + 1):
        say(f"round {number} of {setting.rounds}: memory")
        for kind, megabytes in _peaks(setting):
            highest[kind] = max(megabytes, highest.get(kind, 0.0))
    note = f"the highest of {setting.rounds}"
    return [
        Figure("memory", f"peak of the {kind}", most, "MB", at_most=120, note=note) for kind, most in highest.items()
    ]


def _peaks(setting: Setting) -> Iterable[tuple[str, float]]:
    """Run once, and return the role of each process and its peak in MB."""
    seen: dict[int, tuple[str, float]] = {}
    with started(LAB, setting.environment) as process:
        while process.poll() is None:
            # The last answer counts: a process that was just forked still has its parent's peak.
            seen.update(_family(process.pid))
            time.sleep(_INTERVAL)
        process.communicate()
    return seen.values()


def _family(pid: int, parent: str = "") -> Iterator[tuple[int, tuple[str, float]]]:
    """Yield a process and all that descend from it, as far as they can still be read."""
    try:
        command = (_PROC / str(pid) / "cmdline").read_text()
        children = [child for task in (_PROC / str(pid) / "task").iterdir() for child in _children(task)]
    except OSError:
        return
    mine = role(command, parent)
    megabytes = peak(pid)
    if megabytes:
        yield pid, (mine, megabytes)
    for child in children:
        yield from _family(child, mine)


def _children(task: Path) -> list[int]:
    return [int(child) for child in (task / "children").read_text().split()]


def role(command: str, parent: str) -> str:
    """Tell what a process of the lab is for, by its command line and what its parent is for."""
    # A worker is forked without a new program, and has the fork server's command line.
    if parent == "fork server":
        return "workers"
    return next((name for word, name in _ROLES if word in command), "command")
