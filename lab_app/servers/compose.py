"""The servers of the project's compose.yaml, when they are up: ``docker compose`` labels say which is which."""

import os
from typing import TYPE_CHECKING

from lab_app.engines import Engine
from lab_app.servers.connection import ask_nearby
from lab_app.servers.docker_engine import client
from lab_app.servers.images import IMAGES
from lab_app.servers.search import NoServer, Search
from lab_app.servers.server import Server

if TYPE_CHECKING:
    from docker.models.containers import Container

PROJECT = "migration-lab"


class NotUp(NoServer):
    """The compose project runs no server of this engine; what was in it is gone, for its data is on tmpfs."""


def find(search: Search) -> Server:
    """Return the compose project's server of this engine, once it has answered.

    Raises:
        NoServer: it is not up or not healthy yet, for which nothing is waited; or it is of another version.
    """
    try:
        server = address(search.engine)
    except NoServer as none:
        # Compose starts the usual version, and no other one.
        raise NoServer(none.reason, none.fix if search.wanted.usual else "") from None
    search.say(f"asking {server.address}")
    answered = ask_nearby(server)
    search.check("the compose project's server", answered.version)
    return answered


def address(engine: Engine) -> Server:
    """Tell where compose has published the engine's service, and its password; the server is not asked.

    Raises:
        NotUp: the service does not run.
        NoServer: no Docker engine answers, the service is not healthy yet, or publishes no port here.
    """
    container = _container(engine)
    health = container.attrs["State"].get("Health", {}).get("Status", "healthy")
    if health != "healthy":
        raise NoServer(f"the compose service {engine.name} is {health}", "make up")
    return Server(
        engine,
        version="",
        source="compose",
        ms=0.0,
        host="127.0.0.1",
        port=_published(container, engine),
        user=IMAGES[engine].user,
        password=_environment(container).get(IMAGES[engine].password_variable, ""),
    )


def _container(engine: Engine) -> "Container":
    project = os.environ.get("COMPOSE_PROJECT_NAME") or PROJECT
    labels = [f"com.docker.compose.project={project}", f"com.docker.compose.service={engine.name}"]
    running = client().containers.list(filters={"label": labels})
    if not running:
        raise NotUp(f"the compose project {project} has no {engine.name} running", "make up")
    return running[0]


def _published(container: "Container", engine: Engine) -> int:
    bound = container.ports.get(f"{engine.port}/tcp") or []
    for binding in bound:
        if binding["HostIp"] in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - where it is published, not where we listen
            return int(binding["HostPort"])
    raise NoServer(f"the compose service {engine.name} publishes no port on 127.0.0.1", "make down up")


def _environment(container: "Container") -> dict[str, str]:
    return dict(line.split("=", 1) for line in container.attrs["Config"]["Env"])
