"""The app under study in a real browser: it fails, it is migrated, it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browser import Visits, expect, grave, sideways
from web_server import Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FAILS = "no such column: student.age"
SCRIPT = '<script>alert("Ada")</script>'


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web server on which the app is opened."""
    with served(tmp_path_factory.mktemp("site") / "home") as found:
        yield found


def opened(visit: Visits, **options: object) -> Page:
    """The app on SQLite as it is at the beginning: opened, or started over."""
    page = visit("/students/sqlite", **options)  # type: ignore[arg-type]
    page.get_by_role("button", name="Start over").or_(page.get_by_role("button", name="Open on SQLite")).click()
    expect(page.locator(".students-finding.bad")).to_contain_text(FAILS)
    return page


def test_the_app_fails_before_the_upgrade_and_answers_after(visit: Visits) -> None:
    """Before, the page is the engine's own words; one button later it is the table, with every student."""
    page = opened(visit)
    expect(page.get_by_role("heading", name="SQLite says")).to_be_visible()
    expect(page.locator(".students-app .students-words")).to_have_text(FAILS)
    page.get_by_role("button", name="Upgrade to 0002").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The app answers: 4 students")
    expect(page.locator(".students-app tbody tr")).to_have_count(4)
    expect(page.locator(".students-sql").first).to_contain_text("ALTER TABLE student ADD COLUMN age")
    page.get_by_role("button", name="Downgrade to 0001").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(FAILS)


def test_what_a_student_is_called_is_never_run(visit: Visits) -> None:
    """A name that is a script stands in the table as it was typed, also one that was just added."""
    page = opened(visit)
    page.get_by_role("button", name="Upgrade to 0002").click()
    page.get_by_label("Name").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Add a student").click()
    table = page.locator(".students-app table")
    expect(table).to_contain_text("<img src=x onerror=alert(1)>")
    expect(table).to_contain_text(SCRIPT)
    expect(page.locator("main :is(script, img)")).to_have_count(0)


def test_it_is_accessible_and_inside_its_window_in_every_state(visit: Visits) -> None:
    """Failing, answering and without a table: axe-core finds nothing grave, and the page is not scrolled sideways."""
    page = opened(visit)
    for button in ("Upgrade to 0002", "Downgrade to 0001", "Downgrade to base", ""):
        assert grave(page) == []
        for width in (400, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert sideways(page) <= 0
        if button:
            page.get_by_role("button", name=button).click()
            expect(page.locator(".students-outcome")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("no such table")


def test_it_is_opened_migrated_and_closed_without_javascript(visit: Visits) -> None:
    """Starting, the page looks again by itself; every button is a plain form."""
    page = opened(visit, scripts=False)
    page.get_by_role("button", name="Upgrade to 0002").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The app answers")
    page.get_by_role("button", name="Close").click()
    page.wait_for_url("**/students")
    expect(page.get_by_role("button", name="Open on SQLite")).to_be_visible()


def test_it_is_migrated_with_the_keyboard_alone(visit: Visits) -> None:
    """Tab reaches the button that upgrades, and Enter presses it."""
    page = opened(visit)
    for _ in range(40):
        page.keyboard.press("Tab")
        if "Upgrade" in str(page.evaluate("document.activeElement.textContent")).strip()[:7]:
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The app answers")


def test_an_engine_that_is_not_up_says_what_to_type(visit: Visits) -> None:
    """The reason and the command that fixes it stand on the page, without a path of the machine."""
    page = visit("/students/mysql")
    page.get_by_role("button", name="Open on MySQL").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The app cannot be had on MySQL")
    expect(page.locator(".notice")).to_contain_text("To fix it:")
    expect(page.locator(".notice code")).not_to_be_empty()
