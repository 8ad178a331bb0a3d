"""A history that does not begin with an empty database: the first table, or schema, that it needs and never makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lab_app.check.answers import Failure
from lab_app.check.evidence import Passage, Revision, Walked
from lab_app.check.findings import causes
from lab_app.check.findings.found import Found

_SHOWN = 3


class Start(NamedTuple):
    """Where a lane first needs a table or schema that nobody makes; ``caught``: the revision goes on all the same."""

    revision: Revision
    table: str
    failure: Failure
    caught: bool
    schema: bool


def starts(walked: Walked) -> dict[str, Start]:
    """Return for each lane where it first needs a table that nobody makes."""
    found: dict[str, Start] = {}
    for revision, lane, passage in walked.each():
        failure, caught = _ended(passage)
        if failure is None or lane.name in found:
            continue
        if table := causes.table_nobody_makes(failure, revision, walked):
            found[lane.name] = Start(revision, table, failure, caught, schema=False)
        elif schema := causes.schema_nobody_makes(failure, walked):
            found[lane.name] = Start(revision, schema, failure, caught, schema=True)
    return found


def _ended(passage: Passage) -> tuple[Failure | None, bool]:
    """Return what a revision failed with, rows or not; else the first error that it caught, and that it did."""
    first = passage.first
    if first and first.swallowed:
        return first.swallowed[0], True
    return (first.failure if first and passage.passed_with is None else None), False


def follows(start: Start | None, failure: Failure) -> bool:
    """Tell whether a failure comes of a start that is not there: a table, or that schema, is missing."""
    if start is None:
        return False
    return causes.table_not_there(failure) is not None or (
        start.schema and causes.schema_not_there(failure) == start.table
    )


def needs_a_start(walked: Walked) -> Iterator[Found]:
    """Find where the history needs what was there before it; what comes of that later is counted with it."""
    for lane in walked.lanes:
        if (start := starts(walked).get(lane.name)) is None:
            continue
        says = f"{lane.title}: {start.failure.line.rstrip('.')}."
        if start.caught:
            says += f" The revision catches the error and goes on{_later(walked, lane.name, start)}."
        yield Found(
            "needs-a-start",
            "error",
            (lane.name,),
            start.revision.revision,
            "The history does not begin with an empty database: no revision makes "
            f"{'the schema ' if start.schema else ''}{start.table}",
            says=(says,),
            why=f"{start.table} was made by hand{'' if start.schema else ' or by create_all()'}, before there were "
            "migrations.",
            fix=_fix(start),
            file=start.revision.file,
            scenario=None if start.schema else "adopt_create_all_database",
            about=start.table,
        )


def _fix(start: Start) -> str:
    if start.schema:
        return (
            f'Make it in the first revision: op.execute("CREATE SCHEMA {start.table}"). To check the others, '
            f"type --from FILE.sql, a file that says CREATE SCHEMA {start.table};"
        )
    return (
        "Start the history with a revision that makes it: flask db migrate, on an empty database. To check the "
        "others, type --from FILE.sql, a schema that has it, or --baseline create_all."
    )


def _later(walked: Walked, lane: str, start: Start) -> str:
    """Tell which later revisions do the same."""
    later = [
        revision.revision
        for revision, each, passage in walked.each()
        if each.name == lane
        and revision.revision != start.revision.revision
        and passage.first
        and passage.first.swallowed
        and follows(start, passage.first.swallowed[0])
    ]
    if not later:
        return ""
    more = f" and {len(later) - _SHOWN} more" if len(later) > _SHOWN else ""
    return f", as {len(later)} later one{' does' if len(later) == 1 else 's do'}: {', '.join(later[:_SHOWN])}{more}"
