"""The pages as a person meets them: Chromium, and what every page must keep to.

Playwright is imported by what opens a browser, so that tests that open none do without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from availability import missing
from web_server import Site

from lab_app.errors import LabError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

#: Milliseconds that Playwright waits for what a test expects.
LIMIT = 20_000
#: What an address bar may hold when a page has nothing to say about it.
_NO_ADDRESS = ("about:blank", "data:")
#: A page was left while something of it was on its way.
_GIVEN_UP = "net::ERR_ABORTED"


@contextmanager
def browser_of_this_computer() -> Iterator[Browser]:
    """Chromium; where none is, the test is skipped with what to install, or fails when strict."""

    from bench.chromium import chromium

    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium())
        except LabError as none:
            missing(str(none))
        yield browser


def expect(actual: Any) -> Any:
    """Playwright's assertions about a page or a part of it, which wait until they hold."""
    from playwright.sync_api import expect as expectations

    expectations.set_options(timeout=LIMIT)  # of its own it waits for 5 s, whatever the page was told
    return expectations(actual)


class Visits:
    """Opens pages of a site, each in a browser of its own as far as cookies and storage go.

    At the end none of them may have had an error in its console, a request that failed or one to another host.
    """

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self.refused: set[int] = set()
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._troubles: list[str] = []

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 800,
        scripts: bool = True,
        scheme: Any = "light",
        motion: Any = "no-preference",
        permissions: tuple[str, ...] = (),
        refused: int = 0,
    ) -> Page:
        """The page at a path; ``refused`` is the status of a page that is to be refused."""
        context = self._browser.new_context(
            base_url=self.site.address,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme=scheme,
            reduced_motion=motion,
            permissions=list(permissions),
        )
        context.set_default_timeout(LIMIT)
        self._contexts.append(context)
        self._watch(context)
        if refused:
            self.refused.add(refused)
        page = context.new_page()
        answer = page.goto(path)
        assert answer
        assert answer.status == (refused or 200), f"{path}: {answer.status}"
        return page

    def __enter__(self) -> Visits:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()
        if kind is None:
            assert not self._troubles, "\n".join(self._troubles)

    def _watch(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", lambda error: self._troubles.append(f"a script failed: {error.error}"))
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium says again of every answer from 400 on what _answered judges.
        if message.type == "error" and not message.text.startswith("Failed to load resource: the server responded"):
            self._troubles.append(f"the console: {message.text} ({message.location})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site.address}/", *_NO_ADDRESS)):
            self._troubles.append(f"a request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != _GIVEN_UP:
            self._troubles.append(f"a request failed: {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refused:
            self._troubles.append(f"{response.status} for {response.url}")


def grave(page: Page) -> list[str]:
    """What axe-core calls serious or critical on a page, in the light theme and the dark: a line each."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(Axe().axe_script)
    page.emulate_media(color_scheme="light")
    found = _violations(page, {})
    page.emulate_media(color_scheme="dark")
    return found + _violations(page, {"runOnly": ["color-contrast"]})


def _violations(page: Page, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"], **options})
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def sideways(page: Page) -> int:
    """How many pixels of the page are to be reached by scrolling sideways only."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def focused(page: Page) -> dict[str, Any]:
    """The element that has the focus: its text, its address, and its outline as it is drawn."""
    found: dict[str, Any] = page.evaluate(
        """() => {
            const here = document.activeElement, style = getComputedStyle(here);
            return {tag: here.localName, id: here.id, text: here.textContent.trim(), href: here.getAttribute("href"),
                    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth)};
        }"""
    )
    return found


def box(page: Page, selector: str) -> dict[str, float]:
    """Where the first such element is drawn, in pixels of the window."""
    found = page.locator(selector).first.bounding_box()
    assert found, f"{selector} is not drawn"
    left, top = found["x"], found["y"]
    return {"left": left, "top": top, "right": left + found["width"], "bottom": top + found["height"]}
