"""The pages as a person meets them: a real web server of the lab, Chromium, and what every page must keep to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

from availability import missing
from axe_playwright_python.sync_playwright import Axe
from commands import FLASK, REPOSITORY
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from bench.chromium import chromium
from lab_app.cleanup import guard
from lab_app.errors import LabError
from lab_app.leases import Process, lease

#: Milliseconds that Playwright waits for what a test expects, and seconds that a server has to start or to end.
LIMIT = 20_000
_PATIENCE = 30.0
#: What an address bar may hold when a page has nothing to say about it.
_NO_ADDRESS = ("about:blank", "data:")
#: A page was left while something of it was on its way.
_GIVEN_UP = "net::ERR_ABORTED"


@dataclass(frozen=True)
class Site:
    """A web server of the lab that runs: its address, its number, and its lab folder."""

    address: str
    pid: int
    home: Path


@contextmanager
def browser_of_this_computer() -> Iterator[Browser]:
    """Chromium; where none is, the test is skipped with what to install, or fails when strict."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium())
        except LabError as none:
            missing(str(none))
        yield browser


@contextmanager
def served(home: Path, *words: str) -> Iterator[Site]:
    """``flask lab web`` on a free port, with SQLite alone and a lab folder of its own; ended with the block."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAB_", "FLASK_"))}
    port = free_port()
    own = {"LAB_HOME": str(home), "LAB_SERVERS": "given", "LAB_WEB_PORT": str(port), "PYTHONPATH": str(REPOSITORY)}
    log = home.with_suffix(".log")
    with ExitStack() as stack:
        stack.enter_context(guard())
        process = subprocess.Popen(
            [*FLASK, "web", *words],
            env=kept | own,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stack.enter_context(log.open("w")),
            text=True,
            start_new_session=True,
        )
        identity = Process.of(process.pid)
        held = lease("process", "the web server of a test", process=str(identity), signal="15")
        stack.callback(held.release)
        stack.callback(process.wait, _PATIENCE)
        stack.callback(identity.stop, signal.SIGTERM, _PATIENCE)
        assert _first_line(process).startswith(f"http://127.0.0.1:{port} "), log.read_text()
        yield Site(f"http://127.0.0.1:{port}", process.pid, home)


def _first_line(process: subprocess.Popen[str]) -> str:
    """What the server prints as soon as it can be asked; nothing when it takes too long, for then it is killed."""
    assert process.stdout
    late = Timer(_PATIENCE, process.kill)
    late.start()
    try:
        return process.stdout.readline()
    finally:
        late.cancel()


def free_port() -> int:
    """A port of this computer that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


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
