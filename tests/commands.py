"""``flask lab`` as a person runs it: a real process with an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FLASK = [sys.executable, "-m", "flask", "lab"]
REPOSITORY = Path(__file__).parent.parent
_LIMIT = 120


def alone(home: Path) -> dict[str, str]:
    """The environment of a command that has SQLite alone, looks for no server, and has a lab folder of its own."""
    return {**_own(home), "LAB_SERVERS": "given"}


def with_servers(home: Path, addresses: dict[str, str]) -> dict[str, str]:
    """The environment of a command that is given these servers, and has a lab folder of its own."""
    return {**_own(home), **addresses}


def _own(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAB_", "FLASK_"))}
    return {**kept, "LAB_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}


def lab(*words: str, environment: dict[str, str], cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    """Run ``flask lab`` with these words."""
    return subprocess.run(
        [*FLASK, *words],
        env=environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
    )
