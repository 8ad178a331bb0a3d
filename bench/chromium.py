"""The Chromium of this computer; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from lab_app.errors import LabError

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_HOW = "Debian, Ubuntu: apt install chromium. macOS: brew install --cask chromium"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the browser, closed with the block.

    Raises:
        LabError: there is none.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise LabError(f"There is none of {', '.join(_PROGRAMS)} on PATH. {_HOW}")
    # Root has no user namespaces to lock Chromium into, and it refuses to start.
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=alone)
        yield browser
        browser.close()
