"""Downgrades that fail, end elsewhere or lose values, and the second upgrade after them."""

from __future__ import annotations

from collections.abc import Iterator

from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import place_of
from lab_app.check.findings.rows import shown
from lab_app.check.findings.statements import meant, touched
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State
from lab_app.evidence.survival import survival
from lab_app.evidence.types import Schema


def downgrades(walked: Walked) -> Iterator[Found]:
    """Find what is wrong with each downgrade, and with the upgrade after it."""
    for revision in walked.revisions:
        for lane in walked.lanes:
            passage = walked.passed(revision.revision).get(lane.name)
            if passage is None or passage.down is None:
                continue
            if passage.down.failure:
                yield _refused(revision, lane, passage)
            else:
                yield from _differs(revision, lane, passage)
                yield from _loses(revision, lane, passage)
                yield from _again(revision, lane, passage)


def _refused(revision: Revision, lane: LaneRecord, passage: Passage) -> Found:
    failure = passage.down.failure if passage.down else None
    assert failure is not None  # noqa: S101 - for the type checker
    stays = f" It leaves {passage.down_stayed[0]}." if passage.down_stayed else ""
    return Found(
        "downgrade-refused",
        "error",
        (lane.name,),
        revision.revision,
        "The downgrade fails",
        says=(f"{lane.title}: {failure.line}.{stays}",),
        fix="Mend downgrade(), or say in it that there is no way back: raise NotImplementedError is clear, too.",
        place=failure.at,
        file=revision.file,
        scenario="drop_constraint_needs_type",
    )


def _differs(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    if passage.before is None or passage.back is None:
        return
    lines = schema_diff(passage.before.schema, passage.back.schema)
    if passage.before.revisions != passage.back.revisions:
        lines.append(f"revision {', '.join(passage.back.revisions) or 'none'}")
    if lines:
        more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
        yield Found(
            "downgrade-differs",
            "error",
            (lane.name,),
            revision.revision,
            "The downgrade does not lead back to where the upgrade began",
            says=(f"{lane.title}: {lines[0]}{more}.",),
            fix="Undo in downgrade() what upgrade() does, in the opposite order.",
            file=revision.file,
        )


def _loses(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    """Find values that are gone after up and down, of columns and tables that the upgrade left in place."""
    if not (passage.before and passage.back and passage.after and passage.up and passage.down):
        return
    named = {table for _, table in meant(passage.up.statements) | meant(passage.down.statements)}
    for table in survival(passage.before.rows, passage.back.rows, passage.before.schema):
        name = table["table"]
        if name not in passage.after.rows or name in named:
            continue
        changes = [each for each in table["changes"] if each["column"] in passage.after.schema[name]["columns"]]
        if table["lost"]:
            says = f"{lane.title}: {table['lost']} of the {table['before']} rows of {name} are gone."
        elif changes:
            first = changes[0]
            says = (
                f"{lane.title}: {name}.{first['column']} was {shown(first['before'])} and is {shown(first['after'])}."
            )
        else:
            continue
        yield Found(
            "downgrade-loses",
            "error",
            (lane.name,),
            revision.revision,
            f"After up and down, {name} does not hold what it held",
            says=(says,),
            place=place_of(passage.down, name),
            file=revision.file,
            scenario="downgrade_loses_data",
            about=name,
        )


def _again(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    if passage.up_again is None or passage.after is None:
        return
    if failure := passage.up_again.failure:
        yield Found(
            "upgrade-again-refused",
            "error",
            (lane.name,),
            revision.revision,
            "Up, down, up: the second upgrade fails",
            says=(f"{lane.title}: {failure.line}.",),
            why="The downgrade left something behind that the upgrade makes.",
            fix="Drop it in downgrade(), too: an enum type of PostgreSQL does not go with its table.",
            place=failure.at,
            file=revision.file,
            scenario="enum_type_left_behind",
        )
    elif passage.after_again is not None and (lines := _different(passage, passage.after, passage.after_again)):
        yield Found(
            "upgrade-again-differs",
            "error",
            (lane.name,),
            revision.revision,
            "Up, down, up: the second upgrade ends elsewhere",
            says=(f"{lane.title}: {lines[0]}.",),
            file=revision.file,
        )


def _different(passage: Passage, first: State, second: State) -> list[str]:
    """Return what differs between two ups; columns that the revision makes are left out: clocks, random words."""
    if passage.before is None or passage.up is None:
        return []
    lines = schema_diff(first.schema, second.schema)
    named = touched(meant(passage.up.statements))
    known = passage.before.schema
    for table in survival(_only(first.rows, known), _only(second.rows, known), known):
        if (table["lost"] or table["changed"]) and table["table"] not in named:
            lines.append(f"rows of {table['table']} differ")
    return lines


def _only(rows: dict[str, TableData], schema: Schema) -> dict[str, TableData]:
    """Return the rows in the columns that a schema has."""
    found = {}
    for name, data in rows.items():
        if name in schema and not data.digests:
            columns = [column for column in data.columns if column in schema[name]["columns"]]
            places = [data.columns.index(column) for column in columns]
            found[name] = TableData(
                {column: data.types[column] for column in columns},
                [column for column in data.key if column in columns],
                [tuple(row[place] for place in places) for row in data.rows],
                data.count,
            )
    return found
