"""The matrix in a real browser: read across, filtered by its address, walked with the keyboard, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from browser import Visits, box, expect, focused, sideways

from lab_app.document import keep
from lab_app.document.matrix import Matrix, Row, matrix
from lab_app.document.outcomes import DATA_AT_RISK

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

STORY = "add_age"
ROWS = ".matrix tbody tr:not(.story)"
COLUMNS = ".matrix thead th:not(:first-child)"


@pytest.fixture(scope="module")
def recorded() -> Matrix:
    """The matrix as the document has it, to hold the page to."""
    found = keep.recorded()
    assert found
    return matrix(found)


def row_of(page: Page, row: Row) -> Locator:
    """The row of an attempt on the page."""
    head = page.get_by_role("rowheader", name=row.attempt["title"])
    return page.locator(f"#{row.scenario['name']} tr").filter(has=head)


def where(page: Page) -> str:
    """The path and the query of the page's address."""
    place = urlsplit(page.url)
    return f"{place.path}?{place.query}" if place.query else place.path


def test_a_row_read_across_explains_itself(visit: Visits, recorded: Matrix) -> None:
    """Each cell of a row has its word, the reason in at most eight words, and under its engine's name the version."""
    page = visit()
    heads = page.locator(COLUMNS)
    for place, engine in enumerate(recorded.targets):
        expect(heads.nth(place)).to_contain_text(f"{engine['title']} {engine['version']}")
    rows = [row for row in recorded.rows if row.scenario["name"] == STORY]
    assert rows
    for row in rows:
        cells = row_of(page, row).get_by_role("cell")
        expect(cells).to_have_count(len(recorded.targets))
        for place, cell in enumerate(row.cells):
            expect(cells.nth(place)).to_contain_text(cell["outcome"])
            expect(cells.nth(place)).to_contain_text(cell["reason"])
            assert len(cell["reason"].split()) <= 8


def test_data_at_risk_comes_first(visit: Visits) -> None:
    """No scenario whose data is safe stands before one whose data is at risk; after them those that differ."""
    order = visit().locator(".story .verdict").all_inner_texts()
    assert order[0] == "data at risk"
    assert order == sorted(order, key=["data at risk", "differ", "all agree", "not compared"].index)


@pytest.mark.parametrize("corner", ["top left", "bottom right"])
def test_the_whole_cell_is_the_link(visit: Visits, corner: str) -> None:
    """A click at the very edge of a cell opens its evidence as one on its word does."""
    page = visit(f"/?q={STORY}")
    cell = page.locator(f"#{STORY} td").first
    address = cell.locator("a").get_attribute("href")
    assert address
    assert address.endswith("#create_all-sqlite")
    drawn = cell.bounding_box()
    assert drawn
    near = {"x": 4, "y": 4} if corner == "top left" else {"x": drawn["width"] - 4, "y": drawn["height"] - 4}
    cell.click(position=near)  # type: ignore[arg-type]
    page.wait_for_url(f"**{address}")


@pytest.mark.parametrize("show", ["differ", "risk"])
def test_a_filter_in_the_address_shows_those_rows_only(visit: Visits, recorded: Matrix, show: str) -> None:
    """?show=differ leaves rows with two words or more, ?show=risk those with data at risk; the link is marked."""
    words = [{cell["outcome"] for cell in row.ran} for row in recorded.rows]
    wanted = {
        "differ": [each for each in words if len(each) > 1],
        "risk": [each for each in words if each & DATA_AT_RISK],
    }
    page = visit(f"/?show={show}")
    expect(page.locator(ROWS)).to_have_count(len(wanted[show]))
    chosen = page.get_by_role("navigation", name="Rows to show").locator("[aria-current]")
    expect(chosen).to_have_attribute("href", f"/?show={show}")


