"""The forms in which a check can be printed, by name."""

from __future__ import annotations

import json
from typing import TextIO

from lab_app.document.check import CheckDocument


def render(document: CheckDocument, form: str, out: TextIO) -> None:
    """Write a check's document to a stream in one of the forms."""
    if form == "json":
        json.dump(document, out, ensure_ascii=False, indent=1)
        out.write("\n")
        return
    from lab_app.report.check.screen import screen

    screen(document, out)
