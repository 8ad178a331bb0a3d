"""What could not be removed while nobody looked on: a log in the lab's own folder, which does not grow."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from lab_app.errors import LabError
from lab_app.home import home

#: Bytes of the log, and characters of one sentence in it.
_LONGEST, _SENTENCE = 65_536, 400


def journal() -> Path:
    """Return the log's file, whether it is there or not.

    Raises:
        LabError: the lab's folder cannot be made.
    """
    return home() / "cleanup.log"


def note(sentences: Iterable[str]) -> None:
    """Add sentences to the log, each with the time; the older half goes when it is long. Nothing is raised."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    text = "".join(f"{now} {one_line(sentence)}\n" for sentence in sentences)
    if not text:
        return
    with suppress(OSError, LabError):
        file = journal()
        if file.exists() and file.stat().st_size > _LONGEST:
            kept = file.read_bytes()[-_LONGEST // 2 :].partition(b"\n")[2]
            fresh = file.with_name(f"{file.name}.{os.getpid()}")
            fresh.write_bytes(kept)
            fresh.replace(file)
        with file.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(text)


def one_line(sentence: str) -> str:
    """Return a sentence as it may be shown: no line breaks, nothing that a terminal would obey, not too long."""
    shown = re.sub(r"[^\S ]|[\x00-\x1f\x7f-\x9f\ud800-\udfff]", lambda found: repr(found[0])[1:-1], sentence)
    return shown if len(shown) <= _SENTENCE else f"{shown[:_SENTENCE]}…"
