"""The path of the exercises and the mirror of one, as they are sent: no browser, no server but SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lab_app.exercise.progress import note
from lab_app.exercise.read import exercises
from lab_app.web.site import create_site


@pytest.fixture
def site(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Flask]:
    """The pages, served from an empty folder."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    made = create_site()
    yield made
    made.extensions["lab_mirrors"].close_all()


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A browser without a memory."""
    return site.test_client()


def test_the_path_has_every_exercise_in_its_order_with_its_scenario(client: FlaskClient) -> None:
    """Each exercise is a link, in the order of the lesson, beside its points and its scenario."""
    page = client.get("/learn").text
    places = [page.index(f'href="/learn/{name}"') for name in exercises()]
    assert places == sorted(places)
    assert all(f'href="/scenario/{each.scenario}"' in page for each in exercises().values())
    assert "0 of " in page


def test_the_path_tells_what_is_done_and_on_which_engines(client: FlaskClient, tmp_path: Path) -> None:
    """What was passed on two engines is not shown as passed on all."""
    (tmp_path / "learn").mkdir()
    note(tmp_path / "learn", "add_age", ["SQLite", "PostgreSQL"], date(2026, 11, 25))
    page = client.get("/learn").text
    assert "1 of " in page
    assert "Passed on SQLite, PostgreSQL." in page
    assert "Passed on" not in client.get("/learn/add_age").text


def test_an_exercise_that_is_not_begun_says_what_to_type(client: FlaskClient) -> None:
    """Its page has the command; it starts no process."""
    page = client.get("/learn/add_age").text
    assert "migration-lab learn add_age" in page
    assert not client.application.extensions["lab_mirrors"]._open


@pytest.mark.parametrize(
    "address", ["/learn/add_agee", "/learn/add_agee/events", "/learn/..%2F..", "/learn/add_age/events"]
)
def test_an_exercise_that_is_none_or_not_begun_has_no_mirror(client: FlaskClient, address: str) -> None:
    """An unknown name is a page that says so, and nothing is run."""
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.slow
def test_a_mirror_says_what_the_judges_say(client: FlaskClient, tmp_path: Path) -> None:
    """The first event has the list; nothing that a learner wrote becomes part of the page's own HTML."""
    folder = tmp_path / "learn" / "add_age"
    start = exercises()["add_age"].folder / "start"
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "app.py").write_text((start / "app.py").read_text() + '\n# <script>alert("1")</script>\n')
    stream = client.get("/learn/add_age/events").response
    html = ""
    for part in stream:
        text = part.decode() if isinstance(part, bytes) else str(part)
        if text.startswith("data: "):
            html = json.loads(text[len("data: ") :])["html"]
        if "the model has age" in html:
            break
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
