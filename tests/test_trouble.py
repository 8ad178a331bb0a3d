"""One engine's trouble is its own: real servers die, stop, refuse and fill up in the middle of a run."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from commands import alone
from homes import home_of_its_own
from trouble import Outcome, write_story

from lab_app.engines import MARIADB, POSTGRESQL, Engine
from lab_app.leases import lease
from lab_app.servers import NoServer, Server, Servers
from lab_app.servers.connection import ask, connect
from lab_app.servers.docker_engine import LABEL, client
from lab_app.servers.images import IMAGES

if TYPE_CHECKING:
    from docker.models.containers import Container

pytestmark = [pytest.mark.servers, pytest.mark.slow]

#: Seconds in which a server's trouble must be settled, once nothing is heard of its engine any more.
LIMIT = 10.0


@pytest.fixture(scope="module", autouse=True)
def own_home() -> Iterator[Path]:
    """A new folder for the lab, and no server in the environment."""
    with home_of_its_own("local,embedded") as folder:
        yield folder


@pytest.fixture
def pair() -> Iterator[dict[Engine, Server]]:
    """A PostgreSQL and a MariaDB of the test's own, to do anything to."""
    with Servers([POSTGRESQL, MARIADB]) as started:
        found = {engine: started.wait(engine.name) for engine in (POSTGRESQL, MARIADB)}
        for each in found.values():
            if not isinstance(each, Server):
                pytest.skip(each.reason)
        yield {engine: each for engine, each in found.items() if isinstance(each, Server)}


@pytest.fixture
def spoilt(own_home: Path) -> Iterator[None]:
    """The servers' data is made anew after a test that changes what stays in it; asked for before the pair."""
    yield
    shutil.rmtree(own_home / "servers")


@pytest.fixture
def environment(pair: dict[Engine, Server], tmp_path: Path) -> dict[str, str]:
    """The environment of a command that is given this pair."""
    given = {engine.url_variable: server.url(engine.maintenance_database) for engine, server in pair.items()}
    return {**alone(tmp_path / "home"), **given, "LAB_SCENARIOS": str(tmp_path / "scenarios")}


def processes(server: Server) -> list[psutil.Process]:
    """A server's process, and those below it."""
    [main] = (
        each.pid
        for each in psutil.process_iter()
        for line in _listening(each)
        if line.laddr.port == server.port and psutil.Process(each.ppid()).pid in (os.getpid(), 1)
    )
    return [psutil.Process(main), *psutil.Process(main).children(recursive=True)]


def _listening(process: psutil.Process) -> list[psutil._common.pconn]:
    try:
        return [line for line in process.net_connections("tcp") if line.status == psutil.CONN_LISTEN]
    except psutil.Error:
        return []


KILLED = "for pid in PIDS[:1]: os.kill(pid, signal.SIGKILL)"
STOPPED = """
import psutil
main = psutil.Process(PIDS[0])
for each in (main, *main.children(recursive=True)): each.suspend()
"""


@pytest.mark.parametrize("engine", [POSTGRESQL, MARIADB], ids=str)
@pytest.mark.parametrize("deed", [KILLED, STOPPED], ids=["killed", "stopped"])
def test_a_server_that_is_lost(
    engine: Engine, deed: str, pair: dict[Engine, Server], environment: dict[str, str], tmp_path: Path
) -> None:
    """What is left of its cells is not run, within seconds and with the reason; the others' go on."""
    write_story(tmp_path / "scenarios", deed)
    environment["TROUBLE_ENGINES"] = engine.name
    family = processes(pair[engine])
    environment["TROUBLE_PIDS"] = " ".join(str(each.pid) for each in family)
    try:
        run = Outcome("trouble", "--on", "sqlite", "--on", "postgresql", "--on", "mariadb", environment=environment)
    finally:
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.resume()

    assert run.status == 1
    assert run.outcomes(engine.name) == ["done", "not run", "not run", "not run"]
    for other in {"sqlite", "postgresql", "mariadb"} - {engine.name}:
        assert run.outcomes(other) == ["done"] * 4
    reasons = {cell["reason"] for cell in run.cells(engine.name)[1:]}
    assert len(reasons) == 1
    [reason] = reasons
    assert reason.startswith(f"{engine.title} was lost at trouble trouble: ")
    assert pair[engine].address in reason
    assert pair[engine].password not in str(run.document)
    assert run.seconds_to_notice(engine.name) < LIMIT
    assert [target["version"] for target in run.document["targets"] if target["engine"] == engine.name] != [None]


