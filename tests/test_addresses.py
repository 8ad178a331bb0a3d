"""An address may have options of its own, and may name a socket in the file system."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import sqlalchemy as sa
from commands import alone
from homes import home_of_its_own
from sqlalchemy.pool import NullPool
from trouble import Outcome, write_story

from lab_app.engines import MARIADB, MYSQL, POSTGRESQL, Engine
from lab_app.servers import Server, Servers, given
from lab_app.servers.connection import ask, connect
from lab_app.servers.drivers import rows


def read(engine: Engine, url: str) -> Server:
    """The server that an address names; nobody is asked."""
    return given.read_url(engine, url, engine.url_variable)


URLS = {
    "options": (POSTGRESQL, "u:p@db/?options=-c%20statement_timeout%3D5s", "db:5432"),
    "options twice": (
        POSTGRESQL,
        "u:p@db/?options=-c%20work_mem%3D8MB&options=-c%20jit%3Doff&sslmode=disable",
        "db:5432",
    ),
    "host": (POSTGRESQL, "u:p@/x?host=/var/run/postgresql", "/var/run/postgresql/.s.PGSQL.5432"),
    "host and port": (POSTGRESQL, "u@/x?host=/Run/pg&port=5433", "/Run/pg/.s.PGSQL.5433"),
    "port in its place": (POSTGRESQL, "u@:5433/x?host=/run/pg", "/run/pg/.s.PGSQL.5433"),
    "encoded host": (POSTGRESQL, "u:p%40@%2FRun%2Fpg:5433/x", "/Run/pg/.s.PGSQL.5433"),
    "host by name": (POSTGRESQL, "u:p@/x?host=db.example&port=1234", "db.example:1234"),
    "socket": (MYSQL, "root:p@/?unix_socket=/run/mysqld/mysqld.sock", "/run/mysqld/mysqld.sock"),
    "socket beside a host": (MARIADB, "root@localhost/x?unix_socket=/run/a%20b.sock&charset=utf8mb4", "/run/a b.sock"),
    "time limits": (MYSQL, "root:p@db/?read_timeout=1&connect_timeout=2", "db:3306"),
}


@pytest.mark.parametrize(("engine", "rest", "address"), URLS.values(), ids=URLS.keys())
def test_an_address_is_understood(engine: Engine, rest: str, address: str) -> None:
    """Wherever an address names its server, it is found there, and SQLAlchemy is told the same, each option once."""
    server = read(engine, f"{engine.driver}://{rest}")
    url = sa.make_url(server.url("lab_1", limit=24))

    assert server.address == address
    assert url.database == "lab_1"
    assert all(isinstance(value, str) for value in url.query.values())
    told = url.get_dialect()().create_connect_args(url)[1]
    assert (told.get("unix_socket") or told["host"]) == (server.socket or server.host)
    if engine is POSTGRESQL:
        assert told["options"].endswith("-c statement_timeout=24s")
    else:
        assert told["read_timeout"] == 24


@pytest.fixture(scope="module")
def own_home() -> Iterator[Path]:
    """A new folder for the lab, and no server in the environment."""
    with home_of_its_own("local,embedded") as folder:
        yield folder


@pytest.fixture(scope="module")
def pair(own_home: Path) -> Iterator[dict[Engine, Server]]:
    """A PostgreSQL and a MariaDB of the module's own."""
    with Servers([POSTGRESQL, MARIADB]) as started:
        found = {engine: started.wait(engine.name) for engine in (POSTGRESQL, MARIADB)}
        for each in found.values():
            if not isinstance(each, Server):
                pytest.skip(each.reason)
        yield {engine: each for engine, each in found.items() if isinstance(each, Server)}


