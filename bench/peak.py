"""The most memory that a process has had, where the system tells: /proc of Linux."""

from __future__ import annotations

import re
from pathlib import Path


def peak(process: int | str) -> float | None:
    """Return the highest resident size so far in MB, of a process number or ``self``; None where nobody tells."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    # The answer for a process that waits to be collected has no such line.
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) / 1024 if found else None
