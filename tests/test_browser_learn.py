"""Learn in a real browser: the path, and an exercise that is solved while its page is open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from browser import Visits, expect, grave, sideways
from checks import typed
from learners import typed as typed_in
from web_server import Site, served

from lab_app.exercise.attempts import solution, write
from lab_app.exercise.read import exercise

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ADD_AGE = exercise("add_age")
JUDGED = 60_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the pages are served."""
    return tmp_path_factory.mktemp("learner")


@pytest.fixture(scope="module")
def site(browser: Browser, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web server in that folder."""
    with served(tmp_path_factory.mktemp("site") / "home", cwd=folder) as found:
        yield found


@pytest.fixture
def learner(folder: Path, environment: dict[str, str]) -> Iterator[Path]:
    """The folder of add_age, just begun; gone at the end."""
    answer = typed("learn", "add_age", environment=environment, cwd=folder)
    assert answer.returncode == 0, answer.stderr
    yield folder / "learn" / "add_age"
    shutil.rmtree(folder / "learn")


def test_the_path_is_walked_by_keyboard_and_fits_a_phone(visit: Visits) -> None:
    """The first exercise is reached from the top of the page with Tab alone; nothing scrolls sideways at 400 px."""
    page = visit("/learn", width=400)
    assert sideways(page) == 0
    assert grave(page) == []
    first = page.locator(".path a").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if first.evaluate("each => each === document.activeElement"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have not begun it here.")).to_be_visible()


def test_an_exercise_is_solved_while_its_page_is_open(visit: Visits, learner: Path) -> None:
    """Each save and each command moves the page, without a click and without loading it again."""
    page = visit("/learn/add_age", width=640)
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible(timeout=JUDGED)
    page.evaluate("window.stays = true")
    assert grave(page) == []
    write(solution(ADD_AGE), ADD_AGE, learner)
    expect(page.locator(".diff .add")).to_contain_text("age = db.Column(db.Integer)", timeout=JUDGED)
    expect(page.get_by_text("school.db is not at the newest revision")).to_be_visible(timeout=JUDGED)
    assert typed_in("flask db upgrade", learner).returncode == 0
    expect(page.get_by_text("Passed on SQLite")).to_be_visible(timeout=JUDGED)
    expect(page.locator(".lamps li").first).to_contain_text("done")
    expect(page.locator(".revs .at")).to_contain_text("0002")
    expect(page.locator(".rows .new").first).to_contain_text("NULL")
    assert page.evaluate("window.stays") is True
    assert grave(page) == []
    page.set_viewport_size({"width": 400, "height": 800})
    assert sideways(page) == 0


def test_without_javascript_the_page_comes_again(visit: Visits, learner: Path) -> None:
    """It has the list, and a refresh in its head."""
    page = visit("/learn/add_age", scripts=False)
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible(timeout=JUDGED)
    assert page.locator("noscript meta[http-equiv=refresh]").count() == 1
    assert (learner / "app.py").exists()


def test_a_page_that_was_opened_before_the_exercise_finds_it(
    visit: Visits, folder: Path, request: pytest.FixtureRequest
) -> None:
    """It says what to type; once that is typed, it shows the list."""
    page = visit("/learn/add_age")
    expect(page.get_by_text("You have not begun it here.")).to_be_visible()
    request.getfixturevalue("learner")
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible(timeout=JUDGED)


def test_its_process_ends_with_the_web_server(browser: Browser, tmp_path: Path, environment: dict[str, str]) -> None:
    """No judge, no database and no folder is left."""
    assert typed("learn", "add_age", environment=environment, cwd=tmp_path).returncode == 0
    with served(tmp_path / "home", cwd=tmp_path) as site, Visits(browser, site) as visit:
        page = visit("/learn/add_age")
        expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible(timeout=JUDGED)
        below = psutil.Process(site.pid).children(recursive=True)
        assert below
    _, left = psutil.wait_procs(below, timeout=JUDGED / 1000)
    assert left == []
    assert list((tmp_path / "home" / "runs").glob("*")) == []
