"""A real ``flask lab web``, and the run that goes on in it."""

from __future__ import annotations

import http.client
import json
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Timer
from typing import Any

from bench.process import FLASK, end, started
from lab_app.errors import LabError

_PATIENCE = 30.0
#: Seconds that a run may take before it is given up.
_LONGEST = 300.0


@contextmanager
def served(environment: Mapping[str, str], *words: str) -> Iterator[int]:
    """Yield the port of a web server of this computer, which is ended with the block.

    Raises:
        LabError: it does not start.
    """
    port = _free_port()
    command = [FLASK, "lab", "web", "--port", str(port), *words]
    with tempfile.TemporaryFile("w+") as log, started(command, environment, errors=log) as process:
        assert process.stdout  # noqa: S101 - for the type checker: it was asked for
        late = Timer(_PATIENCE, process.kill)
        late.start()
        first = process.stdout.readline()
        late.cancel()
        if not first.startswith("http://"):
            end(process)
            log.seek(0)
            raise LabError(f"flask lab web does not start: {log.read().strip() or 'it said nothing'}")
        try:
            yield port
        finally:
            end(process)


def run_seconds(port: int) -> float:
    """Return how long the run of the web server took, watched to its end as its page does.

    Raises:
        LabError: it did not finish.
    """
    limit = time.monotonic() + _LONGEST
    while time.monotonic() < limit:
        last = _watched(port)
        if last["state"] == "finished":
            return float(last["seconds"])
        if last["state"] not in ("running", "stopping"):
            break
    raise LabError(f"The run did not finish within {_LONGEST:g} s; it is {last['state']}. Try it: flask lab run --all")


def _watched(port: int) -> dict[str, Any]:
    """Return the last that a stream of events says of the run."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("GET", "/run/events")
    last: dict[str, Any] = {"state": "running", "seconds": 0}
    with connection.getresponse() as stream:
        if stream.status != 200:
            raise LabError(f"/run/events answers {stream.status}")
        for line in stream:
            if line.startswith(b"event: over"):
                break
            if line.startswith(b"data: "):
                last = json.loads(line.removeprefix(b"data: "))
    connection.close()
    return last


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
