"""``flask lab`` as a person runs it: a real process with an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FLASK = [sys.executable, "-m", "flask", "lab"]
REPOSITORY = Path(__file__).parent.parent
_LIMIT = 120


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
