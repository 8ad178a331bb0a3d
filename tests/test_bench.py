"""The figures: how they are laid out and judged, and that what they are measured against really runs."""

from __future__ import annotations

import inspect
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from availability import Found, available
from commands import FLASK as LAB

from bench import cells_cpu, proc
from bench.clock import clock
from bench.cpu import Measured, cpu_of, split
from bench.figure import Figure, against, number, worst_first
from bench.generated import write
from bench.in_process import story
from bench.proc import peak
from bench.process import FLASK, ROOT, run, script, started
from bench.pytest_alembic import prepared
from bench.readers import Readers
from bench.render import render
from bench.report import Conditions, document, markdown, table
from bench.scan import scan
from bench.served import run_seconds, served
from bench.setting import Setting
from bench.watch import Seen, Watch, role
from bench.whole import Whole
from lab_app.engines import MYSQL, POSTGRESQL, SQLITE
from lab_app.errors import LabError
from lab_app.leases import Process
from lab_app.servers import Server
from lab_app.servers.connection import connect

FIGURES = [
    Figure("story", "faster than by hand", 12.345, "times", at_least=10, note="2.1 s against 26 s"),
    Figure("starts", "MariaDB, local, cold", 0.7, "s"),
    Figure("rows", "PostgreSQL: proof of 1,000,000 rows, twice", 1.25, "SELECT *", at_most=1, note="a " * 40),
]
CONDITIONS = Conditions("2026-02-03", "3.14.1", 2, 5, ["SQLite 3.50.4 (built in)", "PostgreSQL 18.1 (container)"])
TABLE = """\
2026-02-03 · Python 3.14.1 · 2 cores · medians of 5 · SQLite 3.50.4 (built in) ·
PostgreSQL 18.1 (container)

      figure                                           measured           target
────────────────────────────────────────────────────────────────────────────────
short rows: PostgreSQL: proof of 1,000,000        1.25 SELECT *     ≤ 1 SELECT *
      rows, twice
        a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a
        a a a a
✓     story: faster than by hand                     12.3 times       ≥ 10 times
        2.1 s against 26 s
      starts: MariaDB, local, cold                       0.70 s
"""
MARKDOWN = """\
# Figures

`make bench`, 2026-02-03 · Python 3.14.1 · 2 cores · medians of 5 · SQLite 3.50.4 (built in).

| | figure | measured | target | made of |
| --- | --- | ---: | ---: | --- |
| short | rows: proof | 1.25 SELECT * | ≤ 1 SELECT * | |
| ✓ | story: by hand | 12.3 times | ≥ 10 times | 2 s against 25 s |
"""


