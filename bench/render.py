"""The matrix page of the whole catalogue, drawn anew for each request of a test client. Prints JSON."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from lab_app.web.site import create_site


def render(requests: int) -> dict[str, Any]:
    """Return the seconds of each request after one that is not counted, and how long the page is.

    The documents stay in memory, as they do in a web server; what was drawn does not.
    """
    client = create_site().test_client()
    size = len(client.get("/").data)
    seconds = []
    for _ in range(requests):
        begin = time.perf_counter()
        answer = client.get("/")
        seconds.append(time.perf_counter() - begin)
        if answer.status_code != 200:
            raise SystemExit(f"/ answers {answer.status}")
    return {"seconds": seconds, "bytes": size}


if __name__ == "__main__":
    print(json.dumps(render(int(sys.argv[1]))))  # noqa: T201
