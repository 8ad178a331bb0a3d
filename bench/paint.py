"""When a browser has drawn the first of a page."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import sync_playwright

from lab_app.errors import LabError

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FIRST_PAINT = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntriesByName("first-contentful-paint")[0].startTime))
    .observe({type: "paint", buffered: true});
})"""


def first_paints(address: str, rounds: int) -> list[float]:
    """Seconds from the request to the first contentful paint, each time in a browser that has seen nothing before.

    Raises:
        LabError: there is no Chromium.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise LabError(f"There is none of {', '.join(_PROGRAMS)} on PATH. Debian, Ubuntu: apt install chromium")
    # Root has no user namespaces to lock Chromium into, and it refuses to start.
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=alone)
        for _ in range(rounds):
            page = browser.new_context().new_page()
            page.goto(address)
            seconds.append(float(page.evaluate(_FIRST_PAINT)) / 1000)
            page.context.close()
        browser.close()
    return seconds
