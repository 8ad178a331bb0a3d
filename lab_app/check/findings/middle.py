"""A revision that ends in the middle: what was tried, and what holds for every engine without transactional DDL."""

from __future__ import annotations

from collections.abc import Iterator

from lab_app.check.evidence import Cut, LaneRecord, Revision, Walked
from lab_app.check.findings.failures import engines_not_meant
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import NOT_RUN, NOT_TAKEN_BACK, all_in_words

_COPY = "_alembic_tmp_"
_LONGEST = 60


def middle(walked: Walked) -> Iterator[Found]:
    """Find where a second try does not mend what a cut has left; for the rest, say once what stays."""
    for revision, lane, passage in walked.each():
        caught = bool(passage.up and passage.up.swallowed)  # it fails in the middle by itself
        if not caught and (bad := next(filter(_not_mended, passage.cuts), None)):
            yield _not_repeatable(revision, lane, bad)
    not_meant = engines_not_meant(walked)
    for lane in (each for each in walked.lanes if each.name not in not_meant):
        yield from _in_general(walked, lane)
    yield from _absent(walked)


def _not_mended(cut: Cut) -> bool:
    return bool(cut.stayed) and (cut.again is None or cut.again.failure is not None or not cut.same_end)


def _not_repeatable(revision: Revision, lane: LaneRecord, cut: Cut) -> Found:
    copied = next((line for line in cut.stayed if f" {_COPY}" in line), "")
    table = copied.partition(_COPY)[2].partition(" ")[0]
    fix = "Look for each thing before it is made, not for the first of them; or make one thing in each revision."
    left = all_in_words(cut.stayed)
    if table and _gone(cut, table):
        left = f"{table} is gone, and its rows are only in {_COPY}{table}"
        fix = f'Before the second try: op.rename_table("{_COPY}{table}", "{table}").'
    elif table:
        left = f"{_COPY}{table} is left"
        fix = f"Before the second try: DROP TABLE {_COPY}{table}."
    failed = cut.again.failure if cut.again else None
    again = f"the upgrade fails: {failed.line.rstrip('.')}" if failed else "it passes, and the rest is never made"
    return Found(
        "not-repeatable",
        "note",
        (lane.name,),
        revision.revision,
        "Cut in the middle, the revision cannot simply be typed again",
        says=(
            f"{lane.title}: after statement {cut.after} of {cut.of}, {_short(cut.sql)}, {left}; typed again, {again}.",
        ),
        why="" if lane.transactional_ddl else NOT_TAKEN_BACK,
        fix=fix,
        place=cut.at,
        file=revision.file,
        scenario="batch_leftover_tmp_table" if table else "half_applied_migration",
    )


def _short(sql: str) -> str:
    """Return the words that a statement begins with: what it does, to what."""
    return sql.partition(" (")[0][:_LONGEST]


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
        yield _stays(lane, f"more than one statement in {len(several)} of {len(walked.revisions)} revisions.")


def _absent(walked: Walked) -> Iterator[Found]:
    """Say the same of engines that are not up, where a revision had several statements on one that is."""
    passages = [passage for found in walked.passages.values() for passage in found.values()]
    if any(passage.up and len(passage.up.changes) > 1 for passage in passages):
        yield from (_stays(lane, NOT_RUN) for lane in walked.absent if not lane.transactional_ddl)


def _stays(lane: LaneRecord, says: str) -> Found:
    return Found(
        "half-applied",
        "note",
        (lane.name,),
        None,
        "A revision that fails in the middle stays half-applied",
        says=(f"{lane.title}: {says}",),
        why=NOT_TAKEN_BACK,
        fix="Change one table in each revision, and make a backup before an upgrade.",
        scenario="half_applied_migration",
    )
