"""Every process of a command of the lab while it runs: what it is for, its highest memory, its CPU seconds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Event, Thread

from bench import proc

#: Seconds between two looks; at every fourth it looks for new processes, at every fortieth for connections.
_INTERVAL = 0.025
_NEW, _CONNECTIONS = 4, 40
WORKERS = "workers"
_FORK_SERVER = "fork server"
_ROLES = (
    ("multiprocessing.forkserver", _FORK_SERVER),
    ("resource_tracker", "resource tracker"),
    ("janitor", "janitor"),
    ("probe/start.py", "probes"),
)


@dataclass
class Seen:
    """One process as it was last seen; ``port`` is that of the server that it is connected to, 0 for none."""

    role: str
    megabytes: float = 0.0
    seconds: float = 0.0
    port: int = 0


class Watch:
    """Looks at a command's processes while the block lasts, from a thread. ``seen`` has what it saw, by number.

    ``ports`` are those of the servers, by which workers are told apart.

        watch = Watch()
        run(command, environment, watch=watch.over)
    """

    def __init__(self, ports: Collection[int] = ()) -> None:
        self.seen: dict[int, Seen] = {}
        self._ports = set(ports)
        self._alive: list[int] = []

    @contextmanager
    def over(self, root: int) -> Iterator[None]:
        """Watch everything below a process, itself not counted."""
        enough = Event()
        thread = Thread(target=self._look, args=(root, enough), daemon=True)
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join()

    def highest(self) -> dict[str, float]:
        """Return the highest peak of each kind of process in MB."""
        found: dict[str, float] = {}
        for each in self.seen.values():
            found[each.role] = max(each.megabytes, found.get(each.role, 0.0))
        return found

    def _look(self, root: int, enough: Event) -> None:
        for number in count():
            if number % _NEW == 0:
                self._alive = list(self._find(root, ""))
            for pid in self._alive:
                # The last answer counts: a process that was just forked still has its parent's peak.
                self.seen[pid].megabytes = proc.peak(pid) or self.seen[pid].megabytes
                self.seen[pid].seconds = proc.cpu(pid) or self.seen[pid].seconds
            if number % _CONNECTIONS == 0 and self._ports:
                self._connect()
            if enough.wait(_INTERVAL):
                return

    def _find(self, pid: int, parent: str) -> Iterator[int]:
        for child in proc.children(pid):
            words, known = proc.command(child), self.seen.get(child)
            if words and not (known and known.role == WORKERS):
                # A worker stays one: when the fork server ends first, it has another parent.
                known = self.seen.setdefault(child, Seen(""))
                known.role = role(words, parent)
            if known:
                yield child
                yield from self._find(child, known.role)

    def _connect(self) -> None:
        for pid in self._alive:
            if self.seen[pid].role == WORKERS and self.seen[pid].port == 0:
                self.seen[pid].port = next(iter(proc.connected(pid) & self._ports), 0)


def role(command: str, parent: str) -> str:
    """Tell what a process of the lab is for, by its command line and what its parent is for."""
    # A worker is forked without a new program, and has the fork server's command line.
    if parent == _FORK_SERVER:
        return WORKERS
    return next((name for word, name in _ROLES if word in command), "command")
