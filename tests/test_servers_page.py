"""The servers' page: each engine as it was found last, where it comes from, and what to type when it is not up."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import alone, lab
from flask.testing import FlaskClient
from pages import client_of, found, put, token, words

from lab_app.document import keep
from lab_app.document.file import of_scenario
from lab_app.document.survey import Survey, save_survey
from lab_app.engines import ENGINES
from lab_app.servers.find import SOURCES
from lab_app.web.processes.run import Runs

UNUSABLE = "mysql+pymysql://root:secret-word@127.0.0.1:1/"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A browser of a server on a machine that has SQLite, and an address where no MySQL answers."""
    for name in [name for name in os.environ if name.startswith(("LAB_", "FLASK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAB_SERVERS", "given")
    monkeypatch.setenv("LAB_MYSQL_URL", UNUSABLE)
    made = client_of(tmp_path, monkeypatch)
    yield made
    made.application.extensions["lab_runs"].close()


def survey(**servers: str | None) -> Survey:
    """What was found: engines by their versions, or None where one is not up."""
    return {
        "schema": 2,
        "looked_at": "2030-01-02T03:04:05+00:00",
        "servers": [
            {
                "name": name,
                "engine": name,
                "title": name.upper(),
                "up": version is not None,
                "version": version,
                "source": "local" if version else None,
                "address": "127.0.0.1:1" if version else None,
                "ms": 12.0,
                "reason": None if version else "There is no /opt/servers/it on this machine.",
                "fix": None if version else "apt install <it>",
            }
            for name, version in servers.items()
        ],
    }


def unmarked(html: str) -> str:
    """A page without the marks of its code."""
    return re.sub(r"</?span[^>]*>", "", html)


def test_before_anything_was_looked_for_the_record_is_shown(client: FlaskClient) -> None:
    """The recorded servers are shown with their day, and as not this machine's."""
    record = keep.recorded()
    assert record
    said = words(client.get("/servers").text)
    assert f"Recorded on {record['recorded_at'][:10]} ; not this machine." in said
    for target in record["targets"]:
        assert f"{target['title']} ✓ was up {target['version']}, {target['source']}" in said


def test_the_last_run_is_shown_before_the_record(client: FlaskClient) -> None:
    """What a run of this machine has found comes with its age."""
    record = keep.recorded()
    assert record
    record["targets"][1] |= {"up": False, "version": None, "source": None, "reason": "It sleeps.", "fix": "wake it"}
    put({**of_scenario(record, "add_age"), "recorded_at": "2029-01-01T00:00:00+00:00"})
    said = words(client.get("/servers").text)
    assert "This machine , as your last run found it" in said
    assert "PostgreSQL – not up It sleeps. wake it Copy" in said


def test_look_now(client: FlaskClient) -> None:
    """The button looks for the servers, and the page shows what was found, with what to type; no password."""
    page = client.get("/servers").text
    answer = client.post("/servers/look", data={"csrf_token": token(page)})
    assert (answer.status_code, answer.location) == (303, "/run")
    runs: Runs = client.application.extensions["lab_runs"]
    end = time.monotonic() + 60
    while not (runs.last and runs.last.over):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert 'href="/servers"' in client.get("/run").text
    assert "The servers have been looked for" in client.get("/run").text

    page = client.get("/servers").text
    said = words(page)
    assert "This machine , looked at just now" in said
    assert "SQLite ✓ up" in said
    assert "MySQL – not up LAB_MYSQL_URL: nothing listens on 127.0.0.1:1. To fix it: start it, correct" in said
    assert "PostgreSQL – not up LAB_POSTGRESQL_URL is not set." in said
    assert found(r'data-copy="#(fix-\w+)" hidden', page) == ["fix-postgresql", "fix-mariadb"]
    assert "<code>export LAB_MARIADB_URL=mariadb+pymysql://user:password@host:3306/</code>" in unmarked(page)
    assert "secret-word" not in page
    [kept] = (Path(os.environ["LAB_HOME"]) / "results").glob("*.json")
    assert "secret-word" not in kept.read_text(encoding="utf-8")


def test_the_newest_is_shown(client: FlaskClient) -> None:
    """A look that is newer than the last run wins; a path is told by its last step, and markup stays text."""
    record = keep.recorded()
    assert record
    put({**of_scenario(record, "add_age"), "recorded_at": "2029-01-01T00:00:00+00:00"})
    save_survey(survey(sqlite="3.<b>99", mysql=None))
    page = client.get("/servers").text
    assert "SQLITE ✓ up 3.<b>99, local, 127.0.0.1:1 in 12 ms" in words(page)
    assert "3.&lt;b&gt;99" in page
    assert "MYSQL – not up There is no it on this machine. apt install <it>" in words(page)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 2, "servers": [], "looked_at": "x"}'])
def test_a_file_that_is_no_survey_is_passed_over(client: FlaskClient, text: str) -> None:
    """What was cut off or is another version's is as if nobody had looked."""
    save_survey(survey(sqlite="3"))
    [kept] = (Path(os.environ["LAB_HOME"]) / "results").glob("*.json")
    kept.write_text(text, encoding="utf-8")
    assert "not this machine" in client.get("/servers").text


def test_the_sources_are_told_in_their_order(client: FlaskClient) -> None:
    """The page lists the sources as they are tried, and the variable and the image of each engine."""
    page = client.get("/servers").text
    assert found(r"<li><h3>(\w+)</h3>", page) == list(SOURCES)
    plain = unmarked(page)
    for engine in ENGINES:
        if engine.needs_server:
            assert f"export {engine.url_variable}={engine.driver}://user:password@" in plain
            assert f"docker pull {engine.image}" in plain


def test_servers_as_json(tmp_path: Path) -> None:
    """`flask lab servers --format json` prints one document, and keeps the same for the page."""
    done = lab("servers", "--format", "json", environment={**alone(tmp_path), "LAB_MYSQL_URL": UNUSABLE})
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert [(server["engine"], server["up"]) for server in document["servers"]] == [
        (engine.name, not engine.needs_server) for engine in ENGINES
    ]
    assert json.loads((tmp_path / "results" / "servers.json").read_text(encoding="utf-8")) == document
    assert "secret-word" not in done.stdout + done.stderr
