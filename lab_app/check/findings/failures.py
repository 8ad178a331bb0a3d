"""An upgrade that fails: with every row, with some, with none; what it leaves, and what a second try does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lab_app.check.answers import Answer, Failure
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings import causes
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import NOT_TAKEN_BACK, all_in_words
from lab_app.check.findings.reading import explaining, live_models, rolls_back
from lab_app.check.findings.starts import follows, starts

#: The revisions that tell whom a project is for: a type that is met later is a slip.
_FIRST = 3


def failures(walked: Walked) -> Iterator[Found]:
    """Find the upgrades that fail, and what a failure leaves."""
    numbers = {revision.revision: number for number, revision in enumerate(walked.revisions)}
    starting = starts(walked)
    for revision, lane, passage in walked.each():
        first = passage.first
        if first and first.failure and not _told_elsewhere(first, first.failure):
            if passage.passed_with is None and follows(starting.get(lane.name), first.failure):
                continue  # there is nothing that it could have begun with
            back = walked.taken_back.get(revision.revision, {}).get(lane.name)
            if back and back.swallowed:
                continue  # it was not taken back as a whole, and another finding says so
            yield from _failed(walked, numbers[revision.revision], revision, lane, passage, first.failure)


def _told_elsewhere(first: Answer, failure: Failure) -> bool:
    """Tell whether another finding names the cause.

    That is a connection that was refused, or an error that the revision swallowed: PostgreSQL refuses everything
    after it. A server without an extension is nobody's fault.
    """
    refused = failure.error == "RefusedConnectionError" or any(note.kind == "refused" for note in first.notes)
    consequence = failure.code == "25P02" and bool(first.swallowed)
    return refused or consequence or causes.extension_not_there(failure) is not None


def _failed(
    walked: Walked, number: int, revision: Revision, lane: LaneRecord, passage: Passage, failure: Failure
) -> Iterator[Found]:
    common = Found(
        "refused",
        "error",
        (lane.name,),
        revision.revision,
        "The upgrade fails, with rows and without",
        says=(f"{lane.title}: {failure.line.rstrip('.')}.",),
        place=failure.at if failure.at and failure.at.revision else None,
        file=revision.file,
    )
    if known := _known_cause(walked, number, revision, lane, failure, common):
        yield known
        return
    if passage.first and _is_of_env(passage.first, failure):
        title = "env.py fails before it reaches the revision, as it does with every command"
        yield replace(common, title=title, place=failure.at)
        return
    if failure.kind != "error":
        code = "timed-out" if failure.kind == "timed out" else "crashed"
        yield replace(common, code=code, title=f"The upgrade {_ended(failure)}")
    else:
        yield _explained(revision, lane, passage, failure, _after_its_downgrade(walked, _refused(passage, common)))
    if passage.stayed:
        yield _half_applied(revision, lane, passage, failure)


def _is_of_env(first: Answer, failure: Failure) -> bool:
    """Tell whether env.py fails by itself: not in what a revision sent, nor in what Alembic notes of one."""
    in_env = failure.kind == "error" and failure.at is not None and Path(failure.at.file).name == "env.py"
    of_a_revision = any(sent.at and sent.at.revision for sent in first.statements)
    return in_env and not of_a_revision and "version_num" not in failure.sql


def _refused(passage: Passage, common: Found) -> Found:
    if passage.passed_with is None:
        return common
    failure = passage.first.failure if passage.first else None
    code, fix = "refused-with-rows", _make_fit(failure) if failure else ""
    if passage.passed_with == "empty":
        return replace(common, code=code, title="The upgrade fails as soon as there are rows", fix=fix)
    title = "The upgrade fails with some rows, and passes with tidy ones"
    return replace(common, code=code, severity="warning", title=title, fix=fix)


def _after_its_downgrade(walked: Walked, found: Found) -> Found:
    """Tell what a walk from the head backwards found as what it is: a second upgrade, after a downgrade."""
    if found.code != "refused" or found.revision not in walked.taken_back:
        return found
    return replace(found, code="upgrade-again-refused", title="Taken back once, the revision cannot be applied again")


def _make_fit(failure: Failure) -> str:
    if causes.repeats(failure):
        return "Look for equal rows first, and merge them in the revision, before the constraint."
    if causes.must_not_be_null(failure) and not re.search(r"\bADD\b", failure.sql, re.IGNORECASE):
        return "Fill the column where it is NULL, in the revision, before it may not be."
    if causes.must_not_be_null(failure):
        return "Add the column as nullable, fill it, then alter it to nullable=False; or give it a server_default."
    return "Make the rows fit in the revision, before the statement that wants them to."


def _known_cause(
    walked: Walked,
    number: int,
    revision: Revision,
    lane: LaneRecord,
    failure: Failure,
    common: Found,
) -> Found | None:
    """Return the finding whose cause the engine's words tell, instead of a bare ``refused``."""
    if causes.waits_for_itself(failure):
        return replace(
            common,
            code="locks-itself",
            title="A second connection inside the revision waits for the first",
            why="Alembic's transaction holds the lock until the revision ends, and the revision waits for the lock.",
            fix="Send everything through op.get_bind(); give a session that connection: Session(bind=op.get_bind()).",
            scenario="sqlite_database_is_locked",
        )
    if causes.id_does_not_fit(failure, revision):
        return replace(
            common,
            code="revision-id-too-long",
            title=f"The revision's id has {len(revision.revision)} characters, and the version table holds 32",
            why="SQLite does not hold a text to its column's length; the others do.",
            fix=f'revision = "{revision.revision[:32].rstrip("_-")}"',
            place=None,
            scenario="revision_id_over_32_chars",
        )
    if type_ := _not_meant(walked, number, lane, failure):
        return replace(
            common,
            code="engine-not-meant",
            severity="note",
            title=f"The project is not for this engine: it has no type {type_}",
            says=(f"{lane.title}: it was not tried any further.",),
            about=type_,
        )
    return None


