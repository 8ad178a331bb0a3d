"""The CPU of every scenario: of clients and servers, and for a cell of each engine."""

from __future__ import annotations

from collections import Counter, defaultdict

from bench.cpu import cpu_of, split
from bench.figure import Figure, number
from bench.setting import Setting
from bench.watch import WORKERS
from bench.whole import Whole

_AT_MOST = 85


def figures(setting: Setting, found: Whole) -> list[Figure]:
    """Return the figure of everything and one for each engine; none where the system does not tell."""
    measured = found.measured
    if not cpu_of([measured]):
        return []
    # A sum that lacks a server meets no target.
    target = None if measured.unknown else _AT_MOST
    note = f"{split([measured])}; {len(found.cells)} cells; once"
    return [
        Figure("catalogue", "CPU of every scenario", cpu_of([measured])[0], "s", at_most=target, note=note),
        *_by_engine(setting, found),
    ]


def _by_engine(setting: Setting, found: Whole) -> list[Figure]:
    clients, made = _of_workers(setting, found), []
    for name, cells in Counter(cell["engine"] for cell in found.cells).items():
        if name in clients:
            used = {"client": clients[name], "server": found.measured.servers.get(name)}
            known = {who: seconds for who, seconds in used.items() if seconds is not None}
            each = [f"{who} {number(s)} s, {number(1000 * s / cells)} ms a cell" for who, s in known.items()]
            note = "; ".join([*each, f"{cells} cells"])
            made.append(Figure("catalogue", f"CPU of attempts on {name}", sum(known.values()), "s", note=note))
    return made


def _of_workers(setting: Setting, found: Whole) -> dict[str, float]:
    """Return the CPU seconds of each engine's workers; nothing when they cannot be told apart."""
    servers = {name: server for name, server in setting.servers.items() if server.engine.needs_server}
    by_port = {server.port: name for name, server in servers.items()}
    if len(by_port) < len(servers):
        return {}
    # A worker that was never connected to a server is SQLite's.
    built_in = next(name for name in setting.servers if name not in servers)
    spent: dict[str, float] = defaultdict(float)
    for each in found.watch.seen.values():
        if each.role == WORKERS:
            spent[by_port.get(each.port, built_in)] += each.seconds
    return spent
