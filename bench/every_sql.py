"""What ``flask lab sql`` prints, of every scenario, in one process. Prints JSON: the seconds of each."""

from __future__ import annotations

import contextlib
import io
import json
import time

from lab_app.cli import lab
from lab_app.scenario import catalogue


def every_sql() -> dict[str, float]:
    """Return the seconds that the SQL of each scenario takes, the imports not counted."""
    seconds = {}
    for name in catalogue.files():
        begin = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            lab.main(["sql", name], standalone_mode=False)
        seconds[name] = time.perf_counter() - begin
    return seconds


if __name__ == "__main__":
    print(json.dumps(every_sql()))  # noqa: T201
