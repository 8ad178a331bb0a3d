"""The CPU seconds of a server, asked of who keeps count: /proc, or the Docker engine when it is not on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from bench import proc
from lab_app.servers import Server
from lab_app.servers.docker_engine import client
from lab_app.servers.search import NoServer

if TYPE_CHECKING:
    from docker.models.containers import Container

#: Returns the CPU seconds that a server has used so far; None where nobody tells.
Clock = Callable[[], float | None]

_PROGRAMS = ("local", "embedded")
_CONTAINERS = ("compose", "container")
#: Seconds that the Docker engine may take for an answer.
_LIMIT = 10.0


def clock(server: Server) -> Clock:
    """Find who counts the CPU of a server; nobody does for one that is given by an URL and may be anywhere."""
    if server.source in _PROGRAMS:
        pid = _process(server.port)
        return partial(proc.cpu_of_tree, pid) if pid else _unknown
    if server.source in _CONTAINERS:
        return _clock_of(_container(server))
    return _unknown


def _clock_of(container: Container | None) -> Clock:
    if container is None:
        return _unknown
    main = container.attrs["State"]["Pid"]
    # The engine may be on another machine, whose process numbers are somebody else's here.
    here = str(container.id) in proc.groups(main)
    return partial(proc.cpu_of_tree, main) if here else partial(_used, container)


def _unknown() -> None:
    return None


def _process(port: int) -> int | None:
    """Find the process below this one whose command line has the port; what it starts may have the same one."""
    for pid in proc.tree(os.getpid()):
        if any(word.rpartition("=")[2] == str(port) for word in proc.command(pid).split("\0")):
            return pid
    return None


def _container(server: Server) -> Container | None:
    """Find the container that publishes the server's port."""
    import docker
    import requests

    try:
        # Others come and go while the list is made.
        running = client(_LIMIT).containers.list(ignore_removed=True)
    except (NoServer, docker.errors.DockerException, requests.RequestException):
        return None
    for container in running:
        bound = container.ports.get(f"{server.engine.port}/tcp") or []
        if any(binding["HostPort"] == str(server.port) for binding in bound):
            return container
    return None


def _used(container: Container) -> float | None:
    """Ask the Docker engine."""
    import docker
    import requests

    try:
        # In one shot: otherwise the engine waits for a second sample. It takes up to a second as it is.
        found: Any = container.stats(stream=False, one_shot=True)
    except (docker.errors.DockerException, requests.RequestException):
        return None
    nanoseconds = found["cpu_stats"]["cpu_usage"].get("total_usage")
    return nanoseconds / 1e9 if nanoseconds else None
