"""One server, found or started, and stopped again. Takes an engine's name; prints JSON."""

from __future__ import annotations

import json
import signal
import sys
from typing import Any

from lab_app.cleanup import guard
from lab_app.engines import BY_NAME
from lab_app.servers import Server, Servers


def start(name: str) -> dict[str, Any]:
    """Return seconds and version of an engine's server, or the reason why there is none."""
    with guard(), Servers([BY_NAME[name]]) as servers:
        found = servers.wait(name)
    if isinstance(found, Server):
        return {"seconds": found.ms / 1000, "version": found.version}
    return {"reason": found.reason}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(json.dumps(start(sys.argv[1])))  # noqa: T201
