"""The steps of the walk as cells of the document: an outcome word each, with the evidence behind it."""

from __future__ import annotations

from collections.abc import Iterator

from lab_app.check.answers import Answer, Sent
from lab_app.check.differences import differences
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked, moved
from lab_app.document.check import CheckCell, CheckStatement, Direction
from lab_app.document.outcomes import Outcome
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.rows import to_json
from lab_app.evidence.state import State
from lab_app.evidence.types import Rows, Schema


def cells(walked: Walked) -> list[CheckCell]:
    """Return a cell for each step that was taken, and one for each upgrade that was not."""
    made: list[CheckCell] = []
    for revision in walked.revisions:
        for lane in walked.lanes:
            passage = walked.passages.get(revision.revision, {}).get(lane.name)
            if passage is None:
                made.append(_not_run(revision, lane, _why_not(walked, revision, lane)))
            else:
                made += _steps(revision, lane, passage)
    return made


def _why_not(walked: Walked, revision: Revision, lane: LaneRecord) -> str:
    if revision.revision in walked.there:
        return "the database that the check starts from has it"
    return f"blocked by {walked.blocked.get(lane.name, 'an earlier one')}"


def _steps(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[CheckCell]:
    yield _upgrade(revision, lane, passage)
    if passage.down and passage.after:
        yield _step(
            revision, lane, "down", passage.down, passage.after, passage.back, passage.before, passage.down_stayed
        )
    if passage.up_again and passage.back:
        yield _step(revision, lane, "up again", passage.up_again, passage.back, passage.after_again, passage.after, [])
    if passage.cuts and passage.up:
        half = [cut for cut in passage.cuts if cut.stayed]
        word: Outcome = "half-applied" if half else "rolled back"
        finding = f"something stays at {len(half)} of {len(passage.cuts)} places" if half else "nothing stays anywhere"
        yield _cell(revision, lane, "in the middle", word, finding, passage.up, passage.before, passage.after)


def _upgrade(revision: Revision, lane: LaneRecord, passage: Passage) -> CheckCell:
    first = passage.first or passage.up
    assert first is not None  # noqa: S101 - for the type checker: a passage begins with an upgrade
    if first.failure:
        word, finding = _failed(first, passage.stayed)
        return _cell(revision, lane, "up", word, finding, first, passage.before, passage.after)
    word, finding = _succeeded(passage)
    if passage.after and not moved(revision.revision, passage.after):
        word, finding = "ignored", "the database does not know that it is there"
    return _cell(revision, lane, "up", word, finding, first, passage.before, passage.after)


def _step(
    revision: Revision,
    lane: LaneRecord,
    direction: Direction,
    answer: Answer,
    before: State,
    after: State | None,
    wanted: State | None,
    stayed: list[str],
) -> CheckCell:
    if answer.failure or after is None:
        word, finding = _failed(answer, stayed)
    elif wanted is not None and (different := schema_diff(wanted.schema, after.schema)):
        word, finding = "drifted", f"not where it came from: {different[0]}"
    else:
        word, finding = "done", "the schema is what it was"
    return _cell(revision, lane, direction, word, finding, answer, before, after)


def _failed(answer: Answer, stayed: list[str]) -> tuple[Outcome, str]:
    if stayed:
        return "half-applied", f"part of it stayed: {stayed[0]}"
    return ("rolled back" if answer.changes else "refused"), answer.failure.line if answer.failure else ""


def _succeeded(passage: Passage) -> tuple[Outcome, str]:
    before, after = passage.before, passage.after
    if before is None or after is None:
        return "done", ""
    for table in passage.survived:
        if table["lost"]:
            return "rows lost", f"{table['lost']} of {table['before']} rows of {table['table']} are gone"
        if table["changed"]:
            return "rows changed", f"{table['changed']} of {table['before']} rows of {table['table']} differ"
    if not differences(before, State(after.schema, after.rows, before.revisions)):
        return "ignored", "nothing happened"
    return "done", "it did what it says"


def _cell(
    revision: Revision,
    lane: LaneRecord,
    direction: Direction,
    outcome: Outcome,
    finding: str,
    answer: Answer,
    before: State | None,
    after: State | None,
) -> CheckCell:
    failure = answer.failure
    changed = _changed(before, after)
    return {
        "revision": revision.revision,
        "direction": direction,
        "target": lane.name,
        "engine": lane.engine,
        "outcome": outcome,
        "reason": finding,
        "finding": finding,
        "ms": answer.ms,
        "error": {"class": failure.error, "code": failure.code, "message": failure.message} if failure else None,
        "statements": [_statement(sent) for sent in answer.statements if sent.at and sent.at.revision],
        "schema_before": _schema(before, changed),
        "schema_after": _schema(after, changed),
        "rows_before": _rows(before, changed),
        "rows_after": _rows(after, changed),
    }


def _changed(before: State | None, after: State | None) -> set[str]:
    """Return the tables that are not the same before and after, and everything else that has a name."""
    names = {*(before.schema if before else ()), *(after.schema if after else ())}
    if before is None or after is None:
        return names
    return {name for name in names if not _is_same_table(name, before, after)}


def _is_same_table(name: str, before: State, after: State) -> bool:
    """Tell whether it is a table that was not even read again, or was the same then: the walk keeps the object."""
    table = before.schema.get(name)
    return (
        table is not None
        and table["kind"] == "table"
        and table is after.schema.get(name)
        and before.rows.get(name) is after.rows.get(name)
    )


def _schema(state: State | None, changed: set[str]) -> Schema | None:
    return {name: table for name, table in state.schema.items() if name in changed} if state else None


def _rows(state: State | None, changed: set[str]) -> Rows | None:
    return to_json({name: data for name, data in state.rows.items() if name in changed}) if state else None


def _statement(sent: Sent) -> CheckStatement:
    return {
        "sql": sent.sql,
        "line": sent.at.line if sent.at else None,
        "file": sent.at.file if sent.at else None,
        "rows": sent.rows,
        "ms": sent.ms,
    }


def _not_run(revision: Revision, lane: LaneRecord, reason: str) -> CheckCell:
    cell = _cell(revision, lane, "up", "not run", reason, Answer(None), None, None)
    return {**cell, "reason": reason}
