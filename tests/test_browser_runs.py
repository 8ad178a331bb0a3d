"""A run in a real browser: from the button to the result, stopped, watched by a second person, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psutil
import pytest
from browser import Visits, expect, grave, sideways
from web_server import Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Long enough for every attempt of one scenario on SQLite, on a computer that is busy with other tests.
RUN = 60_000
COUNT = re.compile(r"^[1-9]\d* of \d+ cells$")
OVER = re.compile(r"^(Same as|\d+ cells? changed since)")


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web server whose results change; no run goes on between two tests."""
    with served(tmp_path_factory.mktemp("site") / "home") as found:
        yield found


@pytest.fixture(autouse=True)
def no_run_is_left(visit: Visits) -> Iterator[None]:
    """Whatever a test started has ended, and left no process and no folder."""
    yield
    server = psutil.Process(visit.site.pid)
    if server.children():  # the test failed half way
        visit("/run").get_by_role("button", name="Stop").click()
    _, left = psutil.wait_procs(server.children(), timeout=RUN / 1000)
    assert left == []
    assert list((visit.site.home / "runs").glob("*")) == []


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the page's main heading says this."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=RUN)


def start_everything(page: Page) -> None:
    """Start the run of every scenario, and wait until the first cells are made."""
    page.get_by_role("button", name="Run everything here").click()
    expect(page.locator("[data-engine=sqlite] [data-count]")).to_have_text(COUNT, timeout=RUN)


def test_a_run_from_click_to_result(visit: Visits) -> None:
    """One button on a scenario runs it; the page says what changed, the scenario shows it; a second run is the same."""
    page = visit("/scenario/add_age")
    page.get_by_role("button", name="Run again here").click()
    page.wait_for_url("**/run")
    expect(page.get_by_text("started by you")).to_be_visible()
    heading(page, OVER)
    expect(page.get_by_text("3 of 12 cells ran.")).to_be_visible()
    expect(page.get_by_text("Not up: PostgreSQL, MySQL, MariaDB.")).to_be_visible()
    assert grave(page) == []
    page.get_by_role("link", name="All evidence of add_age").click()
    expect(page.locator(".origin")).to_contain_text("Yours")
    expect(page.locator("#create_all-sqlite")).to_contain_text("ignored")
    expect(page.locator("#create_all-mysql")).to_contain_text("not run")
    page.get_by_role("button", name="Run again here").click()
    heading(page, re.compile("^Same as your last run, "))


def test_progress_is_shown_as_it_happens_and_stop_ends_it(visit: Visits) -> None:
    """Cells and seconds count up without a reload; after Stop the page says that nothing is left behind."""
    page = visit("/")
    start_everything(page)
    heading(page, "Running: every scenario")
    page.evaluate("window.here = true")
    count, clock = page.locator("[data-engine=sqlite] [data-count]"), page.locator("[data-seconds]")
    first, began = count.inner_text(), clock.inner_text()
    expect(count).not_to_have_text(first)
    expect(clock).not_to_have_text(began)
    assert int(count.inner_text().split()[0]) > int(first.split()[0])
    assert page.evaluate("window.here")
    assert grave(page) == []
    assert sideways(page) <= 0
    page.get_by_role("button", name="Stop").click()
    heading(page, "Stopped: every scenario")
    expect(page.get_by_text("Nothing of it is left behind.")).to_be_visible()


def test_a_second_person_is_told_who_runs_what(visit: Visits) -> None:
    """While a run goes on another browser gets the page that says so, and may watch it; its own run does not start."""
    mine = visit("/")
    start_everything(mine)
    visit.refused.add(409)
    theirs = visit("/scenario/add_age")
    theirs.get_by_role("button", name="Run again here").click()
    heading(theirs, "A run goes on already: every scenario")
    expect(theirs.get_by_text("started by another browser (127.0.0.1)")).to_be_visible()
    assert grave(theirs) == []
    theirs.get_by_role("link", name="Watch it").click()
    heading(theirs, "Running: every scenario")
    mine.get_by_role("button", name="Stop").click()
    heading(theirs, "Stopped: every scenario")
    heading(mine, "Stopped: every scenario")


def test_a_run_without_javascript(visit: Visits) -> None:
    """The page loads itself again until the run is over, and then stands still."""
    page = visit("/scenario/add_age", scripts=False, width=400)
    page.get_by_role("button", name="Run again here").click()
    heading(page, OVER)
    expect(page.get_by_role("link", name="All evidence of add_age")).to_be_visible()
    assert "http-equiv" not in page.content()


def test_the_servers_are_looked_for(visit: Visits) -> None:
    """Look now tells of this machine: SQLite is up, the others are not, each with what to type."""
    page = visit("/servers")
    page.get_by_role("button", name="Look now").click()
    expect(page.locator(".origin")).to_contain_text("This machine, looked at", timeout=RUN)
    expect(page.locator(".servers li").first).to_contain_text("SQLite ✓ up")
    expect(page.locator(".servers .down")).to_have_count(3)
    assert grave(page) == []
