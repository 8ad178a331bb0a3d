"""A command of the lab as a child process of the web server, and its words as a page may show them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence

from lab_app.errors import LabError
from lab_app.text import printable

_FLASK_LAB = (sys.executable, "-m", "flask", "lab")
#: A path of two steps or more, but no address: its last step is told.
_PATH = re.compile(r"(?<![\w:/.])~?(?:/[^\s/:'\"<>]+)+/([^\s/:'\"<>]+)")


def command(words: Sequence[str], *, talks: bool) -> subprocess.Popen[str]:
    """Start ``flask lab`` with these words: to be talked to on both its ends, or else to be read on standard error.

    Raises:
        LabError: no process can be started, or the current folder is gone.
    """
    try:
        os.getcwd()  # noqa: PTH109 - pathlib would say the same
    except OSError:
        raise LabError("The folder that the pages are served from is gone. Type in another: flask lab web") from None
    try:
        return subprocess.Popen(
            [*_FLASK_LAB, *words],
            stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
            stdout=subprocess.PIPE if talks else subprocess.DEVNULL,
            stderr=None if talks else subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches the web server alone, which ends it in good order
        )
    except OSError as error:
        raise LabError(f"No process can be started ({error.strerror}). End some, and try again.") from None


def without_paths(line: str) -> str:
    """Return a command's line as a page may show it: no control characters, and of each path its last step."""
    return _PATH.sub(r"\1", printable(line.strip()))[:400]
