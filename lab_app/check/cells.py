"""The steps of the walk as cells of the document: an outcome word each, with the evidence behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lab_app.check.answers import Answer, Sent
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.causes import extension_not_there
from lab_app.check.findings.lines import all_in_words
from lab_app.document.check import CheckCell, CheckStatement, Direction, Finding
from lab_app.document.outcomes import WORST_FIRST, Outcome
from lab_app.evidence.rows import to_json
from lab_app.evidence.state import State
from lab_app.evidence.types import Rows, Schema

#: What an error makes of a step that passed; the other errors are of a step that failed, and say so by themselves.
_WORDS: dict[str, tuple[Direction, Outcome]] = {
    "rows-lost": ("up", "rows lost"),
    "rows-changed": ("up", "rows changed"),
    "value-invented": ("up", "rows changed"),
    "nothing-happened": ("up", "ignored"),
    "error-swallowed": ("up", "ignored"),
    "version-did-not-move": ("up", "ignored"),
    "no-new-row": ("up", "drifted"),
    "other-database": ("up", "ignored"),
    "downgrade-differs": ("down", "drifted"),
    "downgrade-loses": ("down", "rows lost"),
    "upgrade-again-refused": ("up again", "refused"),
    "upgrade-again-differs": ("up again", "drifted"),
}


def cells(walked: Walked, findings: Iterable[Finding]) -> list[CheckCell]:
    """Return a cell for each step that was taken, and one for each upgrade that was not.

    What became of a step is what its errors say: a change that the revision itself asks for is none.
    """
    errors = [finding for finding in findings if finding["severity"] == "error"]
    made: list[CheckCell] = []
    for revision in walked.revisions:
        for lane in walked.lanes:
            passage = walked.passages.get(revision.revision, {}).get(lane.name)
            if passage is None:
                made.append(_not_run(revision, lane, _why_not(walked, revision, lane)))
            else:
                found = [
                    each
                    for each in errors
                    if each["revision"] == revision.revision and lane.name in (each["engines"] or ())
                ]
                made += (_judged(cell, passage, found) for cell in _steps(revision, lane, passage))
    return made


def _why_not(walked: Walked, revision: Revision, lane: LaneRecord) -> str:
    if revision.revision in walked.there:
        return "the database that the check starts from has it"
    return f"blocked by {walked.blocked.get(lane.name, 'an earlier one')}"


def _judged(cell: CheckCell, passage: Passage, findings: Iterable[Finding]) -> CheckCell:
    """Return a step with the word of the worst error that was found in it, where it passed."""
    if cell["outcome"] != "done":
        return cell
    said: list[tuple[Outcome, str]] = [
        (word, finding["title"])
        for finding in findings
        for direction, word in filter(None, (_WORDS.get(finding["code"]),))
        if direction == cell["direction"]
    ]
    if not said:
        return cell
    word, title = min(said, key=lambda each: WORST_FIRST.index(each[0]))
    if word == "rows lost" and cell["direction"] == "down" and not _fewer(passage):
        word = "rows changed"
    return {**cell, "outcome": word, "reason": title, "finding": title}


def _fewer(passage: Passage) -> bool:
    """Tell whether a table has fewer rows after up and down than before."""
    before, back = passage.before, passage.back
    if before is None or back is None:
        return False
    return any(name in back.rows and back.rows[name].count < data.count for name, data in before.rows.items())


def _steps(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[CheckCell]:
    yield _upgrade(revision, lane, passage)
    if passage.down and passage.after:
        word, finding = _outcome(passage.down, passage.back, passage.down_stayed, "it leads back")
        yield _cell(revision, lane, "down", word, finding, passage.down, passage.after, passage.back)
    if passage.up_again and passage.back:
        word, finding = _outcome(passage.up_again, passage.after_again, [], "it ends where the first one did")
        yield _cell(revision, lane, "up again", word, finding, passage.up_again, passage.back, passage.after_again)
    if passage.cuts and passage.up:
        half = [cut for cut in passage.cuts if cut.stayed]
        word = "half-applied" if half else "rolled back"
        finding = f"something stays at {len(half)} of {len(passage.cuts)} places" if half else "nothing stays anywhere"
        yield _cell(revision, lane, "in the middle", word, finding, passage.up, passage.before, passage.after)


def _upgrade(revision: Revision, lane: LaneRecord, passage: Passage) -> CheckCell:
    first = passage.first or passage.up
    assert first is not None  # noqa: S101 - for the type checker: a passage begins with an upgrade
    word, finding = _outcome(first, passage.after, passage.stayed, "it did what it says")
    if first.failure and (extension := extension_not_there(first.failure)):
        word, finding = "not run", f"the server has no extension {extension}"
    return _cell(revision, lane, "up", word, finding, first, passage.before, passage.after)


def _outcome(answer: Answer, after: State | None, stayed: list[str], done: str) -> tuple[Outcome, str]:
    """Return what a step came to by itself, and why; ``done`` is said of one that passed."""
    if answer.failure is None and after is not None:
        return "done", done
    if stayed:
        return "half-applied", f"part of it stayed: {all_in_words(stayed)}"
    return ("rolled back" if answer.changes else "refused"), answer.failure.line if answer.failure else ""


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
