"""What a test needs is said by its marks, and `-m fast` chooses those that need nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from commands import REPOSITORY
from marks import NOT_FAST

#: Collects every test, and says what marks each has, and what was imported for it.
COLLECT = """
import json, sys
import pytest

class Collected:
    def pytest_collection_finish(self, session):
        self.marks = {test.nodeid: [mark.name for mark in test.iter_markers()] for test in session.items}

collected = Collected()
status = pytest.main(["--collect-only", "--quiet", "-p", "no:cacheprovider"], plugins=[collected])
print()
print(json.dumps({"status": status, "marks": collected.marks, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def collected() -> dict[str, dict[str, list[str]]]:
    """All tests as another process collects them."""
    done = subprocess.run([sys.executable, "-c", COLLECT], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == 0, done.stdout[-4000:]
    return found


def test_every_test_says_what_it_needs(collected: dict[str, dict[str, list[str]]]) -> None:
    """Each test is fast, or it names what it needs: a server, a browser, Docker, or time."""
    marks = collected["marks"].items()
    assert [name for name, has in marks if ("fast" in has) == bool({*NOT_FAST} & {*has})] == []
    for mark in ("fast", *NOT_FAST):
        assert any(mark in has for _, has in marks), mark


def test_playwright_is_imported_only_by_what_opens_a_browser(collected: dict[str, dict[str, list[str]]]) -> None:
    """To collect every test, those of the browser too, takes no Playwright."""
    modules = {name.partition(".")[0] for name in collected["modules"]}
    assert "browser" in modules
    assert not modules & {"playwright", "axe_playwright_python"}
