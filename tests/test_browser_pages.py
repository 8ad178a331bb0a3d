"""What holds for every page: accessible in both themes, calm, inside its window, and silent about the machine."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from browser import Visits, expect, grave, sideways
from commands import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Every page before anything was run; cells that were not run are on some of them.
PAGES = (
    "/?q=add_age",
    "/?show=risk&a=sqlite&b=mysql&q=enum",
    "/?q=delete_sqlite_file",
    "/scenario/downgrade_loses_data",
    "/scenario/delete_sqlite_file",
    "/run",
    "/servers",
    "/students",
    "/students/sqlite",
    "/nowhere",
)
MISSING = 404
#: Pixels of a small phone, a phone, and a laptop.
WIDTHS = (320, 400, 1280)
#: What a page may say of a place on this computer: nothing.
PLACES = (str(REPOSITORY), tempfile.gettempdir(), str(Path.home()), str(Path(os.__file__).parent))
TRACE = "Traceback (most recent call last)"


def brightness(page: Page, of: Literal["color", "backgroundColor"]) -> float:
    """How bright a colour of the page is, from 0 to 255."""
    found = page.evaluate(f"getComputedStyle(document.body).{of}")
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", found)[:3])
    return (red + green + blue) / 3


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_grave(visit: Visits, path: str) -> None:
    """On no page and in neither theme does axe-core find anything serious or critical; each has one main heading."""
    page = visit(path, refused=MISSING if path == "/nowhere" else 0)
    assert grave(page) == []
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    assert page.title() != "Migration Lab"


def test_each_theme_is_the_systems(visit: Visits) -> None:
    """Dark ink on a light ground, and light ink on a dark one, as the system asks for."""
    for scheme, darker, brighter in (("light", "color", "backgroundColor"), ("dark", "backgroundColor", "color")):
        page = visit("/servers", scheme=scheme)
        assert brightness(page, darker) < 60  # type: ignore[arg-type]
        assert brightness(page, brighter) > 200  # type: ignore[arg-type]


def test_no_page_is_wider_than_its_window(visit: Visits) -> None:
    """From a small phone on no page has to be scrolled sideways; what is wide scrolls in a region of its own."""
    visit.refused.add(MISSING)
    page = visit(PAGES[0])
    for path in PAGES:
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert sideways(page) <= 0, (path, width)


def test_nothing_moves_for_those_who_ask_for_it(visit: Visits) -> None:
    """With prefers-reduced-motion no page scrolls smoothly, and no element has a transition or an animation."""
    visit.refused.add(MISSING)
    page = visit(PAGES[0], motion="reduce")
    moving = """() => [document.documentElement, ...document.querySelectorAll("*")].filter((each) => {
        const style = getComputedStyle(each);
        return style.scrollBehavior === "smooth" || style.animationName !== "none"
          || style.transitionDuration.split(",").some((time) => parseFloat(time) > 0);
    }).map((each) => each.outerHTML.slice(0, 80))"""
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(moving) == [], path


def test_no_page_tells_of_the_machine(visit: Visits) -> None:
    """No page holds a path of this computer or a traceback, nor do its Markdown and its refusals."""
    request = visit("/healthz").request
    texts = {path: request.get(path).text() for path in (*PAGES, "/", "/matrix.md", "/scenario/batch_mode.md")}
    texts |= {path: request.get(path).text() for path in ("/?show=x", "/scenario/x", "/students/x", "/static/x")}
    told = [(path, place) for path, text in texts.items() for place in (*PLACES, TRACE) if place in text]
    assert told == []


def test_every_link_of_the_bar_leads_somewhere(visit: Visits) -> None:
    """The pages that the bar names are there, and each marks itself in it."""
    page = visit("/servers")
    bar = page.get_by_role("navigation", name="Pages")
    for word in bar.get_by_role("link").all_inner_texts():
        bar.get_by_role("link", name=word).click()
        expect(bar.locator("[aria-current=page]")).to_have_text(word)
