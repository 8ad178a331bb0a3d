"""Servers in containers, for real: those of the container source, and those that compose has labelled."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from availability import missing

from lab_app.cleanup import guard, sweep
from lab_app.engines import ENGINES, POSTGRESQL, Engine
from lab_app.leases import lease
from lab_app.leases.lease_file import OWNER
from lab_app.servers import NoServer, Server, Servers, Unavailable, Wanted, scratch
from lab_app.servers.connection import ask, connect, listening
from lab_app.servers.docker_engine import LABEL, client
from lab_app.servers.drivers import rows

pytestmark = [pytest.mark.docker, pytest.mark.servers]
SERVER_ENGINES = [engine for engine in ENGINES if engine.needs_server]

#: A lab that starts a container and waits for its end; it says so when the server is up, or is being started.
LAB = """
import sys, time
from lab_app.engines import POSTGRESQL
from lab_app.cleanup import guard
from lab_app.servers import Servers

say = (lambda engine, words: print(words, flush=True)) if sys.argv[1] == "starting" else None
with guard(), Servers([POSTGRESQL], say) as servers:
    servers.wait("postgresql")
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def docker() -> Iterator[Any]:
    """The Docker engine; without one every test here is skipped with the reason, or fails when strict."""
    try:
        engine = client(timeout=60)
    except NoServer as none:
        missing(none.reason)
    yield engine
    engine.close()


@pytest.fixture(scope="module", autouse=True)
def own_home(docker: Any) -> Iterator[None]:
    """A new folder for the lab, and a compose project of this test's own."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("LAB_HOME", folder)
        patch.setenv("COMPOSE_PROJECT_NAME", f"lab-test-{secrets.token_hex(4)}")
        for name in (OWNER, "LAB_SERVERS", *(engine.url_variable for engine in SERVER_ENGINES)):
            patch.delenv(name, raising=False)
        with guard():
            yield


@pytest.fixture(scope="module")
def containers(own_home: None) -> Iterator[dict[Engine, Server | Unavailable]]:
    """A container of each engine, started at the same time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_SERVERS", "container")
        started = Servers(SERVER_ENGINES)
    with started as servers:
        yield {engine: servers.wait(engine.name) for engine in SERVER_ENGINES}


def up(found: Server | Unavailable) -> Server:
    """The server; where its image cannot be had, the test is skipped with the reason, or fails when strict."""
    if isinstance(found, Unavailable):
        missing(found.reason)
    assert isinstance(found, Server)
    return found


def postgresqls(docker: Any) -> set[str]:
    """The names of the labs' containers of PostgreSQL, running or not; another lab may have some, too."""
    label = f"{LABEL}={POSTGRESQL}"
    return {container.name for container in docker.containers.list(all=True, filters={"label": label})}


def container_on(docker: Any, port: int) -> Any:
    """The running container that publishes a port."""
    return next(each for each in docker.containers.list() if str(port) in str(each.ports))


@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
def test_container(engine: Engine, containers: dict[Engine, Server | Unavailable], docker: Any) -> None:
    """A container answers as its engine, on 127.0.0.1 only, with its data in memory and a password of its own."""
    server = up(containers[engine])
    container = container_on(docker, server.port)

    assert server.source == "container"
    assert server.version.startswith(engine.image.partition(":")[2])
    assert ask(server).version == server.version
    # A lab that is itself in a container reaches it on Docker's bridge.
    if server.host == "127.0.0.1":
        assert container.ports[f"{engine.port}/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": str(server.port)}]
    assert [mount for mount in container.attrs["Mounts"] if mount["Type"] != "tmpfs"] == []
    assert len({each.password for each in containers.values() if isinstance(each, Server)}) == len(containers)


@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
def test_sql_mode_is_shipped(engine: Engine, containers: dict[Engine, Server | Unavailable]) -> None:
    """Durability is all that is given up: statements mean what they mean on a server as it ships."""
    shipped = {
        "postgresql": ("SELECT boot_val = reset_val FROM pg_settings WHERE name = 'standard_conforming_strings'", True),
        "mysql": (
            "SELECT @@sql_mode",
            "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
            "NO_ENGINE_SUBSTITUTION",
        ),
        "mariadb": (
            "SELECT @@sql_mode",
            "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
        ),
    }
    question, answer = shipped[engine.name]
    with connect(up(containers[engine])) as cursor:
        assert rows(cursor, question) == [(answer,)]