def bench(*names: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python -m bench` as it is typed."""
    command, environment = [sys.executable, "-m", "bench", *names], {**os.environ, **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_the_table_has_80_columns_and_what_falls_short_first() -> None:
    """A figure is one line with its target and ✓ or short, wrapped at 80 columns, with what it is made of below."""
    assert table(FIGURES, CONDITIONS) == TABLE
    assert max(map(len, TABLE.splitlines())) == 80


def test_the_page_says_what_the_table_says() -> None:
    """The Markdown has a row a figure in the same order."""
    figures = [
        Figure("story", "by hand", 12.345, "times", at_least=10, note="2 s against 25 s"),
        Figure("rows", "proof", 1.25, "SELECT *", at_most=1),
    ]
    conditions = Conditions("2026-02-03", "3.14.1", 2, 5, ["SQLite 3.50.4 (built in)"])
    assert markdown(figures, conditions) == MARKDOWN


def test_the_document_holds_every_figure() -> None:
    """The JSON has the conditions, and each figure with the verdict beside its numbers."""
    conditions = Conditions("2026-02-03", "3.14.1", 2, 5, [])
    assert json.loads(document(FIGURES[:1], conditions)) == {
        "measured_on": "2026-02-03",
        "python": "3.14.1",
        "cores": 2,
        "rounds": 5,
        "engines": [],
        "figures": [
            {
                "family": "story",
                "name": "faster than by hand",
                "value": 12.345,
                "unit": "times",
                "at_most": None,
                "at_least": 10,
                "note": "2.1 s against 26 s",
                "met": True,
            }
        ],
    }


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "verdict"),
    [
        (1.5, 1.5, None, "✓"),
        (1.501, 1.5, None, "short"),
        (10, None, 10, "✓"),
        (9.99, None, 10, "short"),
        (3, None, None, ""),
    ],
)
def test_a_target_is_met_or_the_figure_is_short(
    value: float, at_most: float | None, at_least: float | None, verdict: str
) -> None:
    """A target includes its own number, and the number is judged before it is rounded."""
    assert Figure("f", "n", value, "s", at_most, at_least).verdict == verdict


def test_what_falls_short_comes_first() -> None:
    """The others keep the order in which they were measured."""
    assert [figure.family for figure in worst_first(FIGURES)] == ["rows", "story", "starts"]


@pytest.mark.parametrize(
    ("value", "text"),
    # Three digits, and never fewer than the whole number has.
    [(0.001, "0.00"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (1234.5, "1234"), (0, "0.00")],
)
def test_a_number_has_three_digits(value: float, text: str) -> None:
    """Small numbers show hundredths, and large ones no fraction."""
    assert number(value) == text


def test_contenders_are_compared_by_their_medians() -> None:
    """One slow round among five does not move the figure."""
    assert against([1, 1.5, 9, 1, 2], [10, 30, 20]) == "1.50 s against 20.0 s"


def test_contenders_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every round runs each contender once, so that noise hits them all alike."""
    monkeypatch.setenv("BENCH_ROUNDS", "3")
    order: list[str] = []

    def contender(name: str) -> float:
        order.append(name)
        return float(len(order))

    seconds = Setting().interleaved({"a": lambda: contender("a"), "b": lambda: contender("b")})
    assert order == ["a", "b"] * 3
    assert seconds == {"a": [1, 3, 5], "b": [2, 4, 6]}
    assert Setting().interleaved({"a": lambda: contender("a")}, limit=1) == {"a": [7]}


@pytest.mark.parametrize(
    ("names", "variables", "line"),
    [
        (["storey"], {}, "There are no figures called 'storey'. Type one or more of story."),
        (
            ["zzz"],
            {},
            "There are no figures called 'zzz'. "
            "Type one or more of story, memory, schema, rows, starts, pages, check, catalogue.",
        ),
        (
            ["rows"],
            {"BENCH_ROUNDS": "0"},
            "BENCH_ROUNDS=0 is no number of rounds. Type a whole number from 1, such as BENCH_ROUNDS=5.",
        ),
        (
            ["rows"],
            {"BENCH_ROWS": "many"},
            "BENCH_ROWS=many is no number of rows. Type a whole number from 1, such as BENCH_ROWS=1000000.",
        ),
    ],
)
def test_bad_input_is_one_line(names: list[str], variables: dict[str, str], line: str) -> None:
    """What cannot be measured is told before anything is started, with what to type; the exit status is 2."""
    answer = bench(*names, **variables)
    assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", f"{line}\n")


def test_the_script_in_process_really_runs(tmp_path: Path) -> None:
    """The contender makes a project for each database, and its seven commands leave the table with an age."""
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("one", "two")]
    run(script("in_process"), dict(os.environ), "\n".join(urls) + "\n", tmp_path)
    for place, name in enumerate(("one", "two"), start=1):
        columns = sqlite3.connect(tmp_path / f"{name}.db").execute("SELECT name FROM pragma_table_info('student')")
        assert [column for (column,) in columns] == ["id", "name", "email", "course", "age"]
        assert len(list((tmp_path / f"project_{place}/migrations/versions").glob("*.py"))) == 2


def test_the_script_by_hand_has_the_same_commands() -> None:
    """Both contenders run the same seven commands of Flask-Migrate in the same order."""
    by_hand = re.findall(r"^ +db (True|False) (\w+)", (ROOT / "bench/by_hand.sh").read_text(), re.MULTILINE)
    in_process = re.findall(r"_command\((True|False), flask_migrate\.(\w+)", inspect.getsource(story))
    assert by_hand == in_process
    assert len(in_process) == 7


def test_a_long_table_is_scanned_and_read(tmp_path: Path) -> None:
    """Each round has a SELECT, a scan, and a proof that is longer than its first scan."""
    found = scan(f"sqlite:///{tmp_path}/app.db", rows=20_000, rounds=2)
    assert [len(found[name]) for name in ("select", "scan", "proof", "peaks")] == [2, 2, 2, 3]
    assert all(proof > once > 0 for proof, once in zip(found["proof"], found["scan"], strict=True))
    rows = sqlite3.connect(tmp_path / "app.db").execute("SELECT COUNT(*), COUNT(DISTINCT id) FROM student").fetchone()
    assert rows == (20_000, 20_000)


def test_a_command_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    """A contender that breaks makes no figure: its last words are the reason."""
    with pytest.raises(LabError, match=r"^sh -c echo no >&2; exit 3 exits with 3: no$"):
        run(["sh", "-c", "echo no >&2; exit 3"], {}, folder=tmp_path)
    assert run(["sh", "-c", "cat; exit 1"], {"PATH": os.defpath}, "words", tmp_path, allowed=[0, 1]).printed == "words"


def test_a_command_that_is_given_up_leaves_no_process(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a measurement ends the command and what it has started."""
    seen: list[Process] = []

    def interrupted() -> None:
        with started(["sh", "-c", "sleep 60 & echo $!; wait"], {}, tmp_path) as process:
            assert process.stdout
            seen.append(Process.of(int(process.stdout.readline())))
            assert seen[0].alive
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    deadline = time.monotonic() + 5
    while seen[0].alive and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not seen[0].alive


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the CPU of what was not waited for")
BUSY = "import time\nwhile time.process_time() < 0.4: pass"
#: What becomes of a child that is busy and then says so.
FATES = {
    "outlives its parent": "Popen(busy, stdout=DEVNULL, start_new_session=True)",
    "is waited for": "Popen(busy, stdout=DEVNULL).wait()",
    "is killed": "child = Popen(busy, stdout=PIPE); child.stdout.read(4); child.kill()",
}


@LINUX
@pytest.mark.parametrize("fate", FATES.values(), ids=FATES)
def test_the_cpu_of_a_command_includes_its_grandchildren(fate: str) -> None:
    """A grandchild is counted when it outlives its parent, when it is waited for, and when it is killed."""
    busy = f"{BUSY}\nprint('busy', flush=True)" + ("\ntime.sleep(60)" if "kill" in fate else "")
    child = f"import sys\nfrom subprocess import *\nbusy = [sys.executable, '-c', {busy!r}]\n{fate}"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    finished = run([sys.executable, "-c", parent], dict(os.environ))
    assert finished.cpu
    assert 0.4 <= finished.cpu < 2


@LINUX
def test_a_command_is_over_when_it_ends_and_not_when_its_children_do() -> None:
    """The wall time is what a person waits for the prompt; the CPU is that of the child, too, which ends later."""
    later = f"import time\ntime.sleep(1)\n{BUSY}"
    finished = run(["sh", "-c", f"{sys.executable} -c '{later}' >/dev/null 2>&1 &"], dict(os.environ))
    assert finished.seconds < 1
    assert finished.cpu
    assert finished.cpu >= 0.4


@LINUX
def test_what_outlives_a_command_for_too_long_is_killed() -> None:
    """Nothing of a measured command is left behind, whatever session it has put itself into."""
    sleeper = "setsid sh -c 'sleep 60 & echo $!; wait' &"
    code = f"import sys\nfrom bench import reaper\nreaper.PATIENCE = 0.3\nreaper.measure(['sh', '-c', {sleeper!r}])"
    finished = run([sys.executable, "-c", code], dict(os.environ))
    assert not Process.of(int(finished.printed)).alive


@LINUX
def test_a_measurement_that_is_given_up_leaves_no_process() -> None:
    """Ctrl-C in the middle of a run ends the command, what it has started, and the program that waits for it."""
    seen: list[Process] = []

    @contextmanager
    def interrupted(root: int) -> Iterator[None]:
        while len(seen) < 3:
            seen[:] = [Process.of(pid) for pid in proc.tree(root)]
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        run(["sh", "-c", "sleep 60 & wait"], {}, watch=interrupted)
    assert not any(process.alive for process in seen)


WORK = {
    "postgresql": "SELECT count(md5(number::text)) FROM generate_series(1, 100000) number",
    "mysql": "SELECT BENCHMARK(300000, SHA2('x', 256))",
    "mariadb": "SELECT BENCHMARK(300000, SHA2('x', 256))",
}


@LINUX
@pytest.mark.parametrize("name", WORK)
def test_the_cpu_of_a_busy_server_is_counted(name: str, servers: Found) -> None:
    """It grows while the server works, no faster than its cores, and stays when the connection has ended."""
    server = available(servers, name)
    if server.source == "given":
        pytest.skip("a server that is given by an URL cannot be asked")
    seconds = clock(server)
    begin, first = time.monotonic(), seconds()
    assert first
    while (seconds() or 0.0) - first < 0.3 and time.monotonic() - begin < 30:
        with connect(server) as cursor:
            cursor.execute(WORK[name])
    used = (seconds() or 0.0) - first
    assert 0.3 <= used <= (time.monotonic() - begin) * (os.cpu_count() or 1) + 0.1


@LINUX
def test_a_docker_engine_elsewhere_is_asked_for_the_cpu_of_a_container(
    servers: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells what /proc tells, where the container's processes are on this machine and both can be asked."""
    found = [server for server in servers.values() if isinstance(server, Server) and server.source == "container"]
    if not found:
        pytest.skip("no server of this run is in a container")
    here = clock(found[0])
    monkeypatch.setattr(proc, "groups", lambda _pid: "")
    engine = clock(found[0])
    before, told, after = here(), engine(), here()
    assert before
    assert told
    assert after
    # The engine counts in nanoseconds and with the health check and the image's start script, /proc in hundredths.
    assert before - 0.1 <= told <= after + 1


def test_a_server_that_is_given_is_not_asked() -> None:
    """An URL may point anywhere: its server's CPU is unknown, and the figure says which server is missing."""
    assert clock(Server(POSTGRESQL, "18.1", "given", 0.0, "127.0.0.1", 5432))() is None
    rounds = [Measured(1.0, clients, {"postgresql": None, "mysql": 0.5}, ["PostgreSQL (given)"]) for clients in (2, 3)]
    assert split(rounds) == (
        "clients 2.50 s, servers 0.50 s; without the server of PostgreSQL (given), which tells nothing"
    )
    assert cpu_of(rounds) == [2.5, 3.5]


def test_cpu_that_the_system_does_not_tell_makes_no_figure() -> None:
    """Where clients are not measured, there is neither a sum nor a line of it."""
    unknown = Measured(1.0, None, {"mysql": 0.5})
    assert cpu_of([unknown]) == []
    assert cells_cpu.figures(Setting(), Whole(unknown, {"cells": []}, Watch())) == []


def test_the_cpu_of_every_scenario_is_told_for_each_engine() -> None:
    """A worker is known by the server that it is connected to; one that has none is SQLite's."""
    setting, watch = Setting(), Watch()
    setting.__dict__["servers"] = {
        "sqlite": Server(SQLITE, "3.50.4", "built in", 0.0),
        "mysql": Server(MYSQL, "9.7.4", "container", 0.0, "127.0.0.1", 3306),
    }
    watch.seen = {1: Seen("command", 90, 0.5), 2: Seen("workers", 70, 1.0), 3: Seen("workers", 70, 2.0, 3306)}
    watch.seen[4] = Seen("workers", 70, 1.0, 3306)
    cells = [*[{"engine": "sqlite", "outcome": "done"}] * 2, *[{"engine": "mysql", "outcome": "done"}] * 3]
    everything = Whole(Measured(3.0, 5.0, {"mysql": 1.5}), {"cells": cells}, watch)
    assert [(each.name, each.value, each.note) for each in cells_cpu.figures(setting, everything)] == [
        ("CPU of every scenario", 6.5, "clients 5.00 s, servers 1.50 s; 5 cells; once"),
        ("CPU of attempts on sqlite", 1.0, "client 1.00 s, 500 ms a cell; 2 cells"),
        (
            "CPU of attempts on mysql",
            4.5,
            "client 3.00 s, 1000 ms a cell; server 1.50 s, 500 ms a cell; 3 cells",
        ),
    ]
    lacking = Whole(Measured(3.0, 5.0, {"mysql": None}, ["MySQL (given)"]), {"cells": cells}, watch)
    assert [figure.met for figure in cells_cpu.figures(setting, lacking)] == [None, None, None]


@LINUX
def test_the_processes_of_a_run_are_watched(tmp_path: Path) -> None:
    """The command, the server that workers are forked from, and a worker are seen, and none has more CPU than all."""
    watch = Watch()
    finished = run([FLASK, "lab", "run", "add_age", "--quiet"], _sqlite_alone(tmp_path), watch=watch.over)
    assert {"command", "fork server", "workers"} <= set(watch.highest())
    assert min(watch.highest().values()) > 1
    assert finished.cpu
    assert 0 < sum(each.seconds for each in watch.seen.values() if each.role == "workers") < finished.cpu


@LINUX
def test_a_worker_is_told_by_the_server_that_it_is_connected_to() -> None:
    """Connections that are open count, and listening does not."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert port not in proc.connected(os.getpid())
        with socket.create_connection(("127.0.0.1", port)):
            assert port in proc.connected(os.getpid())


@pytest.mark.parametrize(
    ("command", "parent", "expected"),
    [
        ("python\0flask\0lab\0run", "", "command"),
        ("python\0-c\0from multiprocessing.forkserver import main", "command", "fork server"),
        ("python\0-c\0from multiprocessing.forkserver import main", "fork server", "workers"),
        ("python\0-c\0from multiprocessing.resource_tracker import main", "command", "resource tracker"),
        ("python\0-I\0cleanup/janitor.py", "command", "janitor"),
    ],
)
def test_a_process_is_known_by_its_command_line(command: str, parent: str, expected: str) -> None:
    """A worker has the fork server's command line, and is told by its parent."""
    assert role(command, parent) == expected


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has /proc")
def test_a_process_has_a_peak_as_long_as_it_is_there() -> None:
    """Memory is read in MB; a number that no process has gives nothing."""
    mine = peak(os.getpid())
    assert mine
    assert 5 < mine < 10_000
    assert peak(2**22 + 1) is None


class _Library(BaseHTTPRequestHandler):
    """Answers /book and refuses the rest; ``opened`` has its connections, ``read`` the pages that were asked for."""

    protocol_version = "HTTP/1.1"
    opened: ClassVar[list[object]] = []
    read: ClassVar[list[str]] = []

    def setup(self) -> None:
        self.opened.append(self.client_address)
        super().setup()

    def do_GET(self) -> None:
        self.read.append(self.path)
        self.send_response(200 if self.path == "/book" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_readers_read_until_the_block_ends_and_tell_what_did_not_come() -> None:
    """Two readers open page after page, one on a connection that is kept; a page that is not there is an error."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Library) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with Readers(server.server_port, ["/book", "/nothing"], readers=2, pause=0.001) as readers:
            deadline = time.monotonic() + 10
            while len(readers.seconds) < 20 and time.monotonic() < deadline:
                time.sleep(0.001)
        server.shutdown()
    assert len(readers.seconds) == len(_Library.read) >= 20
    assert set(readers.errors) == {"/nothing: 404"}
    assert len(readers.errors) == _Library.read.count("/nothing")
    assert 2 < len(_Library.opened) < len(_Library.read)


def test_readers_of_a_server_that_is_gone_tell_so() -> None:
    """A connection that is refused is an error of that page, and the reader goes on."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Library) as server:
        port = server.server_port
    with Readers(port, ["/book"], readers=1, pause=0.001) as readers:
        deadline = time.monotonic() + 10
        while len(readers.errors) < 3 and time.monotonic() < deadline:
            time.sleep(0.001)
    assert set(readers.errors) == {"/book: ConnectionRefusedError"}
    assert len(readers.errors) == len(readers.seconds) >= 3


def _sqlite_alone(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}
    return kept | {"LAB_HOME": str(folder / "home"), "LAB_SERVERS": "given"}


def test_a_run_is_timed_in_a_real_web_server_that_ends(tmp_path: Path) -> None:
    """The run that the server starts is watched to its end; afterwards nobody listens on its port."""
    with served(_sqlite_alone(tmp_path), "--run", "add_age") as port:
        assert 0 < run_seconds(port) < 60
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_web_server_that_does_not_start_is_told_in_one_line(tmp_path: Path) -> None:
    """What it said is the reason."""
    with (
        pytest.raises(LabError, match=r"^flask lab web does not start: There is no scenario .*add_agee.*$"),
        served(_sqlite_alone(tmp_path), "--run", "add_agee"),
    ):
        pass


def test_the_matrix_is_drawn_as_often_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request takes its own time, and the page is that of the whole catalogue."""
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path / "none.json"))
    found = render(3)
    assert len(found["seconds"]) == 3
    assert min(found["seconds"]) > 0
    assert found["bytes"] > 100_000


@pytest.mark.slow
@pytest.mark.parametrize("revisions", [10, 20])
def test_the_generated_project_is_one_without_a_fault(revisions: int, tmp_path: Path, alone: dict[str, str]) -> None:
    """A check passes over it with notes at most, and pytest-alembic's tests have all that they need."""
    project = prepared(write(tmp_path / "project", revisions))
    assert len(list((project / "migrations/versions").glob("*.py"))) == revisions
    command = [*LAB, "check", str(project), "--python", sys.executable, "--fail-on", "warning", "--quiet"]
    answer = subprocess.run(command, env=alone, cwd=project, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert f"{revisions} revisions on one engine" in answer.stdout
    compile((project / "tests/conftest.py").read_text(), "conftest.py", "exec")