@pytest.mark.servers
@pytest.mark.slow
def test_options_of_an_address_and_the_labs_own(pair: dict[Engine, Server], tmp_path: Path) -> None:
    """Options of a person's hold in a run, beside the time limit that is the lab's."""
    server = replace(pair[POSTGRESQL], query="options=-c%20statement_timeout%3D1h%20-c%20application_name%3Dmine")
    admin = sa.create_engine(server.url("postgres", limit=24), poolclass=NullPool)
    with admin.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "24s"
        assert connection.exec_driver_sql("SHOW application_name").scalar() == "mine"
    with connect(server) as cursor:
        assert rows(cursor, "SHOW application_name") == [("mine",)]
    write_story(tmp_path / "stories", "pass")
    environment = {**alone(tmp_path / "home"), "LAB_SCENARIOS": str(tmp_path / "stories")}

    run = Outcome(
        "trouble", "--on", "postgresql", environment={**environment, "LAB_POSTGRESQL_URL": server.url("postgres")}
    )

    assert run.outcomes("postgresql") == ["done"] * 4


@pytest.fixture
def by_socket(own_home: Path) -> Iterator[Server]:
    """A PostgreSQL that listens on a socket in a folder, and on no port."""
    with Servers([POSTGRESQL]) as started:
        found = started.wait("postgresql")
        if not isinstance(found, Server):
            pytest.skip(found.reason)
        [main] = (
            each for each in psutil.process_iter(["cmdline"]) if f"--port={found.port}" in (each.info["cmdline"] or [])
        )
        command = [f"--unix_socket_directories={own_home}" if "socket" in each else each for each in main.cmdline()]
        command += ["--listen_addresses="]
        where, user = main.cwd(), main.uids().real
        main.terminate()
        main.wait(20)
        own_home.chmod(0o777)
        own = {"user": user, "extra_groups": []} if os.geteuid() == 0 else {}
        with subprocess.Popen(
            command, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **own
        ) as server:
            socket = own_home / f".s.PGSQL.{found.port}"
            end = time.monotonic() + 20
            while not socket.exists() and time.monotonic() < end:
                time.sleep(0.05)
            time.sleep(1.0)
            own_home.chmod(0o711)
            yield replace(found, host="", socket=str(own_home), query="")
            server.kill()


@pytest.mark.servers
@pytest.mark.slow
def test_postgresql_by_a_socket(by_socket: Server, own_home: Path, tmp_path: Path) -> None:
    """A PostgreSQL that is given by the folder of its socket is found, run on, and left as it was."""
    where = f"{by_socket.user}:{by_socket.password}"
    folder = quote(str(own_home), safe="")
    urls = (
        f"postgresql+psycopg2://{where}@/postgres?host={own_home}&port={by_socket.port}",
        f"postgresql+psycopg2://{where}@{folder}:{by_socket.port}/postgres",
    )
    for url in urls:
        assert ask(read(POSTGRESQL, url)).version
    write_story(tmp_path / "stories", "pass")
    environment = {
        **alone(tmp_path / "home"),
        "LAB_SCENARIOS": str(tmp_path / "stories"),
        "LAB_POSTGRESQL_URL": urls[0],
    }

    run = Outcome("trouble", "--on", "postgresql", environment=environment)

    assert run.outcomes("postgresql") == ["done"] * 4
    assert by_socket.password not in str(run.document) + run.said
    with connect(by_socket) as cursor:
        assert rows(cursor, "SELECT datname FROM pg_database WHERE datname LIKE 'lab%'") == []


@pytest.mark.servers
@pytest.mark.slow
def test_mariadb_by_a_socket(pair: dict[Engine, Server], tmp_path: Path) -> None:
    """A MariaDB that is given by its socket is found and run on."""
    server = pair[MARIADB]
    with connect(server) as cursor:
        [(data, socket)] = rows(cursor, "SELECT @@datadir, @@socket")
        cursor.execute("CREATE USER IF NOT EXISTS local@localhost IDENTIFIED BY 'pa55'")
        cursor.execute("GRANT ALL ON *.* TO local@localhost")
    path = Path(str(data)) / str(socket)
    url = f"mariadb+pymysql://local:pa55@localhost/?unix_socket={quote(str(path))}"
    write_story(tmp_path / "stories", "pass")
    environment = {**alone(tmp_path / "home"), "LAB_SCENARIOS": str(tmp_path / "stories"), "LAB_MARIADB_URL": url}

    run = Outcome("trouble", "--on", "mariadb", environment=environment)

    assert run.outcomes("mariadb") == ["done"] * 4, run.document["targets"]
    assert str(path) in run.said
