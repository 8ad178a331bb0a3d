"""The line of a revision that a finding is about."""

from __future__ import annotations

import re

from lab_app.check.answers import Answer, Place
from lab_app.check.evidence import Passage


def line_of(passage: Passage, *names: str) -> Place | None:
    """Return the line whose statement names all of these, else the table alone; None where none does."""
    return place_of(passage.up, *names) if passage.up else None


def place_of(answer: Answer, *names: str) -> Place | None:
    """Return the line of the first statement in a step that names all of these, else the first of them."""
    own = [sent for sent in answer.statements if sent.at and sent.at.revision]
    for wanted in (names, names[:1]):
        for sent in own:
            if all(re.search(rf"\b(?:_alembic_tmp_)?{re.escape(name)}\b", sent.sql) for name in wanted):
                return sent.at
    return None
