"""Take the README's pictures anew, of the record as it is: ``.venv/bin/python docs/pictures.py``.

It serves the pages from a folder of its own and opens them in the system's Chromium.
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from bench.chromium import chromium
from bench.served import served

FOLDER = Path(__file__).parent
SIZE = {"width": 1120, "height": 640}


def matrix(page: Page, address: str) -> None:
    """Show what puts data at risk, on all four engines."""
    page.goto(f"{address}/?show=risk&q=batch")
    page.locator("#batch_parent_cascade_deletes_children").evaluate(
        "row => scrollTo({top: row.getBoundingClientRect().top + scrollY - 108, behavior: 'instant'})"
    )


def scenario(page: Page, address: str) -> None:
    """Show the evidence of one attempt, the engines side by side."""
    page.goto(f"{address}/scenario/alter_type_dirty_data#number")
    page.locator("#number h3", has_text="own words").evaluate(
        "heading => scrollTo({top: heading.getBoundingClientRect().top + scrollY - 70, behavior: 'instant'})"
    )


def students(page: Page, address: str) -> None:
    """Show the app under study before its upgrade."""
    page.goto(f"{address}/students")
    page.get_by_role("button", name="SQLite").click()
    page.get_by_text("no such column: student.age").first.wait_for()


def main() -> None:
    """Take each picture, light or dark, of a lab that has nothing but the record."""
    with tempfile.TemporaryDirectory() as home, served(os.environ | {"LAB_HOME": home}) as port, chromium() as browser:
        for take, scheme in ((matrix, "light"), (scenario, "dark"), (students, "light")):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
            take(page, f"http://127.0.0.1:{port}")
            page.screenshot(path=FOLDER / f"{take.__name__}.png")


if __name__ == "__main__":
    main()