def test_filters_work_without_javascript(visit: Visits, recorded: Matrix) -> None:
    """Links and the search form alone lead to data at risk, of beginners, on two engines, with a word."""
    page = visit(scripts=False)
    page.get_by_role("link", name="Data at risk").click()
    page.get_by_role("link", name="Beginner").click()
    page.get_by_role("link", name="PostgreSQL – MySQL").click()
    page.get_by_role("searchbox").fill("rows")
    page.get_by_role("button", name="Find").click()
    assert dict(part.split("=") for part in urlsplit(page.url).query.split("&")) == {
        "show": "risk",
        "level": "beginner",
        "a": "postgresql",
        "b": "mysql",
        "q": "rows",
    }
    expect(page.locator(COLUMNS)).to_have_count(2)
    levels = page.locator(".story small").all_inner_texts()
    assert levels
    assert {level.partition(",")[0] for level in levels} == {"beginner"}
    assert len(levels) < recorded.scenarios


def test_two_engines_are_compared_with_each_other(visit: Visits, recorded: Matrix) -> None:
    """?a=…&b=… leaves two columns, and only where these two differ is a row a difference."""
    page = visit("/?show=differ&a=postgresql&b=mysql")
    assert [head.split()[0] for head in page.locator(COLUMNS).all_inner_texts()] == ["PostgreSQL", "MySQL"]
    words = page.locator(f"{ROWS} td").evaluate_all("cells => cells.map(cell => cell.className)")
    pairs = list(zip(words[::2], words[1::2], strict=True))
    assert len(pairs) == page.locator(ROWS).count() > 0
    assert [pair for pair in pairs if pair[0] == pair[1]] == []


def test_a_search_finds_words_codes_and_reasons(visit: Visits) -> None:
    """An error's code finds every row with that error, and a word that nowhere stands says so and leads back."""
    page = visit("/?q=enum")
    page.get_by_role("searchbox").fill("42703")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(f"{visit.site.address}/?q=42703")
    expect(page.locator(ROWS).first).to_be_visible()
    page.get_by_role("searchbox").fill("zzzz no such thing")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Nothing is like that.")).to_be_visible()
    expect(page.locator(".matrix")).to_have_count(0)
    page.get_by_role("link", name="Show everything").click()
    expect(page.locator(".matrix")).to_be_visible()


def test_an_address_that_cannot_be_is_told_in_one_line(visit: Visits) -> None:
    """A wish that there is not gets a page that names it, and a link to the whole matrix."""
    page = visit("/?a=oracle&b=mysql", refused=400)
    expect(page.get_by_role("heading", level=1)).to_contain_text("'oracle'")
    expect(page.get_by_role("link", name="All scenarios")).to_have_attribute("href", "/")


def test_the_view_is_in_the_address_and_nowhere_else(visit: Visits) -> None:
    """Another browser with the same address sees the same; the bare address forgets what was chosen before."""
    page = visit("/?q=enum")
    page.get_by_role("link", name="Differ").click()
    page.get_by_role("link", name="Advanced").click()
    page.wait_for_url("**/?show=differ&level=advanced&q=enum")
    assert (
        visit("/?show=differ&level=advanced&q=enum").locator("main").inner_text() == page.locator("main").inner_text()
    )
    assert page.context.storage_state()["origins"] == []
    assert page.evaluate("sessionStorage.length") == 0
    page.goto("/")
    expect(page.locator(".filters [aria-current]")).to_contain_text(["All", "Any level", "All engines"])


def test_heads_stay_in_sight_on_a_wide_window(visit: Visits) -> None:
    """Scrolled far down, the engines' names stand right below the bar at the top, above the rows."""
    page = visit()
    page.evaluate("window.scrollTo({top: 3000, behavior: 'instant'})")
    bar, head = box(page, ".top"), box(page, ".matrix thead th")
    assert head["top"] == pytest.approx(bar["bottom"], abs=1)
    inside = f"document.elementFromPoint({head['left'] + 20}, {head['top'] + 20}).closest('thead') !== null"
    assert page.evaluate(inside)


