"""What a test needs, worked out from the fixtures it uses: a database server, a browser, or neither of them."""

from __future__ import annotations

import pytest

from lab_app.engines import BY_NAME

#: The fixtures behind which servers are started; a test that starts one itself is marked where it stands.
_SERVERS = {"servers", "private", "containers", "project", "older", "pair"}
#: What keeps a test from being a fast one. ``docker`` and ``slow`` are said by the tests themselves.
NOT_FAST = ("servers", "browser", "docker", "slow")


def mark(test: pytest.Item) -> None:
    """Give a test the marks that follow from its fixtures, and ``fast`` when nothing holds it up."""
    fixtures = set(getattr(test, "fixturenames", ()))
    if fixtures & _SERVERS or ("database_url" in fixtures and _engine_needs_server(test)):
        test.add_marker("servers")
    if "browser" in fixtures:
        test.add_marker("browser")
    if not any(test.get_closest_marker(name) for name in NOT_FAST):
        test.add_marker("fast")


def _engine_needs_server(test: pytest.Item) -> bool:
    """Whether the engine that a test is about is another one than SQLite."""
    call = getattr(test, "callspec", None)
    return call is not None and BY_NAME[call.params["engine_name"]].needs_server.has
