"""Predict in a real browser: guessed by keyboard, revealed without a script, remembered here and sent nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser import Visits, box, expect, focused, grave, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: On SQLite rows are lost; the others are done.
NAME = "batch_parent_cascade_deletes_children"
STORY = f"/scenario/{NAME}"
GUESSING = f"{STORY}#predict"
#: Long questions, long code, one engine only, and wide rows.
STORIES = (NAME, "datetime_precision_and_tz", "delete_sqlite_file", "identifier_limits")
FINDING = "SQLite loses rows; PostgreSQL, MySQL and MariaDB do as asked"
STEPS = 7


def guess(page: Page, engine: str, word: str) -> None:
    """Choose a word for an engine, as with a finger or a mouse."""
    page.locator(f".guess label:has(input[name=guess-{engine}][value={word}])").click()


def reveal(page: Page) -> None:
    """Press the button that shows what happened."""
    page.get_by_text("Show what happened").click()


def said(page: Page) -> list[str]:
    """What is said of each engine, as far as it is to be seen."""
    return [" ".join(each.inner_text().split()) for each in page.locator(".guess .say").all()]


def heard(page: Page) -> str:
    """The text that the browser gives to a screen reader, with what the stylesheet adds to it."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in tree}

    def text(node: dict[str, Any]) -> str:
        if node.get("role", {}).get("value") == "StaticText":
            return str(node["name"]["value"])
        return "".join(text(nodes[each]) for each in node.get("childIds", []) if each in nodes)

    return text(tree[0])


def steps_to(page: Page, selector: str, most: int = 60) -> int:
    """How many presses of Tab lead to an element."""
    for pressed in range(1, most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return pressed
    raise AssertionError(f"Tab does not lead to {selector}")


def test_who_looks_something_up_sees_everything_at_once(visit: Visits) -> None:
    """Without #predict finding and evidence are in sight, and the guessing is one link away."""
    page = visit(STORY, motion="reduce")
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING, use_inner_text=True)
    expect(page.locator("#cascade-sqlite")).to_be_visible()
    expect(page.locator("#predict")).not_to_be_visible()
    page.get_by_role("link", name="Predict what each engine does").click()
    expect(page.locator("#predict")).to_be_in_viewport()
    expect(page.locator("#cascade-sqlite")).not_to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_gives_the_answer_away_before(visit: Visits, scripts: bool) -> None:
    """Before it is revealed neither finding nor title nor evidence is to be seen, and no word is marked."""
    page = visit(GUESSING, scripts=scripts)
    expect(page.locator("main h1")).to_have_text("What will each engine do?", use_inner_text=True)
    seen = page.locator("main").inner_text()
    for answer in ("deletes its children", "SQLite loses rows", "CASCADE follows", "it was", "right", NAME):
        assert answer not in seen
    shadows = page.locator(".guess .is").evaluate_all("(all) => all.map((one) => getComputedStyle(one).boxShadow)")
    assert set(shadows) == {"none"}
    if scripts:
        assert "deletes" not in page.title()


@pytest.mark.parametrize("scripts", [True, False])
def test_right_and_wrong_stand_side_by_side(visit: Visits, scripts: bool) -> None:
    """Each engine says whether the guess was right, or what it was, with the reason; and how many were right."""
    page = visit(GUESSING, scripts=scripts)
    guess(page, "sqlite", "refused")
    guess(page, "postgresql", "done")
    guess(page, "mysql", "half-applied")
    guess(page, "mysql", "done")
    reveal(page)
    assert said(page) == [
        "it was: rows lost DROP TABLE deletes first, CASCADE follows",
        "right ALTER TABLE, no row is touched",
        "right ALTER TABLE, no row is touched",
        "it was: done ALTER TABLE, no row is touched",
    ]
    expect(page.locator(".score")).to_be_visible()
    assert "2 of 4 right" in heard(page)
    expect(page.locator("#cascade-sqlite")).to_be_visible()
    expect(page.locator("main h1")).to_contain_text("SQLite loses rows", use_inner_text=True)
    reveal(page)
    expect(page.locator("#cascade-sqlite")).not_to_be_visible()