def test_a_server_that_comes_back(pair: dict[Engine, Server], environment: dict[str, str], tmp_path: Path) -> None:
    """A PostgreSQL that crashes and recovers in mid-run costs nothing: the cell is made once more."""
    deed = """
import psutil
if not OUT.exists():
    OUT.touch()
    backends = [each for each in psutil.Process(PIDS[0]).children() if "lab_" in " ".join(each.cmdline())]
    backends[0].kill()
    time.sleep(0.5)
"""
    write_story(tmp_path / "scenarios", deed)
    environment |= {"TROUBLE_ENGINES": "postgresql", "TROUBLE_OUT": str(tmp_path / "killed")}
    environment["TROUBLE_PIDS"] = str(processes(pair[POSTGRESQL])[0].pid)

    run = Outcome("trouble", "--on", "postgresql", environment=environment)

    assert (tmp_path / "killed").exists()
    assert run.outcomes("postgresql") == ["done"] * 4
    assert run.status == 0


@contextmanager
def restarted_at(sign: Path, server: Server) -> Iterator[None]:
    """Restart a server as soon as a file is there; the new one is ended with the block."""
    main = processes(server)[0]
    command, where, user = main.cmdline(), main.cwd(), main.uids().real
    again: list[subprocess.Popen[bytes]] = []

    def restart() -> None:
        while not sign.exists():
            time.sleep(0.02)
        main.terminate()
        while main.is_running() and main.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.02)
        null = subprocess.DEVNULL
        own = {"user": user, "extra_groups": []} if os.geteuid() == 0 else {}
        again.append(subprocess.Popen(command, cwd=where, stdout=null, stderr=null, **own))

    thread = threading.Thread(target=restart, daemon=True)
    thread.start()
    try:
        yield
    finally:
        for each in again:
            each.kill()
            each.wait()


def test_a_server_that_is_restarted(pair: dict[Engine, Server], environment: dict[str, str], tmp_path: Path) -> None:
    """A MariaDB that is ended and started again in mid-run goes on where it was."""
    sign = tmp_path / "sign"
    write_story(tmp_path / "scenarios", "if not OUT.exists():\n    OUT.touch()\n    time.sleep(1.0)")
    environment |= {"TROUBLE_ENGINES": "mariadb", "TROUBLE_OUT": str(sign)}
    with restarted_at(sign, pair[MARIADB]):
        run = Outcome("trouble", "--on", "mariadb", environment=environment)

    assert run.outcomes("mariadb") == ["done"] * 4
    assert run.status == 0


def limited(server: Server) -> str:
    """The address of a user who may create databases and nothing else, to whom anything can be done."""
    with connect(server) as cursor:
        for sql in {
            POSTGRESQL: ["CREATE ROLE limited LOGIN CREATEDB PASSWORD 'pa55'"],
            MARIADB: [
                "CREATE USER limited@'127.0.0.1' IDENTIFIED BY 'pa55'",
                "GRANT ALL ON `lab\\_%`.* TO limited@'127.0.0.1'",
            ],
        }[server.engine]:
            cursor.execute(sql)
    return replace(server, user="limited", password="pa55").url(server.engine.maintenance_database)  # noqa: S106


DSN = "dict(zip(('host', 'port', 'user', 'password'), os.environ['TROUBLE_ADMIN'].split()))"
ON_POSTGRESQL = f"""
import psycopg2
admin = psycopg2.connect(dbname="postgres", **{DSN})
admin.autocommit = True
for sql in {{statements}}: admin.cursor().execute(sql)
"""
ON_MARIADB = f"""
import pymysql
where = {DSN}
admin = pymysql.connect(**{{{{**where, "port": int(where["port"])}}}}, autocommit=True)
for sql in {{statements}}: admin.cursor().execute(sql)
"""
END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'limited'"
REJECT_FIRST = "cat > hba.new; cat pg_hba.conf >> hba.new; mv hba.new pg_hba.conf"
REFUSING: dict[str, tuple[Engine, str, list[str]]] = {
    "no more connections": (
        POSTGRESQL,
        ON_POSTGRESQL,
        ["ALTER ROLE limited CONNECTION LIMIT 0", END_SESSIONS],
    ),
    "a changed password": (POSTGRESQL, ON_POSTGRESQL, ["ALTER ROLE limited PASSWORD 'other'", END_SESSIONS]),
    "no login": (POSTGRESQL, ON_POSTGRESQL, ["ALTER ROLE limited NOLOGIN", END_SESSIONS]),
    "pg_hba": (
        POSTGRESQL,
        ON_POSTGRESQL,
        [
            f"COPY (SELECT 'host all limited all reject') TO PROGRAM '{REJECT_FIRST}'",
            "SELECT pg_reload_conf()",
            "SELECT pg_sleep(0.3)",
            END_SESSIONS,
        ],
    ),
    "read-only": (
        POSTGRESQL,
        ON_POSTGRESQL,
        ["ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()", END_SESSIONS],
    ),
    "no right to create": (POSTGRESQL, ON_POSTGRESQL, ["ALTER ROLE limited NOCREATEDB", END_SESSIONS]),
    "MariaDB with a locked account": (MARIADB, ON_MARIADB, ["ALTER USER limited@'127.0.0.1' ACCOUNT LOCK"]),
    "MariaDB read-only": (MARIADB, ON_MARIADB, ["SET GLOBAL read_only = 1"]),
    "MariaDB without rights": (MARIADB, ON_MARIADB, ["REVOKE ALL ON `lab\\_%`.* FROM limited@'127.0.0.1'"]),
}


