"""The app under study on a scratch database: it fails, it is migrated, it answers; and nothing of it is left behind."""

from __future__ import annotations

import html
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from availability import ENGINE_NAMES, Found, available
from commands import FLASK, REPOSITORY, lab, with_servers
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lab_app.servers import Server
from lab_app.servers.connection import connect
from lab_app.servers.drivers import driver_of, rows
from lab_app.study.protocol import (
    Add,
    Answered,
    Closed,
    Downgrade,
    Failed,
    Look,
    NotStarted,
    Ready,
    Reply,
    Reset,
    Starting,
    Upgrade,
    Wish,
    decode,
    encode,
)
from lab_app.web.processes import child as child_process
from lab_app.web.processes import students as student_processes
from lab_app.web.site import create_site

pytestmark = pytest.mark.slow

_LIMIT = 60.0
_NAMES = ["Ada", "Zoë", " o'Neil ", '<script>alert("Ada")</script>']
#: The engine's own class and code when a column, and when the table, is not there.
_NO_COLUMN = {
    "sqlite": ("OperationalError", "SQLITE_ERROR"),
    "postgresql": ("UndefinedColumn", "42703"),
    "mysql": ("OperationalError", "1054"),
    "mariadb": ("OperationalError", "1054"),
}
_NO_TABLE = {
    "sqlite": ("OperationalError", "SQLITE_ERROR"),
    "postgresql": ("UndefinedTable", "42P01"),
    "mysql": ("ProgrammingError", "1146"),
    "mariadb": ("ProgrammingError", "1146"),
}


