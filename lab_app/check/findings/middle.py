"""A revision that ends in the middle: what was tried, and what holds for every engine without transactional DDL."""

from __future__ import annotations

from collections.abc import Iterator

from lab_app.check.evidence import Cut, LaneRecord, Revision, Walked
from lab_app.check.findings.found import Found

_COPY = "_alembic_tmp_"
_LONGEST = 60


def middle(walked: Walked) -> Iterator[Found]:
    """Find where a second try does not mend what a cut has left; for the rest, say once what stays."""
    for revision in walked.revisions:
        for lane in walked.lanes:
            passage = walked.passages.get(revision.revision, {}).get(lane.name)
            if passage and (bad := next(filter(_not_mended, passage.cuts), None)):
                yield _not_repeatable(revision, lane, bad)
    for lane in walked.lanes:
        yield from _in_general(walked, lane)


def _not_mended(cut: Cut) -> bool:
    return bool(cut.stayed) and (cut.again is None or cut.again.failure is not None or not cut.same_end)


def _not_repeatable(revision: Revision, lane: LaneRecord, cut: Cut) -> Found:
    sql = cut.sql if len(cut.sql) <= _LONGEST else f"{cut.sql[:_LONGEST]} …"
    copied = next((line for line in cut.stayed if _COPY in line), None)
    table = copied.partition(_COPY)[2].split()[0].strip(".,") if copied else ""
    if table and _gone(cut, table):
        left = f"{table} is gone, and its rows are only in {_COPY}{table}"
    elif table:
        left = f"{_COPY}{table} is left"
    else:
        left = f"it keeps {cut.stayed[0]}" + (f", and {len(cut.stayed) - 1} more" if len(cut.stayed) > 1 else "")
    failed = cut.again.failure if cut.again else None
    again = f"the upgrade fails: {failed.line.rstrip('.')}" if failed else "it passes, and the rest is never made"
    return Found(
        "not-repeatable",
        "note",
        (lane.name,),
        revision.revision,
        "Cut in the middle, the revision cannot simply be typed again",
        says=(f"{lane.title}, cut after statement {cut.after} of {cut.of} ({sql}): {left}. Typed again, {again}.",),
        why="" if lane.transactional_ddl else f"{lane.title} commits each statement that changes a table.",
        fix=f"Before the second try: ALTER TABLE {_COPY}{table} RENAME TO {table}."
        if table and _gone(cut, table)
        else "One statement that changes a table in each revision; or look for each thing before it is made.",
        place=cut.at,
        file=revision.file,
        scenario="batch_leftover_tmp_table" if table else "half_applied_migration",
    )


def _gone(cut: Cut, table: str) -> bool:
    return any(line.startswith("-") and table in line.replace(_COPY, "").split() for line in cut.stayed)


def _in_general(walked: Walked, lane: LaneRecord) -> Iterator[Found]:
    if lane.transactional_ddl:
        return
    several = [
        passage
        for passages in walked.passages.values()
        if (passage := passages.get(lane.name)) and passage.up and len(passage.up.changes) > 1
    ]
    if several:
        yield Found(
            "half-applied",
            "note",
            (lane.name,),
            None,
            "A revision that ends in the middle stays half-applied on this engine",
            says=(f"{lane.title}: {len(several)} of {len(walked.revisions)} revisions have more than one statement.",),
            why="Each statement that changes a table is committed at once, and none is taken back.",
            fix="One statement that changes a table in each revision, and a backup before an upgrade.",
            scenario="half_applied_migration",
        )