def test_a_narrow_window_scrolls_the_matrix_and_never_the_page(visit: Visits) -> None:
    """At 400 px the matrix scrolls in a region of its own, with its head and its first column held in place."""
    page = visit("/?q=enum", width=400, height=700)
    assert sideways(page) <= 0
    region = page.get_by_role("region", name="The matrix")
    assert region.evaluate("region => region.scrollWidth - region.clientWidth") > 0
    before = box(page, ".matrix tbody th[scope=row]")
    cell = box(page, ".matrix td")
    region.evaluate("region => region.scrollTo({left: 120, top: 300, behavior: 'instant'})")
    assert box(page, ".matrix td")["top"] == pytest.approx(cell["top"] - 300, abs=1)
    assert box(page, ".matrix tbody th[scope=row]")["left"] == before["left"]
    assert box(page, ".matrix td")["left"] == pytest.approx(cell["left"] - 120, abs=1)
    drawn = region.bounding_box()
    assert drawn
    assert box(page, ".matrix thead th")["top"] == pytest.approx(drawn["y"], abs=2)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit: Visits) -> None:
    """Tab leads to the skip link, past every filter and to the first cell; each stop has an outline."""
    page = visit(f"/?q={STORY}")
    page.keyboard.press("Tab")
    assert focused(page)["href"] == "#main"
    assert box(page, ".skip")["top"] >= 0
    expect(page.locator(".skip")).to_be_in_viewport()
    stops: list[dict[str, Any]] = []
    while len(stops) < 80 and "-sqlite" not in (focused(page)["href"] or ""):
        stops.append(focused(page))
        page.keyboard.press("Tab")
    assert "-sqlite" in focused(page)["href"]
    assert [stop for stop in [*stops, focused(page)] if stop["outline"] < 2] == []
    reached = {stop["href"] for stop in stops}
    filters = [link.get_attribute("href") for link in page.locator(".filters a").all()]
    assert set(filters) <= reached
    assert "q" in {stop["id"] for stop in stops}


def test_the_skip_link_leads_past_the_head_of_the_page(visit: Visits) -> None:
    """Enter on the first stop, and the next one is in the content."""
    page = visit(f"/?q={STORY}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_n_goes_from_difference_to_difference(visit: Visits) -> None:
    """Each press of n lands in the next row that differs, in sight below the heads."""
    page = visit("/?level=beginner", motion="reduce")
    differs = page.locator("tr.differs")
    for place in range(3):
        page.keyboard.press("n")
        here = differs.nth(place).locator("td a").first
        expect(here).to_be_focused()
        assert focused(page)["outline"] >= 2
        expect(here).to_be_in_viewport(ratio=1)
        drawn = here.bounding_box()
        assert drawn
        assert drawn["y"] >= box(page, ".matrix thead th")["bottom"] - 1


def test_slash_finds_and_letters_in_the_field_are_letters(visit: Visits) -> None:
    """/ puts the cursor into the search field; n and / typed there are text."""
    page = visit(f"/?q={STORY}")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("n/n")
    expect(field).to_have_value("n/n")
    expect(field).to_be_focused()


def test_the_matrix_is_copied_as_markdown(visit: Visits) -> None:
    """One press copies the view as Markdown and says so; it is the text that the address without scripts has."""
    page = visit(f"/?q={STORY}", permissions=("clipboard-read", "clipboard-write"))
    link = page.locator(".take [data-copy-from]")
    link.click()
    expect(link).to_have_attribute("data-said", "✓ copied")
    expect(page.get_by_role("status").filter(has_text="copied")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    plain = visit(f"/?q={STORY}", scripts=False)
    plain.get_by_role("link", name="Copy as Markdown", exact=True).click()
    plain.wait_for_url("**/matrix.md?*")
    assert copied == page.request.get(f"/matrix.md?q={STORY}").text()
    assert "| SQLite" in copied
    assert "ignored" in plain.locator("body").inner_text()


def test_the_view_is_saved_as_one_file(visit: Visits) -> None:
    """The link hands over a file with the rows that are shown, and stays on the page."""
    page = visit(f"/?q={STORY}")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as one file").click()
    assert saving.value.suggested_filename == "migration-lab.html"
    saved = saving.value.path().read_text(encoding="utf-8")
    assert f'id="{STORY}"' in saved
    assert 'id="batch_mode"' not in saved
    assert page.url.endswith(f"/?q={STORY}")


def test_a_page_that_is_not_there_says_so(visit: Visits) -> None:
    """A wrong address has a page of the lab's own, with a way back."""
    page = visit("/nowhere", refused=404)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page.")
    expect(page.get_by_role("link", name="All scenarios on all engines")).to_have_attribute("href", "/")