class Talk:
    """``flask lab students ENGINE`` as a page runs it."""

    def __init__(self, engine: str, environment: dict[str, str], *options: str) -> None:
        self.engine = engine
        self.process = subprocess.Popen(
            [*FLASK, "students", engine, *options],
            env=environment,
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> Reply | Wish:
        """The next thing that it says, but for what it says of its start."""
        assert self.process.stdout
        while True:
            assert select.select([self.process.stdout], [], [], _LIMIT)[0], "it said nothing"
            if not isinstance(reply := decode(self.process.stdout.readline()), Starting):
                return reply

    def say(self, line: str) -> None:
        """Write a line to it."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def ask(self, wish: Wish) -> Any:
        """Its answer to a wish."""
        self.say(encode(wish))
        reply = self.hear()
        assert isinstance(reply, Answered)
        return reply.answer

    def close(self) -> int:
        """Close its input, and wait for its end."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(_LIMIT)


@contextmanager
def talk(engine: str, environment: dict[str, str], *options: str) -> Iterator[Talk]:
    """The app on an engine, ready to be asked; it is gone at the end."""
    started = Talk(engine, environment, *options)
    try:
        assert isinstance(started.hear(), Ready)
        yield started
    finally:
        started.process.kill()
        started.process.wait(_LIMIT)


@pytest.fixture(scope="module", params=ENGINE_NAMES)
def open_app(
    request: pytest.FixtureRequest,
    servers: Found,
    lab_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Talk]:
    """The app on each engine in turn, one process for all that is asked of it."""
    available(servers, request.param)
    home = tmp_path_factory.mktemp("students") / "home"
    with talk(request.param, with_servers(home, lab_environment)) as started:
        yield started
        assert started.close() == 0


@pytest.fixture
def app(open_app: Talk) -> Talk:
    """The same, as it begins."""
    open_app.ask(Reset())
    return open_app


def said(error: dict[str, Any]) -> tuple[str, str]:
    """An error's class and code."""
    return error["class"], error["code"]


def sent(answer: dict[str, Any]) -> str:
    """What the last button sent, in one text."""
    return "\n".join(statement["sql"] for statement in answer["last"]["statements"])


def test_the_app_fails_in_the_engines_words_until_the_upgrade(app: Talk) -> None:
    """The model's query names a column that the table has not; after the upgrade every row is there, without an age."""
    before = app.ask(Look())
    assert before["revision"] == "0001"
    assert [each["message"] for each in before["revisions"]] == ["create student", "add age"]
    assert said(before["query"]["error"]) == _NO_COLUMN[app.engine]
    assert "age" in before["query"]["error"]["message"]
    assert "student.age" in before["query"]["sql"]
    assert before["query"]["rows"] == []
    assert (before["rows"], before["last"]) == (4, None)
    assert [column["name"] for column in before["columns"] if not column["table"]] == ["age"]

    after = app.ask(Upgrade())
    assert (after["revision"], after["query"]["error"], after["last"]["error"]) == ("0002", None, None)
    assert after["query"]["columns"] == ["id", "name", "email", "course", "age"]
    assert [row[1:] for row in after["query"]["rows"]] == [
        ["Ada", "ada@example.org", "Mathematics", None],
        ["Zoë", "", None, None],
        [" o'Neil ", "O'NEIL@EXAMPLE.ORG", "100% SQL; DROP TABLE student", None],
        ['<script>alert("Ada")</script>', None, "Web safety", None],
    ]
    assert "ADD COLUMN age" in sent(after)
    assert all(column["table"] for column in after["columns"])

    down = app.ask(Downgrade())
    assert (down["revision"], down["rows"], down["last"]["error"]) == ("0001", 4, None)
    assert said(down["query"]["error"]) == _NO_COLUMN[app.engine]


def test_a_student_is_added_only_after_the_upgrade(app: Talk) -> None:
    """The model's INSERT names the age too: refused before, done after, and the age is lost with its column."""
    refused = app.ask(Add("Grace", "Compilers", 36))
    assert "age" in refused["last"]["error"]["message"]
    assert refused["last"]["statements"][0]["error"]
    assert sent(refused).startswith("INSERT INTO student (name, email, course, age)")
    assert refused["rows"] == 4

    app.ask(Upgrade())
    added = app.ask(Add("Grace", "Compilers", 36))
    assert added["last"]["error"] is None
    assert added["query"]["rows"][-1][1:] == ["Grace", None, "Compilers", 36]

    app.ask(Downgrade())
    assert app.ask(Upgrade())["query"]["rows"][-1][1:] == ["Grace", None, "Compilers", None]


def test_base_has_no_table_and_its_rows_do_not_come_back(app: Talk) -> None:
    """Below the first revision the table is gone; the way up makes it empty, and only starting over fills it."""
    base = app.ask(Downgrade())
    assert (base["revision"], base["rows"], base["last"]["rows_before"]) == (None, None, 4)
    assert said(base["query"]["error"]) == _NO_TABLE[app.engine]
    assert "DROP TABLE student" in sent(base)

    below = app.ask(Downgrade())
    assert below["last"]["error"]["class"] == "CommandError"
    assert below["revision"] is None

    assert [app.ask(Upgrade())[what] for what in ("revision", "rows")] == ["0001", 0]
    assert app.ask(Upgrade())["query"] == {**app.ask(Look())["query"], "rows": [], "error": None}
    above = app.ask(Upgrade())
    assert above["last"]["error"]["class"] == "CommandError"

    again = app.ask(Reset())
    assert (again["revision"], again["rows"], again["last"]) == ("0001", 4, None)


def test_what_is_no_request_is_told_and_ends_nothing(app: Talk) -> None:
    """What is no message, and what only the process itself may say, get one line; the next wish is answered."""
    for line in ('{"kind": "Jump"}', encode(Closed("I am the process"))):
        app.say(line)
        refused = app.hear()
        assert isinstance(refused, Failed)
        assert refused.reason.startswith("ValueError: no ")
    assert app.ask(Look())["rows"] == 4


def scratch_databases(server: Server) -> set[str]:
    """The scratch databases on a server now, other people's too."""
    if not server.engine.needs_server:
        return set()
    with connect(server) as cursor:
        return {str(name) for (name,) in rows(cursor, driver_of(server.engine).databases)}


def leased(environment: dict[str, str]) -> set[str]:
    """The databases that a lab answers for."""
    written = [json.loads(file.read_text()) for file in Path(environment["LAB_HOME"], "leases").glob("*.json")]
    return {lease["details"]["name"] for lease in written if lease["kind"] == "database"}


def files(environment: dict[str, str]) -> list[Path]:
    """The leases and the scratch folders below a lab's own folder."""
    return [path for folder in ("leases", "runs") for path in Path(environment["LAB_HOME"], folder).glob("*")]


def assert_no_files(environment: dict[str, str]) -> None:
    """The leases and scratch folders are gone, or go within seconds."""
    end = time.monotonic() + 20
    while files(environment) and time.monotonic() < end:
        time.sleep(0.05)
    assert files(environment) == []


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_nothing_is_left_behind(how: str, engine_name: str, servers: Found, environment: dict[str, str]) -> None:
    """When its input closes it drops its database itself; after kill -9 the janitor does."""
    server = available(servers, engine_name)
    with talk(engine_name, environment) as started:
        started.ask(Upgrade())
        assert files(environment)
        mine = leased(environment)
        assert len(mine & scratch_databases(server)) == server.engine.needs_server.has
        if how == "closed":
            assert started.close() == 0
            assert files(environment) == []
        else:
            started.process.kill()
        # A lease is released when its database is dropped.
        assert_no_files(environment)
        assert mine & scratch_databases(server) == set()


def test_sigterm_leaves_nothing_behind(alone: dict[str, str]) -> None:
    """It ends in good order when it is told to."""
    with talk("sqlite", alone) as started:
        started.process.terminate()
        assert started.process.wait(_LIMIT) == 143
        assert files(alone) == []


def test_it_ends_when_nobody_asks(alone: dict[str, str]) -> None:
    """After the idle time it says why, and goes."""
    with talk("sqlite", alone, "--idle", "0.3") as started:
        assert started.hear() == Closed("Nobody asked it anything for 0.005 minutes.")
        assert started.process.wait(_LIMIT) == 0
        assert files(alone) == []


def test_an_engine_that_cannot_be_had_is_told_with_its_fix(alone: dict[str, str]) -> None:
    """Without a server the first line holds the reason and what to type."""
    told = Talk("mysql", alone)
    said = told.hear()
    assert told.close() == 0
    assert isinstance(said, NotStarted)
    assert said.reason == "LAB_MYSQL_URL is not set."
    assert said.fix.startswith("export LAB_MYSQL_URL=mysql+pymysql://")


def test_an_unknown_engine_is_told_in_one_line(alone: dict[str, str]) -> None:
    """A word that is no engine ends it with status 2."""
    done = lab("students", "oracle", environment=alone)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no engine 'oracle'. Type one of sqlite, postgresql, mysql, mariadb.\n"


_SERVER = """
import sys, time
from lab_app.web.processes.students import StudentProcesses

desk = StudentProcesses()
desk.open("sqlite")
while not desk.child("sqlite").ready:
    time.sleep(0.01)
print(desk.child("sqlite")._process.pid, flush=True)
if sys.argv[1] == "fail":
    raise RuntimeError("the web server fails")
time.sleep(60)
"""


@pytest.mark.parametrize("how", ["fail", "kill"])
def test_the_processes_end_with_the_web_server(how: str, alone: dict[str, str]) -> None:
    """Whether the web server fails or is killed, the app's process ends and drops its database."""
    command = [sys.executable, "-c", _SERVER, how]
    with subprocess.Popen(command, env=alone, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as web:
        assert web.stdout
        child = psutil.Process(int(web.stdout.readline()))
        if how == "kill":
            web.kill()
        web.wait(_LIMIT)
    child.wait(20)
    assert_no_files(alone)


@pytest.fixture
def site(alone: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The lab's pages, whose processes have this test's environment."""
    for name in [name for name in os.environ if name.startswith(("LAB_", "FLASK_"))]:
        monkeypatch.delenv(name)
    for name, value in alone.items():
        monkeypatch.setenv(name, value)
    made = create_site()
    yield made
    made.extensions["lab_students"].close_all()
    assert_no_files(alone)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A browser without scripts."""
    return site.test_client()


def press(client: FlaskClient, deed: str, **fields: str) -> TestResponse:
    """Send a form of the SQLite page with its token, and return where that leads."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/students/sqlite").text)
    assert token
    return client.post(f"/students/sqlite/{deed}", data={"csrf_token": token[1], **fields})


def page(client: FlaskClient) -> str:
    """The SQLite page, when it is no longer starting."""
    end = time.monotonic() + _LIMIT
    while (shown := client.get("/students/sqlite")).headers.get("Refresh") and time.monotonic() < end:
        time.sleep(0.05)
    assert shown.status_code == 200
    return shown.text


def heading(text: str) -> str:
    """The page's first heading, without its tags."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert found
    return html.unescape(" ".join(re.sub(r"<[^>]*>", "", found[1]).split()))


def test_the_page_shows_the_failure_and_after_the_upgrade_the_students(client: FlaskClient) -> None:
    """The finding is the heading; a name that is a script stays text."""
    assert client.get("/students").text.count("Open on ") == 4
    assert heading(page(client)) == "The app is not open on SQLite"
    opened = press(client, "open")
    assert (opened.status_code, opened.location) == (303, "/students/sqlite")
    before = page(client)
    assert heading(before) == "✗ The app fails: no such column: student.age"
    assert "The table&#39;s rows are safe (4 students)" in before
    assert "<button disabled>" not in before

    assert press(client, "upgrade").status_code == 303
    after = page(client)
    assert heading(after) == "✓ The app answers: 4 students"
    assert "Upgraded to 0002. Every row is still there: 4 students." in after
    assert "<button disabled>Upgrade</button>" in after
    assert "&lt;script&gt;alert(&#34;Ada&#34;)&lt;/script&gt;" in after
    assert "<script>alert" not in after
    assert "go to it" in client.get("/students").text


def test_the_page_says_that_rows_are_gone(client: FlaskClient) -> None:
    """At base the table went with its students, and the way up does not bring them back."""
    press(client, "open")
    page(client)
    press(client, "downgrade")
    base = page(client)
    assert heading(base) == "✗ The app fails: no such table: student"
    assert "Downgraded to base. The table is gone, and 4 students with it." in base
    press(client, "upgrade")
    press(client, "upgrade")
    empty = page(client)
    assert heading(empty) == "✓ The app answers: no students"
    assert "no upgrade brings them back" in empty
    press(client, "reset")
    assert "The table&#39;s rows are safe (4 students)" in page(client)


def test_the_page_adds_a_student(client: FlaskClient) -> None:
    """A form that cannot be is told with its value and keeps what was typed; one that can be is sent."""
    press(client, "open")
    page(client)
    press(client, "add", name="Grace")
    assert "The student was not added: table student has no column named age" in page(client)
    press(client, "upgrade")
    wrong = press(client, "add", name="Grace", age="old")
    assert wrong.status_code == 400
    assert "&#39;old&#39; is no age. Type a whole number, or nothing." in wrong.text
    assert 'value="Grace"' in wrong.text
    assert press(client, "add", name=" ").status_code == 400
    assert press(client, "add", name="G" * 201).status_code == 400
    press(client, "add", name="<b>Grace</b>", age="36")
    assert heading(page(client)) == "✓ The app answers: 5 students"
    assert "&lt;b&gt;Grace&lt;/b&gt;" in page(client)


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    """Another site's form changes nothing."""
    press(client, "open")
    page(client)
    for deed in ("open", "upgrade", "downgrade", "add", "reset", "close"):
        assert client.post(f"/students/sqlite/{deed}", data={"name": "Mallory"}).status_code == 400
    assert heading(page(client)) == "✗ The app fails: no such column: student.age"


def test_an_unknown_engine_gets_the_nearest_names(client: FlaskClient) -> None:
    """A word that is no engine is a page of its own, with what may have been meant."""
    missing = client.get("/students/mysq")
    assert missing.status_code == 404
    assert 'href="/students/mysql"' in missing.text
    assert client.get("/students/sqlite/upgrade").status_code == 405


def process_of(site: Flask) -> psutil.Process:
    """The process that runs the app on SQLite."""
    return psutil.Process(site.extensions["lab_students"].child("sqlite")._process.pid)


def test_a_process_that_died_is_told_and_opened_again(site: Flask, client: FlaskClient) -> None:
    """After a kill the page says so in one line, and its button starts another."""
    press(client, "open")
    page(client)
    process_of(site).kill()
    assert press(client, "upgrade").status_code == 303
    died = page(client)
    assert heading(died) == "The app has ended on SQLite"
    assert f"Its process ended unasked, with status -{int(signal.SIGKILL)}." in died
    press(client, "open")
    assert heading(page(client)) == "✗ The app fails: no such column: student.age"
    press(client, "close")
    assert heading(page(client)) == "The app is not open on SQLite"


def test_a_process_that_hangs_is_told_and_killed(
    site: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request has a time limit; the page says that it struck, and the process goes."""
    press(client, "open")
    page(client)
    process = process_of(site)
    monkeypatch.setattr(student_processes, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(child_process, "PATIENCE", 0.3)
    process.suspend()
    hung = page(client)
    assert heading(hung) == "The app has ended on SQLite"
    assert "It gave no answer within 0.3 s." in hung
    process.wait(20)
