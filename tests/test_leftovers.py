"""Nothing is left behind: a real lab process is ended in every way, and what it made is looked for afterwards."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from homes import home_of_its_own

from lab_app.cleanup import guard, sweep
from lab_app.engines import MARIADB, POSTGRESQL, Engine
from lab_app.errors import LabError
from lab_app.home import home, place
from lab_app.leases import Process, lease, run_folder
from lab_app.leases.lease_file import OWNER, leases
from lab_app.servers import Server, Servers, Unavailable, scratch
from lab_app.servers.connection import connect, listening
from lab_app.servers.drivers import rows

#: A lab that makes one of everything, says where, and then waits for its end.
LAB = """
import json, os, sys, time
from lab_app.engines import BY_NAME
from lab_app.cleanup import guard
from lab_app.leases import run_folder
from lab_app.servers import Servers, scratch
from lab_app.servers.connection import connect

with guard(), run_folder() as folder, Servers([BY_NAME["postgresql"], BY_NAME["mariadb"]]) as servers:
    (folder / "app.db").write_text("rows")
    made = {"folder": str(folder), "databases": []}
    for name in ("postgresql", "mariadb"):
        server = servers.wait(name)
        database = scratch.new_name()
        if server.source == "given":
            scratch.lease_database(server, database)
        with connect(server) as cursor:
            scratch.create(cursor.execute, server.engine, database)
        made["databases"].append(database)
        made[name] = [server.host, server.port]
    print(json.dumps(made), flush=True)
    if sys.argv[1:] == ["fail"]:
        raise SystemExit(3)
    if sys.argv[1:] != ["end"]:
        time.sleep(60)
"""


@pytest.fixture(scope="module", autouse=True)
def own_home() -> Iterator[Path]:
    """A new folder for the lab, and no server in the environment."""
    with home_of_its_own("given,local,embedded") as folder:
        yield folder


@pytest.fixture(scope="module")
def servers(own_home: Path) -> Iterator[dict[Engine, Server | Unavailable]]:
    """Two private servers: what the lab under test starts, or what it is given as somebody's."""
    with Servers([POSTGRESQL, MARIADB]) as started:
        yield {engine: started.wait(engine.name) for engine in (POSTGRESQL, MARIADB)}


@pytest.fixture
def postgresql(servers: dict[Engine, Server | Unavailable]) -> Server:
    """Somebody's PostgreSQL."""
    found = servers[POSTGRESQL]
    return found if isinstance(found, Server) else pytest.skip(found.reason)


