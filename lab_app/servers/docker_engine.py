"""The Docker engine of this machine: found in a moment, or known to be missing without importing its SDK."""

import json
import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lab_app.servers.search import NoServer

if TYPE_CHECKING:
    from docker import DockerClient

#: The label by which the lab knows its own containers.
LABEL = "migration-lab.scratch"
_SOCKETS = ("/var/run/docker.sock", "~/.docker/run/docker.sock", "$XDG_RUNTIME_DIR/docker.sock")


def environment() -> dict[str, str]:
    """Return the environment with ``DOCKER_HOST`` set to the engine that answers.

    Raises:
        NoServer: none does.
    """
    host = os.environ.get("DOCKER_HOST") or _context() or _socket()
    try:
        _check_listening(host)
    except PermissionError:
        raise NoServer(f"the Docker engine on {host} does not let this user in") from None
    except (OSError, ValueError):
        raise NoServer(f"no Docker engine answers on {host}") from None
    return {**os.environ, "DOCKER_HOST": host}


def client(timeout: float = 2.0) -> "DockerClient":
    """Return a client of the engine that answers.

    Raises:
        NoServer: none does within ``timeout`` seconds.
    """
    found = environment()
    import docker
    import requests

    try:
        return docker.from_env(timeout=timeout, environment=found)  # type: ignore[arg-type]
    except (docker.errors.DockerException, requests.RequestException):
        raise NoServer(f"no Docker engine answers on {found['DOCKER_HOST']}") from None


def remove(name: str) -> bool:
    """Remove one of the lab's containers; False when there is none, or when it is not the lab's.

    Raises:
        NoServer: no Docker engine answers.
    """
    import docker
    import requests

    engine = client(timeout=30)
    for _ in range(4):
        try:
            container = engine.containers.get(name)
        except docker.errors.NotFound:
            # The engine may still be making what the lab asked for in the moment it was killed.
            time.sleep(0.3)
            continue
        if LABEL not in container.labels:
            return False
        try:
            container.remove(force=True, v=True)
        except docker.errors.APIError as error:
            # Somebody else is removing it just now: another sweep, or Docker itself.
            if error.status_code not in (requests.codes.conflict, requests.codes.not_found):
                raise
        return True
    return False


def _context() -> str:
    """Tell where ``docker context use`` points; the SDK is asked only when one is in use."""
    settings = Path(os.environ.get("DOCKER_CONFIG", "~/.docker")).expanduser() / "config.json"
    if not settings.is_file() or not json.loads(settings.read_text()).get("currentContext"):
        return ""
    from docker.context import ContextAPI

    context = ContextAPI.get_current_context()
    return str(context.Host) if context else ""


def _socket() -> str:
    paths = [Path(os.path.expandvars(path)).expanduser() for path in _SOCKETS]
    return f"unix://{next((path for path in paths if path.exists()), paths[0])}"


def _check_listening(host: str) -> None:
    """Connect and hang up; an ssh:// host is believed.

    Raises:
        OSError: nothing listens.
    """
    address = urlsplit(host)
    if address.scheme == "unix":
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(0.2)
            probe.connect(address.path)
    elif address.scheme != "ssh":
        socket.create_connection((address.hostname, address.port or 2375), 0.2).close()