@pytest.mark.parametrize(("engine", "how", "statements"), REFUSING.values(), ids=REFUSING.keys())
def test_a_server_that_refuses(
    engine: Engine,
    how: str,
    statements: list[str],
    spoilt: None,
    pair: dict[Engine, Server],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    """A server that lets the lab in no more, or do nothing, loses its cells with its own words; SQLite goes on."""
    server = pair[engine]
    environment[engine.url_variable] = limited(server)
    environment["TROUBLE_ENGINES"] = engine.name
    environment["TROUBLE_ADMIN"] = f"{server.host} {server.port} {server.user} {server.password}"
    write_story(tmp_path / "scenarios", how.format(statements=statements))
    run = Outcome("trouble", "--on", "sqlite", "--on", engine.name, environment=environment)

    words = run.outcomes(engine.name)
    assert words[0] == "done"
    assert words[2:] == ["not run", "not run"], [cell["reason"] for cell in run.cells(engine.name)]
    assert run.outcomes("sqlite") == ["done"] * 4
    assert run.status == 1
    assert "refuses" in run.cells(engine.name)[2]["reason"]
    assert run.seconds_to_notice(engine.name) < LIMIT


@pytest.fixture(params=[POSTGRESQL, MARIADB], ids=str)
def small(request: pytest.FixtureRequest) -> Iterator[tuple[Server, Container]]:
    """A server in a container whose data lies on a small disk in memory."""
    engine: Engine = request.param
    try:
        docker = client(timeout=60)
        docker.images.get(engine.image)
    except Exception as error:
        pytest.skip(f"no Docker engine with {engine.image}: {error}")
    image, password = IMAGES[engine], secrets.token_hex(8)
    container = docker.containers.run(
        engine.image,
        list(image.flags),
        detach=True,
        environment={**image.environment, image.password_variable: password},
        labels={LABEL: engine.name},
        name=f"lab-{engine}-{secrets.token_hex(4)}",
        ports={f"{engine.port}/tcp": ("127.0.0.1", None)},
        tmpfs={DATA[engine]: "size=300m,mode=1777"},
    )
    held = lease("container", f"the container {container.name}", name=str(container.name))
    try:
        while not container.ports:
            container.reload()
        port = int(container.ports[f"{engine.port}/tcp"][0]["HostPort"])
        yield answering(Server(engine, "", "", 0.0, "127.0.0.1", port, image.user, password)), container
    finally:
        container.remove(force=True, v=True)
        held.release()


DATA = {POSTGRESQL: "/var/lib/postgresql", MARIADB: "/var/lib/mysql"}


def answering(server: Server) -> Server:
    """The server, as soon as it answers for good: the images start it twice."""
    end, well = time.monotonic() + 100, 0
    while well < 8 and time.monotonic() < end:
        try:
            ask(server)
            well += 1
        except NoServer:
            well = 0
        time.sleep(0.25)
    return ask(server)


@pytest.mark.docker
def test_a_disk_that_is_full(small: tuple[Server, Container], own_home: Path, tmp_path: Path) -> None:
    """A server that can write no more loses the rest of its cells; SQLite goes on, and nothing is left there."""
    server, container = small
    engine = server.engine
    environment = {**alone(tmp_path / "home"), "LAB_SCENARIOS": str(tmp_path / "scenarios")}
    environment |= {engine.url_variable: server.url(engine.maintenance_database), "TROUBLE_ENGINES": engine.name}
    full = f"dd if=/dev/zero of={DATA[engine]}/full bs=64k; dd if=/dev/zero of={DATA[engine]}/more bs=512"
    where = f"['docker', 'exec', '-u', 'root', {container.name!r}, 'sh', '-c', {full!r}]"
    write_story(tmp_path / "scenarios", f"subprocess.run({where}, capture_output=True)")

    run = Outcome("trouble", "--on", "sqlite", "--on", engine.name, environment=environment)

    assert run.outcomes(engine.name)[0] == "done"
    assert run.outcomes(engine.name)[2:] == ["not run", "not run"], [c["reason"] for c in run.cells(engine.name)]
    assert run.outcomes("sqlite") == ["done"] * 4
    assert run.status == 1
    assert run.seconds_to_notice(engine.name) < LIMIT
