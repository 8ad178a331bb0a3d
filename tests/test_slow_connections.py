"""Slow connections keep nobody else from the pages."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from web_server import Site, served

pytestmark = pytest.mark.slow

#: Seconds in which a page must come, beside a hundred slow connections.
PATIENCE = 5.0
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "request line": b"G",
    "headers": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "body": b"POST /run HTTP/1.1\r\nHost: localhost\r\n" + FORM + b"Content-Length: 60000\r\n\r\na",
    "body in chunks": b"POST /run HTTP/1.1\r\nHost: localhost\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n1",
    "reading": b"GET /static/lab/lab.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "saying nothing": b"",
    "watching": b"GET /run/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.fixture(scope="module")
def slow_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web server of its own, on which somebody runs something while it is watched."""
    with served(Path(tmp_path_factory.mktemp("slow")) / "home") as found:
        yield found


@pytest.mark.parametrize("begin", SLOW.values(), ids=SLOW.keys())
def test_a_hundred_slow_connections_keep_nobody_out(slow_site: Site, begin: bytes) -> None:
    """Whatever a hundred clients do a byte a second, pages are served in time."""
    port = int(slow_site.address.rpartition(":")[2])
    with ExitStack() as stack:
        slow = []
        for _ in range(100):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            client.connect(("127.0.0.1", port))
            client.sendall(begin)
            slow.append(stack.enter_context(client))
        for _ in range(3):
            for page in ("/healthz", "/scenario/add_age"):
                began = time.monotonic()
                with urllib.request.urlopen(slow_site.address + page, timeout=PATIENCE) as answer:  # noqa: S310
                    assert answer.status == 200
                    assert answer.read()
                assert time.monotonic() - began < PATIENCE
            for client in slow:
                with suppress(OSError):  # it was told to go, which is as good
                    client.recv(1) if begin.startswith(b"GET /static") else client.sendall(b"a")
            time.sleep(1)
