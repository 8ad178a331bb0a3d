"""Which engines a test gets, and what happens to it when one is not there."""

from __future__ import annotations

import os

import pytest

from lab_app.engines import BY_NAME
from lab_app.servers import Server, Unavailable

ENGINE_NAMES = list(BY_NAME)
Found = dict[str, Server | Unavailable]


def strict() -> bool:
    """Whether an engine that is not up is a failure (``make test STRICT=1``)."""
    return os.environ.get("LAB_STRICT", "") not in ("", "0")


def available(servers: Found, name: str) -> Server:
    """The server of an engine; without one the test is skipped with the reason, or fails when strict."""
    found = servers[name]
    if isinstance(found, Unavailable):
        missing(f"{name} is not up: {found.reason} To fix it: {found.fix}")
    assert isinstance(found, Server)
    return found


def tells_password(server: Server, text: str) -> bool:
    """Whether a text tells a server's password; that of compose.yaml is no secret, and a word of every text."""
    password = server.password
    return bool(password) and (f":{password}@" in text or (password != "lab" and password in text))  # noqa: S105


def missing(reason: str) -> None:
    """Skip the test for this reason, or fail it when strict."""
    tell = pytest.fail if strict() else pytest.skip
    tell(reason)
