"""A revision cut in the middle: after one of its statements the connection is closed, and the upgrade typed again."""

from __future__ import annotations

from collections.abc import Sequence

from lab_app.check.differences import differences
from lab_app.check.evidence import Cut, Passage
from lab_app.check.lane import Lane
from lab_app.evidence.diff import same_schema


def cut(lane: Lane, revision: str, passage: Passage, places: Sequence[int]) -> None:
    """Cut the revision after each of these of its changes; at the end the lane holds what the revision makes.

    Each cut begins with what was kept before the revision.
    """
    if not places or passage.up is None or passage.before is None or passage.after is None:
        return
    changes = passage.up.changes
    for place in places:
        lane.restore()
        lane.do("up", revision=revision, cut_after=place)
        stayed = differences(passage.before, lane.read())
        again = lane.do("up", revision=revision)
        same = again.failure is None and same_schema(passage.after.schema, lane.read().schema)
        sql = " ".join(changes[place - 1].sql.split())
        passage.cuts.append(Cut(place, len(changes), stayed, again, same, sql, changes[place - 1].at))
    lane.restore()
    lane.do("up", revision=revision)