def test_it_is_done_with_the_keyboard_alone(visit: Visits) -> None:
    """Tab leads from engine to engine, arrows choose, space reveals, and the evidence comes next."""
    page = visit(STORY, scripts=False, motion="reduce")
    steps_to(page, ".ask a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{GUESSING}")
    steps_to(page, ".guess input[name=guess-sqlite]")
    page.keyboard.press("Space")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=guess-sqlite][value=rows-lost]")).to_be_checked()
    for engine in ("postgresql", "mysql", "mariadb"):
        page.keyboard.press("Tab")
        assert focused(page)["outline"] >= 2
        page.keyboard.press("Space")
        expect(page.locator(f"input[name=guess-{engine}][value=done]")).to_be_checked()
    page.keyboard.press("Tab")
    assert focused(page)["id"] == "show-what-happened"
    assert page.locator(".show").evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Space")
    assert [each.split()[0] for each in said(page)] == ["right"] * 4
    assert "4 of 4 right" in heard(page)
    steps_to(page, "#the-evidence *", most=3)


def test_a_screen_reader_is_given_groups_and_words(visit: Visits) -> None:
    """Each engine is a group with its name, of eight choices that are words; the button is a check box."""
    page = visit(GUESSING)
    groups = page.get_by_role("group")
    for engine in ("SQLite", "PostgreSQL", "MySQL", "MariaDB"):
        group = groups.and_(page.get_by_role("group", name=engine, exact=True))
        expect(group.get_by_role("radio")).to_have_count(8)
        expect(group.get_by_role("radio", name="rows lost", exact=True)).to_have_count(1)
    expect(page.get_by_role("checkbox", name="Show what happened", exact=True)).to_have_count(1)


def test_a_place_in_the_evidence_is_shown_to_who_asks_for_it(visit: Visits) -> None:
    """A link to a cell or to the evidence ends the guessing, from another page and from this one."""
    page = visit(f"{STORY}#cascade-sqlite", motion="reduce")
    expect(page.locator("#cascade-sqlite")).to_be_in_viewport()
    page = visit(GUESSING, scripts=False)
    page.get_by_role("link", name="Show the evidence without guessing").click()
    expect(page.locator("#the-evidence")).to_be_in_viewport()
    expect(page.locator("#predict")).not_to_be_visible()
    page = visit(GUESSING, motion="reduce")
    reveal(page)
    page.locator(".matrix td a[href='#cascade-mysql']").click()
    expect(page.locator("#cascade-mysql")).to_be_in_viewport()
    expect(page.locator("#predict")).to_be_visible()


def test_paper_has_the_evidence_whatever_was_guessed(visit: Visits) -> None:
    """What is hidden while a reader guesses is printed."""
    page = visit(GUESSING)
    expect(page.locator("#cascade-sqlite")).not_to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#cascade-sqlite")).to_be_visible()


