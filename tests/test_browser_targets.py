"""Six columns in a real browser: several versions of an engine beside each other, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browser import Visits, box, expect, grave, sideways
from sample_document import several
from web_server import Site, served

from lab_app.document import keep

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COLUMNS = ".matrix thead th:not(:first-child)"
VERSIONS = {"postgresql": ("15.18", "18.6"), "mysql": ("8.4.6", "9.7.4")}


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web server whose machine has run the sample's scenarios on six targets, over the record of four."""
    home = tmp_path_factory.mktemp("six") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LAB_RESULTS", raising=False)
        patch.setenv("LAB_HOME", str(home))
        shown = several(**VERSIONS)
        keep.save({**shown, "recorded_at": "2030-01-01T00:00:00+00:00"}, None, whole=True)
    with served(home) as found:
        yield found


def test_six_columns_fit_a_window_of_1280_pixels(visit: Visits) -> None:
    """Nothing is to be scrolled sideways, and the words of an outcome stand on one line."""
    page = visit("/?q=student")
    expect(page.locator(COLUMNS)).to_have_count(6)
    assert sideways(page) <= 0
    assert box(page, ".matrix")["right"] <= 1280
    heights = page.locator(".matrix td b").evaluate_all("all => all.map(one => one.getClientRects().length)")
    assert set(heights) == {1}


def test_on_a_telephone_the_table_is_scrolled_and_the_page_is_not(visit: Visits) -> None:
    """At 400 px the six columns are in a region of their own, the attempts' names beside them."""
    page = visit("/?q=student", width=400)
    assert sideways(page) <= 0
    assert page.locator(".scroll").first.evaluate("one => one.scrollWidth > one.clientWidth")
    page = visit("/scenario/batch_mode", width=400)
    assert sideways(page) <= 0


def test_two_of_six_are_picked_from_lists_without_javascript(visit: Visits) -> None:
    """Two lists and a button lead to the address of the pair; a link leads back to all."""
    page = visit("/?show=differ", scripts=False)
    page.get_by_label("Compare", exact=True).select_option("postgresql 18")
    page.get_by_label("with", exact=True).select_option("mysql 9.7")
    page.get_by_role("button", name="Compare").click()
    assert page.url.endswith("/?show=differ&a=postgresql+18&b=mysql+9.7")
    expect(page.locator(COLUMNS)).to_have_count(2)
    expect(page.locator("h1")).to_have_text("The same migration on PostgreSQL 18 and MySQL 9.7")
    page.get_by_role("link", name="All databases").click()
    expect(page.locator(COLUMNS)).to_have_count(6)


def test_a_cell_leads_to_the_evidence_of_its_version(visit: Visits) -> None:
    """The link of a cell has the target in it, and its place is in view."""
    page = visit("/?q=student")
    page.locator("a[href$='#unique-mysql-8-4']").click()
    expect(page.locator("#unique-mysql-8-4")).to_be_in_viewport()
    expect(page.locator("#unique-mysql-8-4 h3")).to_contain_text("MySQL 8.4")


@pytest.mark.parametrize("path", ["/?q=student", "/scenario/batch_mode"])
def test_six_columns_are_accessible(visit: Visits, path: str) -> None:
    """axe-core finds nothing serious or critical, in both themes."""
    assert grave(visit(path)) == []