@pytest.mark.parametrize("moment", ["starting", "up"])
def test_kill(moment: str, docker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lab that is killed, also while its container is being started, leaves no container."""
    before = postgresqls(docker)
    monkeypatch.setenv("LAB_SERVERS", "container")
    with subprocess.Popen([sys.executable, "-c", LAB, moment], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()

    leases, end = Path(os.environ["LAB_HOME"]) / "leases", time.monotonic() + 20
    while list(leases.glob(f"{process.pid}-*")) and time.monotonic() < end:
        time.sleep(0.1)
    assert postgresqls(docker) <= before


def test_image_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image that no registry has is told with Docker's own words, and the next source is tried."""
    monkeypatch.setenv("LAB_SERVERS", "container,given")
    nowhere = Engine(**{**vars(POSTGRESQL), "image": "127.0.0.1:9/nobody/postgres:0"})
    from lab_app.servers import images

    monkeypatch.setitem(images.IMAGES, nowhere, images.IMAGES[POSTGRESQL])
    with Servers([nowhere]) as servers:
        found = servers.wait("postgresql")

    assert isinstance(found, Unavailable)
    assert found.reason.startswith("No container of 127.0.0.1:9/nobody/postgres:0 (")
    assert found.reason.endswith("LAB_POSTGRESQL_URL is not set.")
    assert found.fix == "docker pull 127.0.0.1:9/nobody/postgres:0"


@pytest.fixture
def own_image(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an image of PostgreSQL that only this test has: the container source takes it."""
    image = f"lab-test-{secrets.token_hex(4)}:9"
    monkeypatch.setattr(Wanted, "image", image)
    monkeypatch.setenv("LAB_SERVERS", "container")
    return image


def test_a_tag_that_says_another_version(
    own_image: str, docker: Any, containers: dict[Engine, Server | Unavailable]
) -> None:
    """A container that is of another version than its tag says is not taken, and is gone at once."""
    usual = up(containers[POSTGRESQL])
    docker.images.get(POSTGRESQL.image).tag(own_image)
    try:
        with Servers([Wanted(POSTGRESQL, "9")]) as servers:
            found = servers.wait("postgresql 9")
            assert own_image not in [each.attrs["Config"]["Image"] for each in docker.containers.list(all=True)]
    finally:
        docker.images.remove(own_image)

    assert isinstance(found, Unavailable)
    assert found.reason == f"The image {own_image} is PostgreSQL {usual.version}, not 9."


def test_an_image_with_its_data_elsewhere(
    own_image: str, docker: Any, containers: dict[Engine, Server | Unavailable]
) -> None:
    """Wherever an image wants a disk, which other versions of PostgreSQL do elsewhere, the container has memory."""
    usual = container_on(docker, up(containers[POSTGRESQL]).port)
    usual.commit(*own_image.split(":"), changes="VOLUME /var/lib/elsewhere")
    try:
        with Servers([POSTGRESQL]) as servers:
            made = container_on(docker, up(servers.wait("postgresql")).port)
    finally:
        docker.images.remove(own_image)

    assert "/var/lib/elsewhere" in made.attrs["HostConfig"]["Tmpfs"]
    assert [mount for mount in made.attrs["Mounts"] if mount["Type"] != "tmpfs"] == []


@pytest.fixture
def compose_service(docker: Any, containers: dict[Engine, Server | Unavailable]) -> Iterator[Any]:
    """Runs a container as compose does, with its labels; ``test`` is its health check."""
    up(containers[POSTGRESQL])
    made = []

    def run(test: str, **options: Any) -> Any:
        labels = {
            "com.docker.compose.project": os.environ["COMPOSE_PROJECT_NAME"],
            "com.docker.compose.service": "postgresql",
        }
        container = docker.containers.run(
            POSTGRESQL.image,
            detach=True,
            environment={"POSTGRES_PASSWORD": "of compose"},
            healthcheck={"test": ["CMD-SHELL", test], "interval": 200_000_000, "retries": 1000},
            labels=labels,
            tmpfs={"/var/lib/postgresql": ""},
            **{"ports": {"5432/tcp": ("127.0.0.1",)}} | options,
        )
        made.append(container)
        return container

    yield run
    for container in made:
        container.remove(force=True, v=True)


def find_compose(monkeypatch: pytest.MonkeyPatch, version: str = "") -> Server | Unavailable:
    """What the compose source says of PostgreSQL."""
    monkeypatch.setenv("LAB_SERVERS", "compose")
    wanted = Wanted(POSTGRESQL, version)
    with Servers([wanted]) as servers:
        return servers.wait(wanted.name)


def test_compose(compose_service: Any, docker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A healthy compose service is used where it is published, with its own password, and left running."""
    container = compose_service("psql -h 127.0.0.1 -U postgres -c 'SELECT 1' || exit 1", ports={"5432/tcp": None})
    end = time.monotonic() + 30
    while docker.containers.get(container.id).health != "healthy" and time.monotonic() < end:
        time.sleep(0.1)
    found = up(find_compose(monkeypatch))

    assert (found.source, found.host, found.password) == ("compose", "127.0.0.1", "of compose")
    assert ask(found).version == found.version
    assert listening(found.host, found.port)

    # It is taken for its version, and for no other one.
    assert up(find_compose(monkeypatch, found.version)).address == found.address
    other = find_compose(monkeypatch, "9")
    assert isinstance(other, Unavailable)
    assert other.reason == f"The compose project's server is PostgreSQL {found.version}, not 9."

    # A kill leaves a scratch database there; no password was written down, and it is dropped all the same.
    name = scratch.new_name()
    with connect(found) as cursor:
        scratch.create(cursor.execute, POSTGRESQL, name)
        monkeypatch.setenv(OWNER, "1-0")
        assert scratch.lease_database(found, name)
        assert sweep() == [f"Dropped database {name} of PostgreSQL at {found.address}."]
        assert (name,) not in rows(cursor, "SELECT datname FROM pg_database")


def test_compose_is_starting(compose_service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compose service that is not healthy yet is not waited for."""
    compose_service("exit 1")
    begin = time.perf_counter()
    found = find_compose(monkeypatch)

    assert isinstance(found, Unavailable)
    assert (found.reason, found.fix) == ("The compose service postgresql is starting.", "make up")
    assert time.perf_counter() - begin < 1


def test_compose_is_down(docker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compose project that is not up is told with the command that starts it; what was leased there is gone."""
    found = find_compose(monkeypatch)
    project = os.environ["COMPOSE_PROJECT_NAME"]

    assert isinstance(found, Unavailable)
    assert (found.reason, found.fix) == (f"The compose project {project} has no postgresql running.", "make up")
    # `make up` starts one version, and is no help with another.
    usual, other = find_compose(monkeypatch, "18"), find_compose(monkeypatch, "9")
    assert isinstance(usual, Unavailable)
    assert isinstance(other, Unavailable)
    assert usual.fix == "make up"
    assert other.fix.startswith("export LAB_POSTGRESQL_URL=")

    monkeypatch.setenv(OWNER, "1-0")
    gone = Server(POSTGRESQL, "18.6", "compose", 0.0, "127.0.0.1", 55432, "postgres")
    held = scratch.lease_database(gone, "lab_1")
    assert held
    assert sweep() == []
    assert not held.file.exists()


def test_somebody_elses_container(docker: Any, containers: dict[Engine, Server | Unavailable]) -> None:
    """A container without the lab's label is never removed, whatever a lease says."""
    up(containers[POSTGRESQL])
    name = f"somebody-{secrets.token_hex(4)}"
    somebody = docker.containers.create(POSTGRESQL.image, name=name)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(OWNER, "1-0")
            lease("container", "a container", name=name)
            assert sweep() == []
        assert docker.containers.get(name).status == "created"
    finally:
        somebody.remove(force=True, v=True)
