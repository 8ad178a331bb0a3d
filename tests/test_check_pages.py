"""The checks in the browser: a list of what was kept, matrix and findings, and the evidence of each cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import grave, sideways
from flask.testing import FlaskClient
from pages import client_of, found, groups, words
from sample_check import check, harmful
from web_server import Site, served

from lab_app.document.checks import kept
from lab_app.document.packed import without_halves

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def keep(home: Path, name: str, document: Any) -> None:
    """Keep a document as a check of this name."""
    folder = home / "checks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(without_halves(json.dumps(document, ensure_ascii=False)), encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The lab's folder of the client."""
    return tmp_path / "home"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages of a machine that has checked nothing yet."""
    return client_of(tmp_path, monkeypatch)


def test_without_a_check_the_page_says_what_to_type(client: FlaskClient) -> None:
    """Nothing was kept: the command is there to copy."""
    assert "None has been kept yet. In a project's folder, type migration-lab check" in words(
        client.get("/checks").text
    )


def test_the_list_has_what_was_kept_the_newest_first(client: FlaskClient, home: Path) -> None:
    """Each check with how much was found and when, and a link to it."""
    keep(home, "school", check())
    keep(home, "later", check(recorded_at="2026-11-23T08:00:00+01:00", findings=[]))
    page = client.get("/checks").text
    assert found(r'href="(/checks/[^"]+)"', page) == ["/checks/later", "/checks/school"]
    assert "1 revision puts data at risk. 1 error, 1 warning." in words(page)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        {**check(), "schema": 2},
        {**check(), "kind": "run"},
        {**check(), "recorded_at": "yesterday"},
        {**check(), "findings": [{"code": "x"}]},
        {
            **check(),
            "cells": [
                {
                    **check()["cells"][2],
                    "rows_before": {"t": {"columns": ["a"], "key": [], "rows": [[1, 2]], "count": 1, "digest": None}},
                }
            ],
        },
        {**check(), "revisions": [*check()["revisions"], check()["revisions"][0]]},
    ],
    ids=["empty", "list", "schema", "kind", "moment", "parts", "rows", "twice"],
)
def test_what_is_no_check_is_left_out(client: FlaskClient, home: Path, broken: Any) -> None:
    """A file of another kind, or one whose parts do not fit together, is not listed and stops nothing."""
    keep(home, "school", check())
    keep(home, "broken", broken)
    (home / "checks" / "cut.json").write_text('{"schema": 1, "kind"')
    (home / "checks" / "folder.json").mkdir()
    assert list(kept()) == ["school"]
    assert client.get("/checks").status_code == 200
    assert client.get("/checks/broken").status_code == 404


def test_a_check_has_its_matrix_and_its_findings(client: FlaskClient, home: Path) -> None:
    """What was understood, each revision on each engine that is up, findings with their place, what was not tested."""
    keep(home, "school", check())
    page = client.get("/checks/school").text
    said = words(page)
    assert "Application school:create_app" in said
    assert "Refused before it was touched localhost:6379" in said
    assert [title.strip() for title in found(r'<th scope="col">([^<]+)<small>', page)] == ["SQLite", "PostgreSQL"]
    assert "rows-lost" in said
    assert "Revision 0002, SQLite migrations/versions/0002_change.py:11" in said
    assert "MySQL : there is no Docker engine" in said
    for _, place in groups(r'<td class="([^"]+)"><a href="([^"]+)"', page):
        assert client.get(place).status_code == 200, place


def test_the_evidence_has_sql_lines_rows_and_every_step(client: FlaskClient, home: Path) -> None:
    """What was sent from which line, what became of the rows, and in the engine's own words why not."""
    error = {"class": "IntegrityError", "code": "1452", "message": "Cannot delete"}
    document = check()
    failed = {**document["cells"][2]["statements"][0], "ms": None}
    reading = {**failed, "sql": "SELECT 1", "ms": 0.1}
    document["cells"].append(
        {
            **document["cells"][2],
            "direction": "down",
            "outcome": "refused",
            "error": error,
            "statements": [reading, failed],
        }
    )
    keep(home, "school", document)
    page = client.get("/checks/school/0002/sqlite").text
    up, down = words(page).split("Down", 1)
    assert "line 11 DELETE FROM student" in up
    assert "1 of 2 rows lost" in up
    assert found(r'<tr class="gone"><td><del>([^<]+)<', page) == ["2", "2"]
    assert "failed here" not in up
    assert "failed here" in down
    assert "IntegrityError 1452 Cannot delete" in down
    assert "Left out: 1 that only reads." in down


@pytest.mark.parametrize("place", ["nowhere", "school/0009/sqlite", "school/0002/oracle", "..%2Fschool", "school/0002"])
def test_what_is_not_there_has_a_page_of_its_own(client: FlaskClient, home: Path, place: str) -> None:
    """A check, a revision or an engine that there is not is a 404 without a path."""
    keep(home, "school", check())
    answer = client.get(f"/checks/{place}")
    assert answer.status_code == 404
    assert str(home) not in answer.text


@pytest.mark.parametrize("place", ["", "/school", "/school/0002/sqlite"])
def test_words_of_others_are_no_tags(client: FlaskClient, home: Path, place: str) -> None:
    """Whatever a project's names and errors say, a page shows it; and the pages' policy holds here too."""
    document = json.loads(without_halves(json.dumps(harmful())).replace("\\ud800", "?"))
    keep(home, "school", document)
    answer = client.get(f"/checks{place}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "\x1b" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with one check."""
    home = tmp_path_factory.mktemp("checks") / "home"
    home.mkdir(mode=0o700)
    keep(home, "school", check())
    with served(home) as running:
        yield running


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_its_window(site: Site, browser: Browser, width: int) -> None:
    """On a telephone, too, nothing is cut off, and no page has a grave fault for who cannot see it."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    try:
        for place in ("/checks", "/checks/school", "/checks/school/0002/sqlite"):
            page.goto(site.address + place)
            assert not sideways(page), place
            assert not grave(page), place
    finally:
        page.close()
