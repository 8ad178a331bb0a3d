"""Single steps of the probe: what a revision does to its process does not reach the next step, or the protocol."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from probes import lane, loaded, written

from lab_app.check.answers import Answer

SHOWN = """
import json, os, signal, sys, warnings
print(json.dumps([os.environ.get("FOO"), os.getcwd(), os.umask(0o22), sys.getrecursionlimit(), "/nowhere" in sys.path,
    str(signal.getsignal(signal.SIGTERM)), signal.alarm(0), len(warnings.filters), sys.stdout.closed,
    sys.gettrace() is None, type(os.environ).__name__]), file=sys.__stderr__, flush=True)
"""
#: What a revision does to its process.
CHANGES = {
    "the environment": "import os\nos.environ['FOO'] = 'bar'\ndel os.environ['PATH']",
    "the mapping of the environment": "import os\nos.environ = {}",
    "the folder": "import os\nos.chdir('/')",
    "a folder that is gone": "import os, tempfile\nfolder = tempfile.mkdtemp()\nos.chdir(folder)\nos.rmdir(folder)",
    "the umask": "import os\nos.umask(0o777)",
    "the path of modules": "import sys\nsys.path.insert(0, '/nowhere')",
    "the depth of recursion": "import sys\nsys.setrecursionlimit(5000)",
    "signals": "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nsignal.alarm(60)",
    "warnings": "import warnings\nwarnings.simplefilter('error')",
    "streams": "import sys\nsys.stdout.close()",
    "tracing": "import sys\nsys.settrace(lambda *_: None)",
}


def _steps(folder: Path, *revisions: tuple[str, str]) -> list[Answer]:
    """What comes of each revision after the first one, on a project that has them."""
    with lane(written(folder, *revisions)) as found:
        loaded(found).do("up", revision="0001")
        answers = [found.do("up", revision=f"{number:04d}") for number in range(2, len(revisions) + 2)]
        answers[-1].said["printed"] = list(found.printed)
    return answers


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_the_process_ends_with_the_step(what: str, tmp_path: Path) -> None:
    """The revision after it finds everything as the one before it did."""
    *_, last = _steps(tmp_path, (SHOWN, ""), (CHANGES[what], ""), (SHOWN, ""))
    assert last.failure is None
    before, after = [json.loads(line) for line in last.said["printed"] if line.startswith("[")]
    assert after == before


def test_what_env_does_to_the_process_stays(tmp_path: Path) -> None:
    """A module that env.py imports sets a variable once in each command; it is there for every revision."""
    folder = written(
        tmp_path,
        ("import os\nassert os.environ['ONCE']", ""),
        files={"migrations/once.py": "import os\nos.environ['ONCE'] = 'yes'\n"},
    )
    env = folder / "migrations" / "env.py"
    env.write_text(f"import sys\nsys.path.append({str(folder / 'migrations')!r})\nimport once\n{env.read_text()}")
    with lane(folder) as found:
        loaded(found).do("up", revision="0001")
        assert found.do("up", revision="0002").failure is None


@pytest.mark.parametrize(
    ("raised", "line"),
    [
        ("raise SystemExit", "SystemExit"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class Own(BaseException):\n    pass\nraise Own('x')", "Own: x"),
        ("class Own(Exception):\n    def __str__(self):\n        raise ValueError\nraise Own", "Own"),
        ("a, b = ValueError('a'), ValueError('b')\na.__cause__, b.__cause__ = b, a\nraise a", "ValueError: a"),
        ("raise ValueError('long ' * 5000)", f"ValueError: {'long ' * 80}…"),
        ("def deep():\n    deep()\ndeep()", "RecursionError: maximum recursion depth exceeded"),
        ("input('sure?')", "EOFError: EOF when reading a line"),
        ("import os\nos.closerange(0, 3)\nraise ValueError('x')", "ValueError: x"),
    ],
)
def test_whatever_is_raised_is_told(raised: str, line: str, tmp_path: Path) -> None:
    """Any exception ends the step and nothing else, in one line, and names the revision's own line."""
    (answer,) = _steps(tmp_path, (raised, ""))
    assert answer.failure is not None
    assert answer.failure.kind == "error"
    assert answer.failure.line == line
    assert answer.failure.at is not None
    assert Path(answer.failure.at.file).name == "0002_change.py"


