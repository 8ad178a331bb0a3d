"""What every page is behind: known hosts, tokens, headers, and error pages that tell nothing of the machine."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pages import client_of, words

from lab_app.web.site import create_site

STATIC = "/static/lab/lab.css"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages of a machine that has run nothing yet."""
    return client_of(tmp_path, monkeypatch)


@pytest.mark.parametrize("path", ["/", "/healthz", "/scenario/add_age", STATIC, "/nowhere", "/?show=none"])
def test_every_answer_forbids_what_is_not_the_labs_own(client: FlaskClient, path: str) -> None:
    """No inline script or style, no other site's files, no frame, no guessing of types; errors and files included."""
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_other_host_names_are_refused_unless_allowed(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A web page that points its own name at this computer reads nothing; LAB_ALLOWED_HOSTS lets a name in."""
    hosts = ("127.0.0.1:8080", "localhost", "evil.example", "localhost.evil.example")
    assert [client.get("/healthz", headers={"Host": host}).status_code for host in hosts] == [200, 200, 400, 400]
    assert "LAB_ALLOWED_HOSTS" in client.get("/", headers={"Host": "evil.example"}).text
    monkeypatch.setenv("LAB_ALLOWED_HOSTS", "lab.example, other.example")
    allowed = create_site().test_client()
    assert allowed.get("/healthz", headers={"Host": "other.example"}).status_code == 200


def forms(app: Flask) -> list[str]:
    """Every address of the app that takes a POST."""
    return [
        rule.rule.replace("<engine>", "sqlite")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set())
    ]


def test_no_change_without_a_token(client: FlaskClient) -> None:
    """Whatever takes a POST refuses one without this server's token, in one line, before anything is done."""
    places = forms(client.application)
    assert len(places) > 4
    for place in places:
        answer = client.post(place, data={"scenario": "add_age"})
        assert answer.status_code == 400, place
        assert "load its page again, and press again" in words(answer.text), place


def test_no_change_by_a_link(client: FlaskClient) -> None:
    """What takes a POST and is no page itself refuses a GET."""
    assert client.get("/run/stop").status_code == 405
    assert "This address is for the buttons of a page." in words(client.get("/run/stop").text)


def test_a_mistake_of_the_lab_shows_no_traceback(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of an unforeseen error has one line, and neither its message nor a file's name."""
    monkeypatch.setattr("lab_app.web.pages.matrix.results_cache", lambda: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "The lab made a mistake here." in words(answer.text)
    assert "division" not in answer.text
    assert ".py" not in answer.text


def test_an_address_that_is_not_there_has_a_page(client: FlaskClient) -> None:
    """A 404 leads back to the matrix."""
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text
