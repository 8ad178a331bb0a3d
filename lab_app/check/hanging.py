"""Where a step hangs, or ended the process: the last stack that the probe's process wrote before it was killed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lab_app.check.answers import Place

#: How ``faulthandler`` writes a frame, the innermost first.
_FRAME = re.compile(r'  File "(.+)", line (\d+) in ')
_LIBRARIES = ("site-packages", "dist-packages")


def where_it_hangs(printed: Sequence[str], folder: str, versions: tuple[str, ...]) -> Place | None:
    """Return the innermost line in a revision, else in the project's folder, else None."""
    frames = [(found[1], int(found[2])) for found in map(_FRAME.match, printed) if found]
    for file, line in frames:
        if versions and file.startswith(versions):
            return Place(file, line, revision=True)
    for file, line in frames:
        if file.startswith(f"{folder}/") and not any(name in file for name in _LIBRARIES):
            return Place(file, line, revision=False)
    return None
