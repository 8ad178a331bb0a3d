"""CPU seconds beside wall time, which says little on a machine that others use, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.figure import against, median, number
from bench.process import Finished
from bench.setting import Setting


@dataclass(frozen=True)
class Measured:
    """One command: its wall time, the CPU of everything that it started, and of each server meanwhile.

    All in seconds; None where nobody tells. ``servers`` has the engines' names, ``unknown`` words for a note: the
    servers that nobody could be asked about.
    """

    seconds: float
    clients: float | None
    servers: Mapping[str, float | None]
    unknown: Sequence[str] = ()

    @property
    def of_servers(self) -> float:
        """The CPU of all servers that it is known of."""
        return sum(used or 0.0 for used in self.servers.values())

    @property
    def cpu(self) -> float | None:
        """The CPU of clients and servers together."""
        return None if self.clients is None else self.clients + self.of_servers


def measured(setting: Setting, act: Callable[[], Finished]) -> Measured:
    """Run a command, and see what it and the servers have used."""
    before = {name: clock() for name, clock in setting.clocks.items()}
    finished = act()
    used = {name: _since(before[name], clock()) for name, clock in setting.clocks.items()}
    unknown = [f"{setting.servers[name].engine.title} ({setting.servers[name].source})" for name in used]
    return Measured(
        finished.seconds,
        finished.cpu,
        used,
        [words for words, seconds in zip(unknown, used.values(), strict=True) if seconds is None],
    )


def _since(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else now - before


def split(rounds: Sequence[Measured]) -> str:
    """Tell the medians of clients and servers, and whose is not known, for a note."""
    clients = [each.clients for each in rounds if each.clients is not None]
    servers = median([each.of_servers for each in rounds])
    words = f"clients {number(median(clients))} s, servers {number(servers)} s"
    unknown = rounds[-1].unknown
    return words + (f"; without the server of {', '.join(unknown)}, which tells nothing" if unknown else "")


def cpu_of(rounds: Sequence[Measured]) -> list[float]:
    """Return the CPU seconds of each round, clients and servers together; nothing where the system does not tell."""
    found = [each.cpu for each in rounds]
    return [seconds for seconds in found if seconds is not None]


def beside(ours: Sequence[Measured], theirs: Sequence[Measured]) -> str:
    """Tell the CPU seconds of two contenders behind their wall time, for a note; nothing where nobody tells."""
    used = cpu_of(ours), cpu_of(theirs)
    return f"; CPU {against(*used)}" if all(used) else ""
