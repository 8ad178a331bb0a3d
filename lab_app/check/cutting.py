"""A revision cut in the middle: after each of its statements the connection is closed, and the upgrade typed again."""

from __future__ import annotations

from lab_app.check.differences import differences
from lab_app.check.evidence import Cut, Passage
from lab_app.check.lane import Lane
from lab_app.evidence.diff import same_schema

#: So many places of one revision are tried, from its beginning.
_MOST = 12


def cut_everywhere(lane: Lane, revision: str, passage: Passage) -> None:
    """Cut the revision after each of its changes; at the end the lane holds what the revision makes.

    Each cut begins with what was kept before the revision.
    """
    if passage.up is None or passage.before is None or passage.after is None:
        return
    changes = len(passage.up.changes)
    for place in range(1, min(changes, _MOST + 1)):
        lane.restore()
        lane.do("up", revision=revision, cut_after=place)
        stayed = differences(passage.before, lane.read())
        again = lane.do("up", revision=revision)
        same = again.failure is None and same_schema(passage.after.schema, lane.read().schema)
        passage.cuts.append(Cut(place, changes, stayed, again, same))
    if changes > 1:
        lane.restore()
        lane.do("up", revision=revision)
