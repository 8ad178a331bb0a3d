"""A lease that cannot be removed never stops anything else, and two labs at once lose nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import FLASK, REPOSITORY, alone, lab

from lab_app.cleanup import journal, sweep
from lab_app.cleanup.turn import turn
from lab_app.document.keep import write_whole
from lab_app.home import home, place
from lab_app.leases import Process, lease
from lab_app.leases.lease_file import OWNER


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab folder of its own; leases that are made now belong to a process that has ended."""
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "home"))
    for name in ("LAB_POSTGRESQL_URL", "LAB_MYSQL_URL", "LAB_MARIADB_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(OWNER, str(dead()))
    return home()


def dead() -> Process:
    """A process that has ended."""
    ended = subprocess.Popen(["true"])
    identity = Process.of(ended.pid)
    ended.wait()
    return identity


def written(text: str | bytes) -> Callable[[Path], None]:
    """A file that says this."""
    return lambda file: file.write_bytes(text.encode() if isinstance(text, str) else text) and None


def says(kind: object = "folder", what: object = "a thing", **details: object) -> Callable[[Path], None]:
    """A lease that says this."""
    return written(json.dumps({"kind": kind, "what": what, "details": details}))


def a_fifo(file: Path) -> None:
    """A pipe into which nobody writes."""
    os.mkfifo(file)


def a_socket(file: Path) -> None:
    """A socket on which nobody listens."""
    here = Path.cwd()
    os.chdir(file.parent)  # its path may be longer than a socket's
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(file.name[:100])
        Path(file.name[:100]).rename(file.name)
    os.chdir(here)


def a_full_folder(file: Path) -> None:
    """A folder that is not empty."""
    file.mkdir()
    (file / "inside").write_text("{}")


def unreadable(file: Path) -> None:
    """A file without rights."""
    says(path="/nowhere")(file)
    file.chmod(0)


def of_another(file: Path) -> None:
    """A file of another user's."""
    says(path="/nowhere")(file)
    if os.geteuid() == 0:
        os.chown(file, 65534, 65534)


def huge(file: Path) -> None:
    """A file of 3 GB, which takes no space."""
    with file.open("wb") as opened:
        opened.truncate(3_000_000_000)


DATABASE = {"engine": "postgresql", "source": "given", "address": "db.example:5432", "name": "lab_1"}
KINDS: dict[str, Callable[[Path], None]] = {
    "empty": written(""),
    "blank": written(" \n"),
    "cut off": written('{"kind": "fol'),
    "not JSON": written("kind = folder"),
    "binary": written(bytes(range(256)) * 4),
    "UTF-16": written('{"kind": "folder"}'.encode("utf-16")),
    "NUL bytes": written(b"\0" * 64),
    "null": written("null"),
    "a number": written("42"),
    "a list": written("[]"),
    "a text": written('"folder"'),
    "NaN": written("NaN"),
    "an empty object": written("{}"),
    "two objects": written("{}{}"),
    "digits": written("9" * 9000),
    "deep": written("[" * 15_000),
    "deep objects": written('{"a":' * 3_000),
    "deep inside": written('{"kind": "folder", "what": "x", "details": ' + "[" * 5_000 + "]" * 5_000 + "}"),
    "no kind": written('{"what": "x", "details": {}}'),
    "no what": written('{"kind": "folder", "details": {}}'),
    "no details": written('{"kind": "folder", "what": "x"}'),
    "kind is null": says(None),
    "kind is a list": says([]),
    "kind is an object": says({}),
    "what is a number": says("folder", 3, path="/nowhere"),
    "details are a list": written('{"kind": "folder", "what": "x", "details": ["path"]}'),
    "details are a text": written('{"kind": "folder", "what": "x", "details": "path"}'),
    "details hold numbers": says(path=3),
    "details hold null": says(path=None),
    "unknown kind": says("network"),
    "kind unreadable": says("unreadable"),
    "folder without a path": says(),
    "process without a signal": says("process", process="1-1"),
    "process that is no number": says("process", process="abc", signal="9"),
    "process with a long number": says("process", process="9" * 5000 + "-1", signal="9"),
    "process 0": says("process", process="0-0", signal="9"),
    "process -1": says("process", process="-1-5", signal="9"),
    "container without a name": says("container"),
    "container with an odd name": says("container", name="../..?force=true"),
    "database without a name": says("database", **{**DATABASE, "name": ""}),
    "database of an unknown engine": says("database", **{**DATABASE, "engine": "oracle"}),
    "database from an unknown source": says("database", **{**DATABASE, "source": "cloud"}),
    "database that nobody names now": says("database", **DATABASE),
    "database with an odd name": says("database", **{**DATABASE, "name": 'lab_1"; DROP DATABASE shop; --'}),
    "a folder": Path.mkdir,
    "a full folder": a_full_folder,
    "a pipe": a_fifo,
    "a socket": a_socket,
    "a broken link": lambda file: file.symlink_to("/nowhere/at/all"),
    "a link to itself": lambda file: file.symlink_to(file.name),
    "a link to a device": lambda file: file.symlink_to("/dev/zero"),
    "unreadable": unreadable,
    "of somebody else": of_another,
    "huge": huge,
}
NAMES = [
    "x.json",
    "-.json",
    "1.json",
    "a-b-c.json",
    f"{'9' * 200}-1-a.json",
    "1-1-.json.new",
    "new\nline-1-a.json",
    ".json",
]


def odd_name(spoil: Callable[[Path], None]) -> Path:
    """Something under the name of a dead lab's lease."""
    file = place("leases") / f"{os.environ[OWNER]}-0badf00d.json"
    spoil(file)
    return file


@pytest.mark.parametrize("spoil", KINDS.values(), ids=KINDS.keys())
def test_an_odd_lease_stops_nothing(spoil: Callable[[Path], None]) -> None:
    """Whatever lies among the leases costs at most a sentence, and the lease beside it is still swept."""
    odd_name(spoil)
    folder = place("runs") / "left"
    folder.mkdir()
    lease("folder", "a folder of scratch files", path=str(folder))

    said = sweep()

    assert "Removed a folder of scratch files." in said
    assert not folder.exists()
    assert len(said) <= 2
    assert not any("\n" in sentence or len(sentence) > 500 for sentence in said)
    assert sweep() == [sentence for sentence in said if " remains: " in sentence]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_called_otherwise(name: str) -> None:
    """A file that no lab has named is left alone, and told in one line with what to do."""
    file = place("leases") / name
    file.write_text("{}")

    [sentence] = sweep()

    assert sentence.startswith("A file among the leases remains: it is not called like one. Remove it: ")
    assert "\n" not in sentence
    assert file.exists()


@pytest.mark.slow
def test_every_command_works_beside_odd_leases(tmp_path: Path) -> None:
    """`flask lab demo` and `flask lab clean` work beside every kind of odd lease at once, without a traceback."""
    environment = alone(tmp_path / "home")
    for number, spoil in enumerate(KINDS.values()):
        spoil(place("leases") / f"{os.environ[OWNER]}-{number:08x}.json")
    for name in NAMES:
        (place("leases") / name).write_text("{}")

    cleaned, demo = lab("clean", environment=environment), lab("demo", environment=environment)

    assert (cleaned.returncode, cleaned.stderr) == (0, "")
    assert (demo.returncode, demo.stderr) == (0, "")
    assert "Traceback" not in cleaned.stdout + demo.stdout
    assert cleaned.stdout.count("\n") == len(cleaned.stdout.splitlines())


def elsewhere(tmp_path: Path) -> dict[str, str]:
    """Paths of which none is a folder of a run."""
    (tmp_path / "other").mkdir()
    (place("runs") / "link").symlink_to(tmp_path / "other")
    (place("runs") / "up").symlink_to("..")
    runs = place("runs")
    return {
        "runs/..": f"{runs}/..",
        "runs/.": f"{runs}/.",
        "runs": str(runs),
        "the home": str(home()),
        "above": f"{runs}/../..",
        "around": f"{runs}/../leases",
        "around and back": f"{runs}/x/../../../other",
        "a link out": f"{runs}/link",
        "a link up": f"{runs}/up",
        "through a link": f"{runs}/up/leases",
        "elsewhere": str(tmp_path / "other"),
        "root": "/",
        "nothing": "",
        "relative": "other",
        "NUL": f"{runs}/a\0b",
        "a line": f"{runs}/a\nb",
        "long": f"{runs}/{'a' * 5000}",
        "a user": "~/other",
    }


def test_a_path_that_is_no_folder_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is removed only when it lies right among the folders of runs, by its real place."""
    (tmp_path / "mine").write_text("mine")
    monkeypatch.chdir(tmp_path)
    for path in elsewhere(tmp_path).values():
        lease("folder", "a folder", path=path)
    (tmp_path / "other" / "file").write_text("mine")

    said = sweep()

    assert not [sentence for sentence in said if "Removed" in sentence]
    assert (tmp_path / "other" / "file").exists()
    assert (tmp_path / "mine").exists()
    assert place("runs").is_dir()
    assert place("leases").is_dir()


def test_a_home_behind_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of a run is known by its real place, also when the home is reached by a link."""
    (tmp_path / "link").symlink_to(home())
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "link"))
    left = place("runs") / "left"
    left.mkdir()
    lease("folder", "a folder of scratch files", path=str(left.resolve()))
    lease("folder", "another folder", path=str(left))

    [sentence] = sweep()

    assert sentence.startswith("Removed ")
    assert not left.exists()


