"""A command of the lab as a child process of the web server, and its words as a page may show them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from lab_app.errors import LabError
from lab_app.report.values import printable

_FLASK_LAB = (sys.executable, "-m", "flask", "lab")
#: A path of two steps or more, but no address: its last step is told.
_PATH = re.compile(r"(?<![\w:/.])~?(?:/[^\s/:'\"<>]+)+/([^\s/:'\"<>]+)")


def command(words: Sequence[str], **pipes: Any) -> subprocess.Popen[str]:
    """Start ``flask lab`` with these words; ``pipes`` say where its standard streams lead, as Popen takes them.

    Raises:
        LabError: no process can be started.
    """
    try:
        return subprocess.Popen(
            [*_FLASK_LAB, *words],
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C reaches the web server alone, which ends it in good order
            **pipes,
        )
    except OSError as error:
        raise LabError(f"No process can be started ({error.strerror}). End some, and try again.") from None


def without_paths(line: str) -> str:
    """Return a command's line as a page may show it: no control characters, and of each path its last step."""
    return _PATH.sub(r"\1", printable(line.strip()))[:400]
