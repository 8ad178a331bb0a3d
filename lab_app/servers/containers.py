"""Servers in containers of the official images, through Testcontainers: one for each target, for a whole command."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from lab_app.engines import Engine
from lab_app.leases import lease
from lab_app.servers.connection import ask_nearby
from lab_app.servers.docker_engine import LABEL, environment
from lab_app.servers.images import IMAGES
from lab_app.servers.search import NoServer, Search, SearchEnded
from lab_app.servers.server import Server

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

#: Seconds from the container's start to the first answer; pulling the image comes before.
START_LIMIT = 120.0
_LOOPBACK = "127.0.0.1"


def find(search: Search) -> Server:
    """Start a server in a new container, and return it once it has answered a query; it is removed with the search.

    Raises:
        NoServer: no Docker engine answers, the image cannot be had or is of another version than its tag says, the
            server does not start.
    """
    engine, password = search.engine, secrets.token_hex(16)
    name = f"lab-{engine}-{secrets.token_hex(4)}"
    container = _prepared(engine, search.wanted.image, name, password)
    try:
        _have_image(container, search)
        search.say(f"starting {container.image}")
        with ExitStack() as attempt:
            attempt.enter_context(_running(container, name))
            server = _answering(container, engine, password, search)
            search.check(f"the image {container.image}", server.version)
            search.undo.enter_context(attempt.pop_all())
            return server
    except (NoServer, SearchEnded):
        raise
    except Exception as error:  # Testcontainers, the SDK and requests have no kind of error in common
        why = str(getattr(error, "explanation", None) or error).partition("\n")[0]
        raise NoServer(f"no container of {container.image} ({why})", f"docker pull {container.image}") from None


def _prepared(engine: Engine, image: str, name: str, password: str) -> "DockerContainer":
    found = environment()
    # Not testcontainers.community.postgres and its like: they import SQLAlchemy, which this process can do without,
    # and wait for lines in a log.
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    if "TESTCONTAINERS_RYUK_DISABLED" not in os.environ:
        # The janitor does what Ryuk does, without one more image.
        testcontainers_config.ryuk_disabled = True
    container = DockerContainer(image, name=name, docker_client_kw={"environment": found})
    container.with_kwargs(labels={LABEL: engine.name})
    official = IMAGES[engine]
    container.with_envs(**official.environment, **{official.password_variable: password})
    container.with_command(list(official.flags))
    # with_exposed_ports publishes on every interface; the SDK also takes an address.
    container.ports[f"{engine.port}/tcp"] = _published_on(container)  # type: ignore[assignment]
    return container


def _published_on(container: "DockerContainer") -> tuple[str] | None:
    """Return the one address that is enough to publish on; None, for all, if Docker does not say, or is not here."""
    from testcontainers.core.config import ConnectionMode

    docker = container.get_docker_client()
    mode = docker.get_connection_mode()
    if mode is ConnectionMode.gateway_ip:
        # The lab itself is in a container. Older engines leave the gateway out.
        gateway = docker.client.networks.get("bridge").attrs["IPAM"]["Config"][0].get("Gateway")
        return (gateway,) if gateway else None
    if mode is ConnectionMode.docker_host and docker.host() not in ("localhost", _LOOPBACK):
        return None
    return (_LOOPBACK,)


def _have_image(container: "DockerContainer", search: Search) -> None:
    """Pull the image where it is not there yet, and have in memory what it wants on a disk.

    PostgreSQL's image has its data in one place up to version 17, and in another since.
    """
    import docker

    images = container.get_docker_client().client.images
    try:
        image = images.get(container.image)
    except docker.errors.ImageNotFound:
        search.say(f"pulling {container.image}, once")
        image = images.pull(container.image)
    for place in image.attrs["Config"].get("Volumes") or ():
        container.with_tmpfs_mount(place)


@contextmanager
def _running(container: "DockerContainer", name: str) -> Iterator[None]:
    import docker

    # Leased before it is made: a kill while Docker makes it is not too early.
    held = lease("container", f"the container {name}", name=name)
    try:
        container.start()
        yield
    finally:
        with suppress(docker.errors.NotFound):
            container.stop()
        held.release()


def _answering(container: "DockerContainer", engine: Engine, password: str, search: Search) -> Server:
    host, port = container.get_container_host_ip(), int(container.get_exposed_port(engine.port))
    # The name may mean ::1 first, where nothing is published.
    host = _LOOPBACK if host == "localhost" else host
    address = Server(engine, "", "", 0.0, host, port, IMAGES[engine].user, password)
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            return ask_nearby(address)
        except NoServer as none:
            container.reload()
            if container.status != "running":
                words = b"".join(container.get_logs()).decode(errors="replace").strip().rpartition("\n")[2]
                raise NoServer(f"the container of {container.image} ended ({words})") from None
            if time.monotonic() > deadline:
                raise NoServer(f"no answer from {container.image} within {START_LIMIT:g} s: {none.reason}") from None
        search.pause(0.05)