def test_a_folder_that_may_not_be_entered() -> None:
    """A folder from which an attempt has taken all rights is removed all the same."""
    closed = place("runs") / "left" / "closed"
    closed.mkdir(parents=True)
    (closed / "file").touch()
    closed.chmod(0)
    lease("folder", "a folder of scratch files", path=str(closed.parent))

    assert sweep() == ["Removed a folder of scratch files."]
    assert not closed.parent.exists()


def test_a_server_that_is_away_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many databases on a server that does not answer cost one wait, and a sentence each."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = "{}:{}".format(*silent.getsockname())
        monkeypatch.setenv("LAB_POSTGRESQL_URL", f"postgresql+psycopg2://lab:pa55@{address}/")
        for number in range(20):
            name = f"lab_{number}"
            lease("database", f"database {name}", engine="postgresql", source="given", address=address, name=name)
        begin = time.monotonic()
        said = sweep()

    assert time.monotonic() - begin < 5
    assert len(said) == 20
    assert all(sentence.endswith(f" remains: {address} did not answer within 1 s") for sentence in said)


def test_the_janitor_tells_what_it_could_not_do(tmp_path: Path) -> None:
    """After a kill, what the janitor could not remove is a line in the lab's own log; the log does not grow."""
    environment = {**alone(tmp_path / "home"), "LAB_HOME": str(home())}
    program = (
        "import time; from lab_app.cleanup import guard; from lab_app.leases import lease\n"
        "with guard():\n"
        f"    lease('database', 'database lab_1', **{DATABASE!r})\n"
        "    print('made', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()
    end = time.monotonic() + 10
    while not journal.journal().exists() and time.monotonic() < end:
        time.sleep(0.05)
    said = journal.journal().read_text()

    assert said.count("\n") == 1
    assert "Database lab_1 remains: LAB_POSTGRESQL_URL does not point to db.example:5432 now" in said
    for _ in range(1000):
        journal.note(["x" * 5000])
    assert journal.journal().stat().st_size < 100_000


def test_two_sweeps_take_turns() -> None:
    """A sweep waits for another one; a lock whose process is dead is none."""
    program = (
        "import time; from lab_app.cleanup.turn import turn\n"
        "with turn(5.0) as ours: print(ours, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        with turn(0.2) as ours:
            assert not ours
        assert sweep(patience=0.2) == ["What dead labs left remains: another lab has been removing it for 0.2 s."]
        threading.Timer(0.3, holder.kill).start()
        with turn(10.0) as ours:
            assert ours


@pytest.mark.slow
def test_many_labs_at_once(tmp_path: Path) -> None:
    """Several runs and sweeps at the same time, with one home: each does its own, and nothing is lost or left."""
    environment = alone(tmp_path / "home")
    commands = [
        ["run", "add_age", "--format", "json", "--quiet"],
        ["clean"],
        ["run", "batch_mode", "--format", "json", "--quiet"],
        ["clean"],
        ["run", "add_age", "--format", "json", "--quiet"],
    ]
    for _ in range(3):
        left = place("runs") / "left"
        left.mkdir(exist_ok=True)
        lease("folder", "a folder of scratch files", path=str(left))
        running = [
            subprocess.Popen(
                [*FLASK, *words],
                env=environment,
                cwd=REPOSITORY,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for words in commands
        ]
        said = [process.communicate(timeout=120) for process in running]

        assert [process.returncode for process in running] == [0] * len(running), said
        assert not any("Traceback" in out + err for out, err in said)
        assert not left.exists()
        for words, (out, _) in zip(commands, said, strict=True):
            if words[0] == "run":
                assert {cell["outcome"] for cell in json.loads(out)["cells"] if cell["engine"] == "sqlite"} - {
                    "not run"
                }
    kept = home() / "results"
    for file in (kept / "latest.json", kept / "latest.d" / "add_age.json", kept / "latest.d" / "batch_mode.json"):
        json.loads(file.read_text())
    assert [file.name for file in kept.rglob("*") if file.is_file() and file.suffix != ".json"] == []
    assert list(place("leases").iterdir()) == []
    assert list(place("runs").iterdir()) == []


def test_what_has_gone_already_is_removed() -> None:
    """A process that ends while it is being stopped, and a folder that goes, are success."""
    with subprocess.Popen(["sleep", "60"], process_group=0) as process:
        identity = Process.of(process.pid)
        lease("process", "a process", process=str(identity), signal=str(int(signal.SIGTERM)))
        lease("folder", "a folder", path=str(place("runs") / "gone"))
        threading.Timer(0.0, process.kill).start()
        said = sweep()

    assert set(said) <= {"Stopped a process."}
    assert list(place("leases").iterdir()) == []


@pytest.fixture
def children() -> Iterator[list[Process]]:
    """Processes that are ended after the test."""
    found: list[Process] = []
    yield found
    for each in found:
        each.kill()


def test_a_stopped_process_takes_along_what_it_has_started(children: list[Process]) -> None:
    """A child in a session of its own is ended with the process that has started it."""
    program = (
        "import subprocess, time\n"
        "print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, process_group=0) as parent:
        assert parent.stdout
        child = Process.of(int(parent.stdout.readline()))
        children.append(child)
        assert child.alive
        Process.of(parent.pid).stop_all(signal.SIGTERM, 1.0)
    end = time.monotonic() + 2
    while child.alive and time.monotonic() < end:
        time.sleep(0.01)

    assert not child.alive


def test_results_that_a_kill_has_cut_off_are_removed(tmp_path: Path) -> None:
    """What a killed lab has written of its results goes with the next results; what a living one writes stays."""
    gone = tmp_path / f".results.json.{dead().pid}-0badf00d.new"
    living = tmp_path / f".results.json.{os.getpid()}-0badf00d.new"
    for file in (gone, living):
        file.write_text("{")

    write_whole(tmp_path / "results.json", "{}")

    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == [living.name, "results.json"]
