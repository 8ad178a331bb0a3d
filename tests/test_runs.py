"""Run again here: a real child process on SQLite, its progress, its end, and what it changed."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import pytest
from commands import REPOSITORY, alone, lab
from flask.testing import FlaskClient
from pages import client_of, found, put, token, words
from web_server import Site, served

from lab_app.document import keep
from lab_app.document.file import of_scenario
from lab_app.document.types import Document
from lab_app.progress import Event
from lab_app.web.pages import run_events
from lab_app.web.processes import child as child_process
from lab_app.web.processes.command import without_paths
from lab_app.web.processes.run import Asked, Busy, Run, Runs

LIMIT = 60.0


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A browser of a server whose runs have SQLite alone; nothing of them is left at the end."""
    for name in [name for name in os.environ if name.startswith(("LAB_", "FLASK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAB_SERVERS", "given")
    made = client_of(tmp_path, monkeypatch)
    yield made
    runs_of(made).close()
    assert left_in(tmp_path / "home") == []


def runs_of(client: FlaskClient) -> Runs:
    """The runs of the server behind a browser."""
    found: Runs = client.application.extensions["lab_runs"]
    return found


def press(client: FlaskClient, path: str = "/run", **fields: str) -> int:
    """Send a form with its token; the status of the answer."""
    return client.post(path, data={"csrf_token": token(client.get("/run").text), **fields}).status_code


def finished(client: FlaskClient) -> str:
    """What the page of the run says when it is over."""
    eventually(lambda: bool((last := runs_of(client).last) and last.over))
    return words(client.get("/run").text)


def eventually(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def left_in(home: Path) -> list[Path]:
    """Leases and scratch folders."""
    return [path for name in ("runs", "leases") for path in (home / name).glob("*")]


def recorded_story(name: str = "add_age") -> Document:
    """A scenario as it is recorded."""
    record = keep.recorded()
    assert record
    return of_scenario(record, name)


def test_nothing_ran_yet(client: FlaskClient) -> None:
    """Before the first run its page says so, and has the button that runs everything."""
    page = client.get("/run")
    assert "Nothing was run from here yet" in page.text
    assert found(r'name="scenario" value="([^"]+)"', page.text) == ["all"]


@pytest.mark.slow
def test_a_run_from_click_to_result(client: FlaskClient) -> None:
    """The button starts the run; when it is over the page says who ran what, and that it is as recorded."""
    answer = client.post("/run", data={"csrf_token": token(client.get("/run").text), "scenario": "add_age"})
    assert (answer.status_code, answer.location) == (303, "/run")
    page = client.get("/run").text
    assert "Running: Add a column to a table that holds rows" in page
    assert "Started by you" in words(page)
    assert '<noscript><meta http-equiv="refresh"' in page

    said = finished(client)
    day = recorded_story()["recorded_at"][:10]
    assert f"Same as recorded on {day}" in said
    assert "started by you" in said
    assert "3 of 12 cells ran. Not up: PostgreSQL, MySQL, MariaDB." in said
    assert "finished 3 of 3 cells" in said
    page = client.get("/run").text
    assert 'href="/scenario/add_age"' in page
    assert "refresh" not in page


@pytest.mark.slow
def test_the_second_run_is_compared_with_the_first(client: FlaskClient) -> None:
    """What was run on this machine is what the next run is compared with."""
    press(client, scenario="add_age")
    finished(client)
    press(client, scenario="add_age")
    assert "Same as your last run, just now" in finished(client)


@pytest.mark.slow
def test_what_changed_is_told_cell_by_cell(client: FlaskClient) -> None:
    """A cell that came out differently is named with what it was, what it is, and a link; a new version is told."""
    story = recorded_story()
    [cell] = [each for each in story["cells"] if (each["attempt"], each["engine"]) == ("create_all", "sqlite")]
    cell["outcome"] = "done"
    story["targets"][0]["version"] = "3.0.0"
    put(story)
    press(client, scenario="add_age")
    said = finished(client)
    assert "1 cell changed since your last run" in said
    assert "add_age create_all, SQLite : was done , is ignored" in said
    assert "SQLite was 3.0.0, is " in said
    assert 'href="/scenario/add_age#create_all-sqlite"' in client.get("/run").text


@pytest.mark.slow
def test_a_cell_that_is_not_as_declared_is_told(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finished run whose scenario expects something else names the cell, and its results are kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    lab("new", "mine", environment=dict(os.environ), cwd=tmp_path)
    file = tmp_path / "scenarios" / "mine.py"
    file.write_text(file.read_text().replace("everywhere=ignored(", "everywhere=done("))
    runs_of(client).start(Asked(("run", "--events", "mine"), "mine", ("mine",)))
    said = finished(client)
    assert "There was nothing to compare it with" in said
    assert "Not as declared mine create_all, sqlite : ignored, declared as done" in said


@pytest.mark.slow
def test_one_run_at_a_time(client: FlaskClient) -> None:
    """Every page says that a run goes on; a second start is refused, and told who runs what."""
    other = client.application.test_client()
    assert "running</small>" not in other.get("/").text
    assert press(client, scenario="all") == 303
    assert "Runs <small>running</small>" in other.get("/").text
    busy = client.post("/run", data={"csrf_token": token(client.get("/run").text), "scenario": "add_age"})
    assert busy.status_code == 409
    assert "A run goes on already: every scenario It was started by you" in words(busy.text)
    busy = other.post("/servers/look", data={"csrf_token": token(other.get("/run").text)})
    assert busy.status_code == 409
    assert "started by another browser (127.0.0.1)" in words(busy.text)
    assert 'href="/run"' in busy.text


@pytest.mark.slow
def test_stop_leaves_nothing(client: FlaskClient, tmp_path: Path) -> None:
    """The button ends the run in the middle: no process, lease or folder stays, and no result is kept."""
    press(client, scenario="all")
    runs = runs_of(client)
    eventually(lambda: runs.last and any(event.done for event in runs.last.lanes.values()))
    [command] = [each for each in psutil.Process().children() if "--events" in each.cmdline()]
    family = [command, *command.children(recursive=True)]
    assert press(client, "/run/stop", number="1") == 303
    said = finished(client)
    assert "Stopped: every scenario" in said
    assert "Its results were not kept" in said
    eventually(lambda: gone(family))
    eventually(lambda: not left_in(tmp_path / "home"))
    assert not list(keep.own_folder().glob("*"))


@pytest.mark.slow
def test_a_late_stop_ends_no_other_run(client: FlaskClient) -> None:
    """The button means the run that its page showed."""
    press(client, scenario="add_age")
    finished(client)
    press(client, scenario="all")
    for number in ("1", "", "²", "-2"):
        press(client, "/run/stop", number=number)
    last = runs_of(client).last
    assert last
    assert (last.number, last.state) == (2, "running")


@pytest.mark.parametrize("path", ["/run", "/run/stop", "/servers/look"])
def test_a_form_without_its_token_is_refused(client: FlaskClient, path: str) -> None:
    """Another web page cannot start or stop anything."""
    assert client.post(path, data={"scenario": "all"}).status_code == 400
    assert runs_of(client).last is None


@pytest.mark.parametrize("name", ["add_agee", "", "--help", "<script>"])
def test_an_unknown_scenario_is_a_404_with_the_nearest(client: FlaskClient, name: str) -> None:
    """A name that no result has starts nothing; the page links to the nearest ones, and escapes the name."""
    page = client.post("/run", data={"csrf_token": token(client.get("/run").text), "scenario": name})
    assert page.status_code == 404
    assert "<script>" not in page.text
    assert name != "add_agee" or 'href="/scenario/add_age"' in page.text
    assert runs_of(client).last is None


@pytest.mark.slow
def test_a_run_that_fails_says_why_in_its_own_line(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command says of its failure is on the page, and the results of before stay."""
    monkeypatch.setenv("LAB_SERVERS", "nonsense")
    press(client, scenario="add_age")
    said = finished(client)
    assert "It failed: Add a column to a table that holds rows" in said
    assert "LAB_SERVERS has no source called 'nonsense': type one or more of given," in said
    assert "Its results were not kept" in said


@pytest.mark.slow
def test_the_stream_tells_the_progress_and_ends(client: FlaskClient) -> None:
    """Each message is the whole state of the run; the last one says that it is over."""
    press(client, scenario="add_age")
    answer = client.get("/run/events", buffered=True)
    assert answer.content_type == "text/event-stream; charset=utf-8"
    messages = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith('data: {"')]
    assert messages[-1]["state"] == "finished"
    assert messages[-1]["engines"]["sqlite"]["count"] == "3 of 3 cells"
    assert messages[-1]["engines"]["sqlite"]["server"].endswith("built in, 0.0 s")
    assert "not up" in messages[-1]["engines"]["mysql"]["now"]
    assert [each["seconds"] for each in messages] == sorted(each["seconds"] for each in messages)
    assert answer.text.endswith("event: over\ndata: {}\n\n")


def test_a_stream_of_nothing_ends_at_once(client: FlaskClient) -> None:
    """A page that outlived its server is told that there is nothing to watch."""
    assert client.get("/run/events", buffered=True).text.endswith("event: over\ndata: {}\n\n")


def test_streams_are_few_and_are_given_back(client: FlaskClient) -> None:
    """Beyond the limit a page is told to ask again; a stream that has ended, or was never read, makes room."""
    held = [run_events.slots.acquire(blocking=False) for _ in range(run_events.STREAMS)]
    assert all(held)
    try:
        assert client.get("/run/events", buffered=True).status_code == 503
    finally:
        for _ in held:
            run_events.slots.release()
    for _ in range(run_events.STREAMS + 1):
        assert client.get("/run/events", buffered=True).status_code == 200
        assert client.head("/run/events", buffered=True).status_code == 200


# The child process itself


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Runs]]:
    """Runs whose command is a Python script."""
    made: list[Runs] = []

    def start(script: str) -> Runs:
        monkeypatch.setattr("lab_app.web.processes.command._FLASK_LAB", (sys.executable, "-c", script))
        runs = Runs()
        runs.start(Asked(("run",), "a script"))
        made.append(runs)
        return runs

    yield start
    for runs in made:
        runs.close()


def ended(runs: Runs) -> Run:
    """The run when it is over."""
    eventually(lambda: runs.last and runs.last.over)
    assert runs.last
    return runs.last


def test_garbage_between_the_events_is_passed_over(command: Callable[[str], Runs]) -> None:
    """Bytes that are no text, a line without end and half a message hide none of the events."""
    good = [str(Event("sqlite", "one", "running", 1, 2)), str(Event("", state="kept"))]
    script = f"""if True:
        import sys
        out = sys.stderr.buffer
        out.write(b"\\xff\\xfe\\n" + {good[0]!r}.encode() + b"\\n" + b"x" * 200000 + b'\\n{{"engine": "mysql"')
        out.write(b"\\n[1]\\nnull\\n" + {good[1]!r}.encode() + b"\\n")
    """
    run = ended(command(script))
    assert (run.state, dict(run.lanes)) == ("finished", {"sqlite": Event("sqlite", "one", "running", 1, 2)})


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        '"sqlite"',
        "{}",
        "[" * 100_000,
        '{"engine": "sqlite", "other": 1}',
        '{"engine": "sqlite", "done": "many"}',
        '{"engine": ["sqlite"]}',
        '{"engine": "sqlite", "state": "dancing"}',
    ],
)
def test_a_line_that_is_no_event(line: str) -> None:
    """Only what an event writes is read as one."""
    assert Event.parse(line) is None
    assert Event.parse(str(Event("sqlite", "é", "running", 1, 2))) == Event("sqlite", "é", "running", 1, 2)


def test_a_command_that_does_not_end_is_killed(command: Callable[[str], Runs], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop waits for a limited time only."""
    monkeypatch.setattr(child_process, "PATIENCE", 0.3)
    ready = str(Event("sqlite", state="ready"))
    deaf = f"signal.signal(signal.SIGTERM, signal.SIG_IGN); print({ready!r}, file=sys.stderr); time.sleep(600)"
    runs = command(f"import signal, sys, time; {deaf}")
    eventually(lambda: runs.last and runs.last.lanes)
    runs.stop()
    assert ended(runs).state == "stopped"


@pytest.mark.slow
def test_a_pipe_that_stays_open_holds_nothing_up(command: Callable[[str], Runs]) -> None:
    """When the command has ended the run is over, though a process it started still has its standard error."""
    runs = command("import subprocess, sys; print(subprocess.Popen(['sleep', '300']).pid, file=sys.stderr)")
    run = ended(runs)
    assert run.state == "failed"
    os.kill(int(run.failure), signal.SIGKILL)


def test_a_command_that_says_nothing_fails_with_its_status(command: Callable[[str], Runs]) -> None:
    """Exit status 0 alone is no result: a run is finished when its results are kept."""
    assert ended(command("")).failure == "it ended with status 0 and said nothing"


def test_a_second_start_says_which_run_goes_on(command: Callable[[str], Runs]) -> None:
    """The one that is refused learns of the other."""
    runs = command("import time; time.sleep(600)")
    with pytest.raises(Busy) as refused:
        runs.start(Asked(("run",), "another"))
    assert refused.value.run.asked.title == "a script"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/home/ada/lab/x.py cannot be read", "x.py cannot be read"),
        ('File "/usr/lib/python3/abc.py", line 3', 'File "abc.py", line 3'),
        ("export LAB_MYSQL_URL=mysql+pymysql://user:password@host:3306/", None),
        ("migrations/versions/0002_add_age.py", None),
        ("see https://example.org/a/b/c", None),
        ("a \x1b[31mred\x1b[0m word", "a \\x1b[31mred\\x1b[0m word"),
    ],
)
def test_no_path_of_the_machine_is_told(line: str, told: str | None) -> None:
    """Of a path only the last step is left; addresses and relative paths stay."""
    assert without_paths(line) == (told or line)


@pytest.mark.slow
def test_events_of_the_command(tmp_path: Path) -> None:
    """`flask lab run --events` counts every engine's cells, ends with kept, and tells an error in a plain line."""
    environment = alone(tmp_path)
    done = lab("run", "add_age", "--events", "--format", "json", environment=environment)
    events = [Event.parse(line) for line in done.stderr.splitlines()]
    assert None not in events
    sqlite = [event for event in events if event and event.engine == "sqlite"]
    assert [event.done for event in sqlite] == sorted(event.done for event in sqlite)
    assert {event.state for event in sqlite} == {"searching", "ready", "running", "finished"}
    assert sqlite[-1] == Event("sqlite", "", "finished", 3, 3)
    assert [event.state for event in events if event and event.engine == "mysql"] == ["searching", "not up"]
    assert events[-1] == Event("", state="kept")
    wrong = lab("run", "add_agee", "--events", environment=environment)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("There is no scenario")
    assert wrong.stderr.count("\n") == 1


# A real web server


class Watcher:
    """Somebody who watches the run of a server: the status of the stream, and its lines."""

    def __init__(self, site: Site) -> None:
        self._host = site.address.removeprefix("http://")
        self._connection = HTTPConnection(self._host, timeout=LIMIT)
        self._connection.request("GET", "/run/events")
        self._answer = self._connection.getresponse()
        self.status = self._answer.status

    def ask(self, path: str) -> str:
        """Another page of the same server."""
        connection = HTTPConnection(self._host, timeout=LIMIT)
        connection.request("GET", path)
        with connection.getresponse() as answer:
            return answer.read().decode()

    def messages(self) -> Iterator[dict[str, Any]]:
        """What is told, until it is over."""
        while line := self._answer.readline().decode():
            if line.startswith('data: {"'):
                yield json.loads(line[6:])

    def leave(self) -> None:
        """Close the connection in the middle."""
        self._answer.close()
        self._connection.close()


def running(site: Site) -> list[psutil.Process]:
    """The processes of the server's run, as soon as one cell is made."""
    watcher = Watcher(site)
    next(each for each in watcher.messages() if each["engines"].get("sqlite", {}).get("done"))
    watcher.leave()
    family = psutil.Process(site.pid).children(recursive=True)
    assert family
    return family


def gone(family: list[psutil.Process]) -> bool:
    """Whether none of them runs any more."""
    return not psutil.wait_procs(family, timeout=0)[1]


@pytest.mark.slow
def test_the_servers_own_run_is_streamed_while_pages_are_served(tmp_path: Path) -> None:
    """`flask lab web --run NAME` runs it once; a watcher gets messages one by one, and the page says whose it is."""
    with served(tmp_path / "home", "--run", "add_age") as site:
        watcher = Watcher(site)
        told = list(watcher.messages())
        assert told[-1]["state"] == "finished"
        assert len(told) > 2
        page = words(watcher.ask("/run"))
    assert "started by the lab itself, when it started" in page
    assert "Same as recorded" in page


@pytest.mark.slow
def test_a_closed_browser_frees_its_thread(tmp_path: Path) -> None:
    """When as many watch as may, the next is refused; when they have gone, another is let in, and the run goes on."""
    with served(tmp_path / "home", "--run", "all") as site:
        watchers = [Watcher(site) for _ in range(run_events.STREAMS)]
        assert [watcher.status for watcher in watchers] == [200] * run_events.STREAMS
        late = Watcher(site)
        assert late.status == 503
        assert "ok" in late.ask("/healthz")
        for watcher in watchers:
            watcher.leave()
        again: list[Watcher] = []

        def let_in() -> bool:
            again.append(Watcher(site))
            again[-1].leave()
            return again[-1].status == 200

        eventually(let_in)
        assert psutil.Process(site.pid).children()


@pytest.mark.slow
def test_the_end_of_the_server_is_the_end_of_its_run(tmp_path: Path) -> None:
    """SIGTERM ends server, run and those who watch it, and nothing stays."""
    with served(tmp_path / "home", "--run", "all") as site:
        watcher = Watcher(site)
        family = running(site)
        server = psutil.Process(site.pid)
        begin = time.monotonic()
        server.terminate()
        eventually(lambda: gone([server]))
        assert time.monotonic() - begin < child_process.PATIENCE
        watcher.leave()
    eventually(lambda: gone(family))
    eventually(lambda: not left_in(tmp_path / "home"))


@pytest.mark.slow
def test_a_killed_server_takes_its_run_along(tmp_path: Path) -> None:
    """After kill -9 of the server its run has nobody to tell anything, and cleans up."""
    with served(tmp_path / "home", "--run", "all") as site:
        family = running(site)
        os.kill(site.pid, signal.SIGKILL)
        eventually(lambda: gone(family))
        eventually(lambda: not left_in(tmp_path / "home"))


@pytest.mark.slow
@pytest.mark.parametrize(("names", "line"), [("add_agee", "There is no scenario 'add_agee'"), ("", "Which scenario?")])
def test_a_server_whose_run_has_no_such_name_does_not_start(names: str, line: str, tmp_path: Path) -> None:
    """--run is checked before anything listens."""
    done = lab("web", "--run", names, environment=alone(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(line)


@pytest.mark.parametrize("word", ["all", "--all"])
def test_all_and_its_synonym_name_every_scenario(word: str) -> None:
    """The older setting LAB_RUN=--all means the same."""
    from lab_app.cli.pages import _named

    assert _named(word) == ()
    assert _named("batch_mode add_age") == ("batch_mode", "add_age")