def engines_not_meant(walked: Walked) -> frozenset[str]:
    """Return the lanes that the project is not for: what lies ahead of them is nobody's concern."""
    numbers = {revision.revision: number for number, revision in enumerate(walked.revisions)}
    return frozenset(
        lane.name
        for revision, lane, passage in walked.each()
        if passage.first
        and passage.first.failure
        and _not_meant(walked, numbers[revision.revision], lane, passage.first.failure)
    )


def _not_meant(walked: Walked, number: int, lane: LaneRecord, failure: Failure) -> str | None:
    """Return the type that the dialect cannot write, where that is the project's choice and no slip.

    It is where it is met early, or where the engine does not take the models either.
    """
    made = walked.ends[lane.name].made if lane.name in walked.ends else None
    chosen = number < _FIRST or bool(made and made.failure)
    return causes.type_not_there(failure) if chosen else None


def _explained(revision: Revision, lane: LaneRecord, passage: Passage, failure: Failure, found: Found) -> Found:
    """Add what the source says of the line that failed, or what the exception alone tells."""
    place = failure.at if failure.at and failure.at.revision else None
    if causes.asks_a_person(failure):
        return replace(found, why="Nobody sits there where revisions are run.", fix="Decide it in the revision.")
    if failure.error == "MemoryError":
        return replace(found, why="The lab lets it have an eighth of this machine's memory, and 2 GB at least.")
    if place and causes.row_not_there(failure):
        return replace(
            found,
            why="It counts on a row that no revision before it makes, or on another value than it finds.",
            fix="Look first whether the row is there. To check it with your own rows, type --seed FILE.sql",
        )
    if place is None and passage.first and (touched := causes.version_table_touched(passage.first)):
        return replace(
            found,
            title="The revision changes Alembic's own table, and the upgrade fails",
            why="Alembic notes there, after the revision, that it is done, and does not find what it noted before.",
            fix="Leave that table to Alembic: flask db stamp changes what it holds.",
            place=touched,
        )
    remark = explaining(revision.file, place.line if place else None, lane.engine)
    if remark is None and (causes.column_not_there(failure) or causes.table_not_there(failure)):
        remark = live_models(revision.file)
    if remark is None and place is None and not failure.sql and (ended := rolls_back(revision.file)):
        return replace(
            found,
            why="Where the revision rolls back, it ends Alembic's transaction, and Alembic cannot go on.",
            fix="Leave the transaction to Alembic: no rollback() in a revision, and let errors through.",
            place=ended,
        )
    if remark is None:
        return found
    return replace(found, why=remark.why, fix=remark.fix, scenario=remark.scenario)


def _half_applied(revision: Revision, lane: LaneRecord, passage: Passage, failure: Failure) -> Found:
    return Found(
        "half-applied",
        "warning" if passage.passed_with == "fit" else "error",
        (lane.name,),
        revision.revision,
        "What was done before the failure stays",
        says=(f"{lane.title}: {all_in_words(passage.stayed)}. {_again(passage.again)}",),
        why=NOT_TAKEN_BACK,
        fix="Put what can fail into a revision of its own, before the statements that change tables.",
        place=failure.at if failure.at and failure.at.revision else None,
        file=revision.file,
        scenario="half_applied_migration",
    )


def _again(again: Answer | None) -> str:
    if again is None:
        return "It was not typed again."
    if again.failure is None:
        return "Typed again, the upgrade goes through."
    return f"Typed again, the upgrade fails: {again.failure.line.rstrip('.')}."


def _ended(failure: Failure) -> str:
    return "does not end" if failure.kind == "timed out" else "ends the process"
