"""An upgrade that fails: with every row, with some, with none; what it leaves, and what a second try does."""

from __future__ import annotations

from collections.abc import Iterator

from lab_app.check.answers import Answer, Failure
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.found import Found


def failures(walked: Walked) -> Iterator[Found]:
    """Find the upgrades that fail, and what a failure leaves."""
    for revision in walked.revisions:
        for lane in walked.lanes:
            passage = walked.passages.get(revision.revision, {}).get(lane.name)
            if passage and passage.first and passage.first.failure:
                yield from _failed(revision, lane, passage, passage.first.failure)


def _failed(revision: Revision, lane: LaneRecord, passage: Passage, failure: Failure) -> Iterator[Found]:
    says = f"{lane.title}: {failure.line}"
    common = {"lanes": (lane.name,), "revision": revision.revision, "says": (says,), "place": failure.at}
    if failure.kind != "error":
        code = "timed-out" if failure.kind == "timed out" else "crashed"
        yield Found(code, "error", title=f"The upgrade {_ended(failure)}", file=revision.file, **common)  # type: ignore[arg-type]
    elif passage.passed_with is None:
        yield Found("refused", "error", title="The upgrade fails, with rows and without", file=revision.file, **common)  # type: ignore[arg-type]
    elif passage.passed_with == "empty":
        title = "The upgrade fails as soon as there are rows"
        yield Found("refused-with-rows", "error", title=title, file=revision.file, **common)  # type: ignore[arg-type]
    else:
        title = "The upgrade fails with some rows"
        yield Found("refused-with-rows", "warning", title=title, file=revision.file, **common)  # type: ignore[arg-type]
    if passage.stayed:
        yield _half_applied(revision, lane, passage, failure)


def _half_applied(revision: Revision, lane: LaneRecord, passage: Passage, failure: Failure) -> Found:
    first, *more = passage.stayed
    left = first + (f", and {len(more)} more" if more else "")
    return Found(
        "half-applied",
        "warning" if passage.passed_with == "fit" else "error",
        (lane.name,),
        revision.revision,
        "What was done before the failure stays",
        says=(f"{lane.title} keeps {left}. {_again(passage.again)}",),
        why="The engine commits each statement that changes a table, so nothing takes the first ones back.",
        fix="Put what can fail into a revision of its own, before the statements that change tables.",
        place=failure.at,
        file=revision.file,
        scenario="half_applied_migration",
    )


def _again(again: Answer | None) -> str:
    if again is None or again.failure is None:
        return "Typed again, the upgrade goes through."
    return f"Typed again, the upgrade fails: {again.failure.line}."


def _ended(failure: Failure) -> str:
    return "does not end" if failure.kind == "timed out" else "ends the process"