def test_guesses_stay_in_this_browser_until_they_are_forgotten(visit: Visits) -> None:
    """They are there again for this scenario alone; no request carries them; a button clears them."""
    page = visit(GUESSING)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    forget = page.get_by_role("button", name="Forget them")
    expect(forget).not_to_be_visible()
    guess(page, "sqlite", "rows-lost")
    guess(page, "mysql", "drifted")
    reveal(page)
    page.reload()
    expect(page.locator("input[name=guess-mysql][value=drifted]")).to_be_checked()
    expect(page.locator("#show-what-happened")).not_to_be_checked()
    assert not [request for request in asked if "drifted" in request or "rows-lost" in request]
    page.goto("/scenario/add_age#predict")
    expect(page.locator(".guess :checked")).to_have_count(0)
    page.goto(GUESSING)
    forget.click()
    expect(page.locator(".guess :checked")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    expect(page.locator(".guess :checked")).to_have_count(0)


def test_what_another_version_kept_does_no_harm(visit: Visits) -> None:
    """Something else under the same name in the browser's storage is passed over."""
    page = visit(GUESSING)
    page.evaluate(
        f"localStorage.setItem('lab.predict.{NAME.replace('_', '-')}', '{{\"guess\": [1]}}\\nguess-mysql=gone')"
    )
    page.reload()
    expect(page.locator(".guess :checked")).to_have_count(0)
    guess(page, "mysql", "done")
    expect(page.locator("input[name=guess-mysql][value=done]")).to_be_checked()


@pytest.mark.parametrize("story", STORIES)
def test_it_fits_a_phone(visit: Visits, story: str) -> None:
    """At 400 px and 320 px nothing has to be scrolled sideways, before and after, and a finger finds each choice."""
    page = visit(f"/scenario/{story}#predict", width=400)
    for width in (400, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert sideways(page) <= 0, width
        sizes = page.locator(".guess label, .show").evaluate_all(
            "(all) => all.map((one) => [one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
        )
        assert min(map(min, sizes)) >= 44, width
    reveal(page)
    assert sideways(page) <= 0
    wide = page.locator(".guess fieldset").evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
    assert max(wide) <= 0


@pytest.mark.parametrize("story", STORIES[:2])
def test_axe_finds_nothing_while_guessing_and_after(visit: Visits, story: str) -> None:
    """In neither theme does axe-core find anything serious, before and after; nor on the steps for a projector."""
    page = visit(f"/scenario/{story}#predict")
    assert grave(page) == []
    page.locator(".guess label").first.click()
    reveal(page)
    assert grave(page) == []
    for step in (1, 2, 4):
        page.goto(f"/scenario/{story}?present=1&step={step}")
        assert grave(page) == []
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize(
    ("on", "back"), [("Space", "Shift+Space"), ("ArrowRight", "ArrowLeft"), ("PageDown", "PageUp")]
)
def test_a_presenter_goes_on_and_back_with_keys(visit: Visits, on: str, back: str) -> None:
    """Each key goes one step; at the ends nothing happens; Escape leads to the scenario's page, with its selection."""
    page = visit(f"{STORY}?show=risk&present=1", motion="reduce")
    place = page.locator(".steps span")
    page.keyboard.press(back)
    for step in range(2, STEPS + 1):
        page.keyboard.press(on)
        page.wait_for_url(f"**step={step}")  # and until its script listens
        expect(place).to_have_text(f"{step} of {STEPS}")
    page.keyboard.press(on)
    page.keyboard.press(back)
    page.wait_for_url(f"**step={STEPS - 1}")
    expect(place).to_have_text(f"{STEPS - 1} of {STEPS}")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{STORY}?show=risk")


def test_a_presenter_goes_on_without_javascript(visit: Visits) -> None:
    """The steps are links; each engine's word comes with its own step and not before."""
    page = visit(f"{STORY}?present=1", scripts=False)
    shown = []
    for step in range(1, STEPS + 1):
        expect(page.locator(".steps span")).to_have_text(f"{step} of {STEPS}")
        shown.append(page.locator(".engines li:not(.open)").count())
        if step < STEPS:
            page.locator(".steps a[rel=next]").click()
    assert shown == [0, 0, 1, 2, 3, 4, 4]
    page.get_by_role("link", name="The evidence").click()
    expect(page.locator("#the-evidence")).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), [(853, 480), (1280, 720), (1920, 1080)])
def test_it_is_large_on_a_projector(visit: Visits, width: int, height: int) -> None:
    """Whatever the projector's size, words are as large a part of it, and question, engines and words fit on it."""
    page = visit(f"{STORY}?present=1", width=width, height=height)
    for step in range(1, STEPS + 1):
        page.goto(f"{STORY}?present=1&step={step}")
        assert sideways(page) <= 0
        assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0, step
        heading = float(page.locator("h1").evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)"))
        assert heading / height > 0.06
        if step > 1:
            assert box(page, ".engines li:last-child")["bottom"] < box(page, ".steps")["top"]


@pytest.mark.parametrize("width", [400, 853])
def test_long_stories_can_be_read_to_their_end(visit: Visits, width: int) -> None:
    """A migration that is longer than the window is scrolled to, and its end is not below the steps."""
    for story in STORIES:
        page = visit(f"/scenario/{story}?present=1", width=width, height=480)
        assert sideways(page) <= 0, story
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        assert box(page, ".slide")["bottom"] <= box(page, ".steps")["top"] + 1