@pytest.fixture
def given(servers: dict[Engine, Server | Unavailable], postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """PostgreSQL is given by a URL, MariaDB is not: the lab under test starts one of its own."""
    if isinstance(found := servers[MARIADB], Unavailable):
        pytest.skip(found.reason)
    monkeypatch.setenv("LAB_POSTGRESQL_URL", postgresql.url("postgres"))
    return postgresql


def start_lab(how: str = "wait") -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """A lab process in a group of its own, and what it has made."""
    process = subprocess.Popen([sys.executable, "-c", LAB, how], stdout=subprocess.PIPE, text=True, process_group=0)
    assert process.stdout
    return process, json.loads(process.stdout.readline())


def owned_by(process: "subprocess.Popen[str]") -> list[str]:
    """The leases of one lab process."""
    return [each.what for each in leases() if each.owner.pid == process.pid]


def databases(server: Server) -> set[str]:
    """The names of all databases of a PostgreSQL server."""
    with connect(server) as cursor:
        return {str(name) for (name,) in rows(cursor, "SELECT datname FROM pg_database")}


def assert_nothing_left(process: "subprocess.Popen[str]", made: dict[str, Any], server: Server) -> None:
    """Everything that a lab process made is gone, or goes within seconds; what was there before is there."""
    process.wait(10)
    end = time.monotonic() + 20
    while owned_by(process) and time.monotonic() < end:
        time.sleep(0.05)

    assert owned_by(process) == []
    assert not Path(made["folder"]).exists()
    assert not listening(*made["mariadb"])
    assert databases(server) >= {"postgres", "template1"}
    assert not databases(server) & set(made["databases"])


@pytest.mark.parametrize("how", ["end", "fail"])
def test_end(how: str, given: Server) -> None:
    """A lab that ends, well or badly, has removed its server and its folder; a database left there goes as well."""
    process, made = start_lab(how)

    assert process.wait(20) == {"end": 0, "fail": 3}[how]
    assert owned_by(process) == []
    assert_nothing_left(process, made, given)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_kill(number: signal.Signals, given: Server) -> None:
    """Whatever signal ends a lab and all of its group, the janitor removes the server, the database and the folder."""
    process, made = start_lab()
    assert listening(*made["mariadb"])
    assert len(owned_by(process)) == 3
    os.killpg(process.pid, number)

    assert_nothing_left(process, made, given)


def test_next_command(given: Server) -> None:
    """What even the janitor could not remove, because it was killed too, is removed by the next command."""
    process, made = start_lab()
    (janitor,) = (each for each in psutil.Process(process.pid).children() if "janitor.py" in " ".join(each.cmdline()))
    janitor.kill()
    process.kill()
    process.wait()
    assert listening(*made["mariadb"])

    removed = sweep()

    assert [sentence.split()[0] for sentence in removed] == ["Dropped", "Stopped", "Removed"]
    assert removed[0] == f"Dropped database {made['databases'][0]} of PostgreSQL at {given.address}."
    assert removed[2] == "Removed a folder of scratch files."
    assert_nothing_left(process, made, given)
    assert sweep() == []


def dead() -> Process:
    """A process that has ended."""
    ended = subprocess.Popen(["true"])
    identity = Process.of(ended.pid)
    ended.wait()
    return identity


@pytest.fixture
def of_the_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases that are made now belong to a process that has ended."""
    monkeypatch.setenv(OWNER, str(dead()))


@pytest.mark.usefixtures("of_the_dead")
def test_a_reused_number_is_another_process() -> None:
    """A process with the number of a leased one, and another start, is left alone."""
    with subprocess.Popen(["sleep", "60"], process_group=0) as somebody:
        now = Process.of(somebody.pid)
        lease("process", "a server", process=str(Process(now.pid, f"{now.started}0")), signal="9")

        assert sweep() == []
        assert somebody.poll() is None
        lease("process", "a server", process=str(now), signal="9")
        assert sweep() == ["Stopped a server."]
        assert somebody.wait(5) == -signal.SIGKILL


@pytest.mark.usefixtures("of_the_dead")
def test_a_process_that_will_not_end() -> None:
    """A process that ignores its signal is killed, and its children with it."""
    script = "trap '' TERM; sleep 60 & echo $!; wait; wait"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True, process_group=0) as stubborn:
        assert stubborn.stdout
        child = Process.of(int(stubborn.stdout.readline()))
        assert child.alive
        Process.of(stubborn.pid).stop(signal.SIGTERM, patience=0.2)

        assert stubborn.wait(5) == -signal.SIGKILL
        assert stubborn.stdout.read() == ""  # ends when the child, which holds it open, has ended
        assert not child.alive


@pytest.mark.usefixtures("of_the_dead")
def test_somebody_elses_folder(tmp_path: Path) -> None:
    """A folder that is not among the lab's own is never removed, whatever a lease says."""
    for path in (tmp_path, place("runs"), home(), place("runs") / "../servers"):
        lease("folder", "a folder", path=str(path))
    (tmp_path / "file").touch()
    (place("servers", mode=0o711) / "data").mkdir()

    assert sweep() == []
    assert (tmp_path / "file").exists()
    assert (home() / "servers/data").exists()


@pytest.mark.usefixtures("of_the_dead")
def test_somebody_elses_database(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database is dropped only by a scratch name, and only on the server that the lease names."""
    monkeypatch.setenv("LAB_POSTGRESQL_URL", postgresql.url("postgres"))
    with connect(postgresql) as cursor:
        cursor.execute("CREATE DATABASE shop")
        cursor.execute("CREATE DATABASE lab_elsewhere")
    where = {"engine": "postgresql", "source": "given"}
    for name in ("shop", 'lab_x"; DROP DATABASE shop; --'):
        lease("database", "database", name=name, address=postgresql.address, **where)
    kept = lease("database", "database lab_elsewhere", name="lab_elsewhere", address="db.example:5432", **where)

    assert sweep() == ["Database lab_elsewhere remains: LAB_POSTGRESQL_URL does not point to db.example:5432 now"]
    assert {"shop", "lab_elsewhere"} <= databases(postgresql)
    kept.release()


@pytest.mark.usefixtures("of_the_dead")
def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database whose server does not answer keeps its lease, and the sentence says why."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        monkeypatch.setenv("LAB_POSTGRESQL_URL", f"postgresql+psycopg2://lab:pa55@{address}/")
        details = {"engine": "postgresql", "source": "given", "address": address, "name": "lab_1"}
        kept = lease("database", "database lab_1", **details)

        assert sweep() == [f"Database lab_1 remains: nothing listens on {address}"]
    assert kept.file.exists()
    kept.release()


def test_a_lease_that_was_cut_off(of_the_dead: None) -> None:
    """A lease that a full disk has cut off is removed, and holds nothing up."""
    cut_off = lease("folder", "a folder", path="/nowhere")
    cut_off.file.write_text('{"kind": "fol')

    assert sweep() == []
    assert not cut_off.file.exists()


def test_the_living_keep_what_is_theirs() -> None:
    """What a living lab has leased is not swept by another."""
    with run_folder() as folder:
        other = subprocess.run(
            [sys.executable, "-c", "from lab_app.cleanup import guard\nwith guard() as removed: print(removed)"],
            capture_output=True,
            text=True,
            check=True,
        )

        assert other.stdout == "[]\n"
        assert folder.is_dir()
    assert not folder.exists()


def test_leases_are_private(postgresql: Server) -> None:
    """Only the lab's user can read a lease, and no lease holds a password."""
    held = scratch.lease_database(Server(POSTGRESQL, "", "given", 0.0, "db", 5432, "lab", "pa55"), "lab_1")
    assert held
    texts = [each.file.read_text() for each in leases()]
    held.release()

    assert held.file.parent.stat().st_mode & 0o777 == 0o700
    assert texts
    assert not any("pa55" in text or postgresql.password in text for text in texts)


def test_guard_in_a_guard() -> None:
    """A guard inside a guard of the same process leaves what the outer one answers for."""
    with run_folder() as folder:
        with guard() as removed:
            assert removed == []
        assert folder.is_dir()


def no_folder(path: Path) -> None:
    """A file lies where the folder should be."""
    path.touch()


def not_ours(path: Path) -> None:
    """Anybody may write there."""
    path.mkdir()
    path.chmod(0o777)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (no_folder, "cannot be written (file exists): set LAB_HOME to a folder with space"),
        (not_ours, "could be written by somebody else: set LAB_HOME to a folder of your own"),
    ],
)
def test_unusable_home(
    spoil: Callable[[Path], None], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of the lab's that cannot be used is told in one line with what to type."""
    spoil(tmp_path / "home")
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "home"))

    with pytest.raises(LabError) as refusal:
        home()
    assert str(refusal.value) == f"{tmp_path / 'home'} {why}"


def test_full_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that takes no more is told in one line, and no half a lease stays."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    monkeypatch.setenv(OWNER, str(dead()))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(LabError) as refusal:
            lease("folder", "a folder", path="/nowhere")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert str(refusal.value) == f"{home()} cannot be written (file too large): set LAB_HOME to a folder with space"
    assert sweep() == []


def test_read_only_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place where no folder can be made is told in one line."""
    monkeypatch.setenv("LAB_HOME", "/proc/lab")

    with pytest.raises(LabError, match=r"^/proc/lab cannot be written \(.*\): set LAB_HOME to a folder with space$"):
        home()