def test_a_child_that_comes_back_from_a_revision_says_nothing(tmp_path: Path) -> None:
    """After os.fork() there are two of the process; the walk hears one, and the other one ends."""
    forks = "import os, time\nchild = os.fork()\nif child == 0:\n    time.sleep(0.2)\nelse:\n    os.waitpid(child, 0)"
    first, second = _steps(tmp_path, (forks, ""), ("print('on')", ""))
    assert (first.failure, second.failure) == (None, None) or first.failure is not None
    assert second.said.get("revisions") is None


@pytest.mark.parametrize("lookup", ["getaddrinfo('db.invalid', 5432)", "gethostbyname('db.invalid')"])
def test_no_other_host_is_looked_up(lookup: str, tmp_path: Path) -> None:
    """The question would leave this machine; whoever expects that a host is not known can go on."""
    asks = f"import socket\ntry:\n    socket.{lookup}\nexcept socket.gaierror:\n    pass"
    (answer,) = _steps(tmp_path, (asks, ""))
    assert answer.failure is None
    assert [note.kind for note in answer.notes] == ["refused"]
    assert "db.invalid" in answer.notes[0].what


def test_this_machine_is_looked_up(tmp_path: Path) -> None:
    """Its own names, and addresses, ask nobody."""
    asks = "import socket\nsocket.getaddrinfo('localhost', 80)\nsocket.getaddrinfo('192.0.2.1', 80)"
    (answer,) = _steps(tmp_path, (asks, ""))
    assert (answer.failure, answer.notes) == (None, ())


def test_what_is_allowed_by_name_is_reached_by_address(tmp_path: Path) -> None:
    """``--allow localhost:PORT`` holds for the addresses that the name has."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        asks = f"import socket\nsocket.create_connection(('localhost', {port}))"
        with lane(written(tmp_path, (asks, "")), allowed=(("localhost", port),)) as found:
            loaded(found).do("up", revision="0001")
            answer = found.do("up", revision="0002")
    assert (answer.failure, answer.notes) == (None, ())


@pytest.mark.servers
def test_a_port_of_a_scratch_server_is_no_other_host(servers: dict[str, object], tmp_path: Path) -> None:
    """Another machine that listens on the scratch server's port is not the scratch server."""
    from lab_app.servers import Server

    server = servers["postgresql"]
    if not isinstance(server, Server):
        pytest.skip("PostgreSQL is not up")
    from sqlalchemy import make_url

    port = make_url(server.url("postgres")).port
    asks = f"import socket\nsocket.socket().connect(('192.0.2.1', {port}))"
    with lane(written(tmp_path, (asks, "")), server) as found:
        loaded(found).do("up", revision="0001")
        answer = found.do("up", revision="0002")
    assert [note.what for note in answer.notes] == [f"192.0.2.1:{port}"]


@pytest.mark.parametrize(
    "reads",
    [
        "assert app.config['UI_URL'] == 'x'",
        "app.config['UI_URL'] = None\nassert app.config['UI_URL'] == 'x'",
        "app.config.from_mapping(UI_URL=None)\nassert app.config['UI_URL'] == 'x'",
        "app.config.update(UI_URL=None)\nassert app.config['UI_URL'] == 'x'",
        "app.config.from_prefixed_env()\nassert app.config['UI_URL'] == 'x'",
    ],
)
def test_a_setting_is_there_from_the_beginning(reads: str, tmp_path: Path) -> None:
    """``--setting`` reaches a factory that reads it before init_app, and what the factory puts there does not win."""
    with lane(written(tmp_path, settings=reads), settings={"UI_URL": "x"}) as found:
        assert found.start().failure is None


def test_the_process_is_told_what_was_typed(tmp_path: Path) -> None:
    """An application that starts a scheduler unless a migration runs asks sys.argv."""
    asks = "import sys\nassert sys.argv[1:] == ['db', 'upgrade'], sys.argv"
    with lane(written(tmp_path, factory=asks)) as found:
        assert found.start().failure is None


def test_temporary_files_go_with_the_check(tmp_path: Path) -> None:
    """What a revision leaves where temporary files go lies in the check's own folder."""
    makes = "import tempfile\nprint('it is', tempfile.mkstemp()[1])"
    (answer,) = _steps(tmp_path, (makes, ""))
    file = next(Path(line.removeprefix("it is ")) for line in answer.said["printed"] if line.startswith("it is "))
    assert file.is_relative_to(tmp_path / "lane")
