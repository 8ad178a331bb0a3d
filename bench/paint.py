"""When a browser has drawn the first of a page."""

from __future__ import annotations

from bench.chromium import chromium

_FIRST_PAINT = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntriesByName("first-contentful-paint")[0].startTime))
    .observe({type: "paint", buffered: true});
})"""


def first_paints(address: str, rounds: int) -> list[float]:
    """Return seconds from the request to the first contentful paint, each in a browser that has seen nothing before.

    Raises:
        LabError: there is no Chromium.
    """
    seconds = []
    with chromium() as browser:
        for _ in range(rounds):
            page = browser.new_context().new_page()
            page.goto(address)
            seconds.append(float(page.evaluate(_FIRST_PAINT)) / 1000)
            page.context.close()
    return seconds
