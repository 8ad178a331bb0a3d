"""A scenario's page in a real browser: found from a cell, engines side by side, and on to the next difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import Visits, box, expect, focused

from lab_app.document import keep
from lab_app.document.types import Cell

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: A story in which the engines are sent different SQL, and some of them stop half way.
STORY = "half_applied_migration"
CHOSEN = f"show=risk&q={STORY}"


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    """The story's cells as the document has them, to hold the page to."""
    found = keep.recorded()
    assert found
    return [cell for cell in found["cells"] if cell["scenario"] == STORY]


def blocks(page: Page, most: int) -> list[tuple[float, float]]:
    """Left and top of each block of the first evidence that has as many of them side by side."""
    found: list[list[list[float]]] = page.locator(".across").evaluate_all(
        """(all) => all.map((each) => [...each.children].map((one) => {
            const box = one.getBoundingClientRect();
            return [Math.round(box.left), Math.round(box.top)];
        }))"""
    )
    side_by_side = next(each for each in found if len(each) == most)
    return [(left, top) for left, top in side_by_side]


def test_a_cell_leads_to_its_evidence_and_back_to_the_same_view(visit: Visits) -> None:
    """The evidence of the cell that was clicked is in sight, and the way back keeps every filter."""
    page = visit(f"/?{CHOSEN}", motion="reduce")
    page.locator("tr.differs td a[href$='-mariadb']").first.click()
    page.wait_for_url(f"**/scenario/{STORY}?{CHOSEN}#*-mariadb")
    target = page.locator(":target")
    expect(target).to_contain_text("MariaDB")
    expect(target).to_be_in_viewport()
    assert box(page, ":target")["top"] >= box(page, ".top")["bottom"]
    page.locator(".crumb a").click()
    page.wait_for_url(f"**/?{CHOSEN}#{STORY}")
    expect(page.locator(".story")).to_have_count(1)


def test_the_heading_is_the_finding(visit: Visits, cells: list[Cell]) -> None:
    """The main heading names engines and what they do, and the title of the story stands above it."""
    page = visit(f"/scenario/{STORY}")
    heading = page.get_by_role("heading", level=1)
    named = {title for title in ("SQLite", "PostgreSQL", "MySQL", "MariaDB") if title in heading.inner_text()}
    assert len(named) > 1
    assert heading.bounding_box()["y"] < 400  # type: ignore[index]


def test_engines_stand_side_by_side_on_a_wide_window(visit: Visits) -> None:
    """At 1280 px the SQL of different engines begins at the same height."""
    found = blocks(visit(f"/scenario/{STORY}"), most=3)
    assert len({top for _, top in found}) == 1
    assert len({left for left, _ in found}) == 3


def test_engines_stand_below_each_other_on_a_narrow_window(visit: Visits) -> None:
    """At 400 px there is one column."""
    found = blocks(visit(f"/scenario/{STORY}", width=400), most=3)
    assert len({left for left, _ in found}) == 1
    assert len({top for _, top in found}) == 3


def test_the_statement_that_failed_is_marked_by_words(visit: Visits, cells: list[Cell]) -> None:
    """What failed says so in words, and the engine's own words stand below, with its code."""
    errors = [cell["error"] for cell in cells if cell["error"]]
    page = visit(f"/scenario/{STORY}")
    expect(page.locator(".sql .failed").first).to_contain_text("failed here")
    for error in errors:
        expect(page.locator("blockquote", has_text=error["message"].splitlines()[0]).first).to_contain_text(
            error["code"] or error["class"]
        )


def test_a_value_that_changed_says_what_it_was(visit: Visits) -> None:
    """In the rows afterwards a changed value stands beside the one before."""
    page = visit("/scenario/batch_mode")
    changed = page.locator(".rows .was strong, .rows .gone strong").first
    expect(changed).to_contain_text("was ")


def test_n_leads_through_the_differences(visit: Visits) -> None:
    """n opens the next scenario of the same view in which engines differ, as the link at the end does."""
    page = visit("/scenario/add_age?level=beginner")
    address = page.locator("a[rel=next]").get_attribute("href")
    assert address
    assert "level=beginner" in address
    page.keyboard.press("n")
    page.wait_for_url(f"**{address}")
    expect(page.locator(".verdict").first).to_be_attached()


def test_everything_is_reached_with_the_keyboard(visit: Visits) -> None:
    """Tab stops at every link and button of the page in turn, each with an outline."""
    page = visit("/scenario/add_age")
    wanted = page.locator("main :is(a[href], button:not([hidden]), summary)").count()
    seen = 0
    for _ in range(wanted + 40):
        page.keyboard.press("Tab")
        here = focused(page)
        assert here["outline"] >= 2 or here["tag"] in ("body", "html"), here
        inside = page.evaluate("document.activeElement.matches('main :is(a[href], button, summary)')")
        seen += bool(inside)
        if seen == wanted:
            break
    assert seen == wanted


def test_hints_come_one_at_a_time_without_javascript(visit: Visits) -> None:
    """Only the first hint can be opened; it holds the second. A button that needs a script is not shown."""
    page = visit("/scenario/add_age", scripts=False)
    hints = page.locator(".hints details")
    assert hints.count() > 1
    expect(hints.locator("summary").nth(1)).not_to_be_visible()
    hints.locator("summary").first.click()
    expect(hints.locator("summary").nth(1)).to_be_visible()
    assert [button for button in page.locator("[data-copy]").all() if button.is_visible()] == []


def test_code_and_rows_are_copied(visit: Visits) -> None:
    """The better way is copied as it is to be typed, an attempt as Markdown that holds nothing of the others."""
    page = visit("/scenario/add_age", permissions=("clipboard-read", "clipboard-write"))
    better = page.locator(".better").first
    better.get_by_role("button").click()
    expect(better.get_by_role("button")).to_have_attribute("data-said", "✓ copied")
    assert page.evaluate("navigator.clipboard.readText()") == better.locator("pre").inner_text()
    link = page.locator("#round_trip .copy")
    link.click()
    expect(link).to_have_attribute("data-said", "✓ copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "up, back, up again" in copied
    assert "db.create_all() again" not in copied


def test_a_name_that_is_nearly_right_is_found(visit: Visits) -> None:
    """A scenario that there is not gets a page with the nearest names, which lead there."""
    page = visit("/scenario/ad_age", refused=404)
    expect(page.get_by_role("heading", level=1)).to_contain_text("'ad_age'")
    page.get_by_role("link", name="add_age", exact=True).click()
    page.wait_for_url("**/scenario/add_age")
    expect(page.locator(".attempt").first).to_be_visible()
