"""Downgrades that fail, end elsewhere or lose values, and the second upgrade after them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab_app.check.answers import Failure, Place
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.causes import must_not_be_null, value_does_not_fit
from lab_app.check.findings.downgrade_loses import downgrade_loses
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import all_in_words, place_of
from lab_app.check.findings.reading import explaining, raises
from lab_app.check.findings.statements import meant, touched
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State
from lab_app.evidence.survival import survival
from lab_app.evidence.types import Schema

#: What is different, by its table and its name there: ``~ student.name type VARCHAR(40) → TEXT``.
_OF_A_TABLE = re.compile(r"[-~] (?:[a-z ]+ )?(\w+)\.(\w+)")
#: So many further revisions are named.
_SHOWN = 3


def downgrades(walked: Walked) -> Iterator[Found]:
    """Find what is wrong with each downgrade, and with the upgrade after it."""
    no_way_back: dict[str, list[tuple[Revision, Failure]]] = {}
    for revision, lane, passage in walked.each_passed():
        if passage.down is None or (passage.up and passage.up.swallowed):
            continue  # what the upgrade has not done cannot be undone
        if passage.down.failure:
            if _says_no(passage.down.failure):
                no_way_back.setdefault(lane.name, []).append((revision, passage.down.failure))
            else:
                yield _refused(revision, lane, passage)
            continue
        losses = list(downgrade_loses(revision, lane, passage))
        yield from losses
        if lines := not_undone(passage):
            # The second upgrade then finds what is there already: that is the same fault.
            yield _differs(revision, lane, passage, lines)
        elif not any(loss.severity == "error" for loss in losses):
            yield from _again(revision, lane, passage)
    for lane in (each for each in walked.lanes if each.name in no_way_back):
        yield _no_way_back(lane, no_way_back[lane.name])


def _mend(failure: Failure) -> str:
    if must_not_be_null(failure):
        return "Fill the column in downgrade(), before it may not be NULL; or say there that there is no way back."
    if value_does_not_fit(failure):
        return "Say in downgrade() what becomes of values that do not fit any more, or that there is no way back."
    return "Undo in downgrade() what upgrade() does, in the opposite order."


def not_undone(passage: Passage) -> list[str]:
    """Return what is not as it was after up and down, a line each."""
    if passage.before is None or passage.back is None:
        return []
    lines = schema_diff(passage.before.schema, passage.back.schema)
    if passage.before.revisions != passage.back.revisions:
        lines.append(f"revision {', '.join(passage.back.revisions) or 'none'}")
    return lines


def _says_no(failure: Failure) -> bool:
    """Tell whether a downgrade raises an error of its own: whoever wrote it knows that there is no way back."""
    return not failure.sql and failure.at is not None and raises(failure.at)


def _no_way_back(lane: LaneRecord, said: list[tuple[Revision, Failure]]) -> Found:
    """Tell once, at the first of them, which revisions cannot be taken back and say so."""
    (revision, failure), *later = said
    also = [each.revision for each, _ in later]
    more = f" and {len(also) - _SHOWN} more" if len(also) > _SHOWN else ""
    others = f" So {'do' if len(also) > 1 else 'does'} {', '.join(also[:_SHOWN])}{more}." if also else ""
    return Found(
        "downgrade-refused",
        "note",
        (lane.name,),
        revision.revision,
        "There is no way back, and the revision says so",
        says=(f"{lane.title}: {failure.line.rstrip('.')}.{others}",),
        fix="Make a backup before the upgrade.",
        place=failure.at,
        file=revision.file,
    )


def _refused(revision: Revision, lane: LaneRecord, passage: Passage) -> Found:
    failure = passage.down.failure if passage.down else None
    assert failure is not None  # noqa: S101 - for the type checker
    stays = f" What it did before stays: {all_in_words(passage.down_stayed)}." if passage.down_stayed else ""
    place = failure.at if failure.at and failure.at.revision else None
    remark = explaining(revision.file, place.line if place else None, lane.engine)
    return Found(
        "downgrade-refused",
        "error",
        (lane.name,),
        revision.revision,
        "The downgrade fails",
        says=(f"{lane.title}: {failure.line.rstrip('.')}.{stays}",),
        why=remark.why if remark else "",
        fix=remark.fix if remark else _mend(failure),
        place=place,
        file=revision.file,
        scenario=remark.scenario if remark else None,
    )


def _differs(revision: Revision, lane: LaneRecord, passage: Passage, lines: list[str]) -> Found:
    failed = passage.up_again.failure if passage.up_again else None
    again = f" The second upgrade then fails: {failed.line.rstrip('.')}." if failed else ""
    enum = next(filter(None, (_enum_left(passage, line) for line in lines)), "")
    return Found(
        "downgrade-differs",
        "error",
        (lane.name,),
        revision.revision,
        "The downgrade does not lead back to where the upgrade began",
        says=(f"{lane.title}: {all_in_words(lines)}.{again}",),
        why="An enum type of PostgreSQL does not go with its table." if enum else "",
        fix=f'Drop it in downgrade(), after the table: sa.Enum(name="{enum}").drop(op.get_bind())'
        if enum
        else "Undo in downgrade() what upgrade() does, in the opposite order.",
        place=_place(passage, lines[0]),
        file=revision.file,
        scenario="enum_type_left_behind" if enum else None,
    )


def _enum_left(passage: Passage, line: str) -> str:
    """Return the enum type that a line says is there, if the upgrade has made one of that name."""
    found = re.match(r"\+ type (?:\w+\.)?(\w+)", line)
    if found is None or passage.up is None:
        return ""
    made = re.compile(rf"CREATE TYPE\s+\S*\b{found[1]}\b\S*\s+AS\s+ENUM", re.IGNORECASE)
    return found[1] if any(made.search(each.sql) for each in passage.up.statements) else ""


def _place(passage: Passage, line: str) -> Place | None:
    """Return the line of the downgrade whose statement names the table of a difference; what none names is missing."""
    named = _OF_A_TABLE.match(line)
    return place_of(passage.down, *named.groups()) if named and passage.down else None


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
    elif passage.after_again is not None and (twice := _inserted_twice(passage)):
        table, first, second = twice
        yield Found(
            "upgrade-again-differs",
            "error",
            (lane.name,),
            revision.revision,
            f"Up, down, up: the rows that the upgrade inserts into {table} are there twice",
            says=(f"{lane.title}: {first} rows after the first upgrade, {second} after the second.",),
            why="The downgrade leaves them, and nothing keeps the second upgrade from inserting them once more.",
            fix=f"Delete in downgrade() the rows that upgrade() inserts into {table}.",
            place=place_of(passage.up, table) if passage.up else None,
            file=revision.file,
            about=table,
        )
    elif passage.after_again is not None and (lines := _different(passage, passage.after, passage.after_again)):
        yield Found(
            "upgrade-again-differs",
            "error",
            (lane.name,),
            revision.revision,
            "Up, down, up: the second upgrade ends elsewhere",
            says=(f"{lane.title}: {all_in_words(lines)}.",),
            file=revision.file,
        )


def _inserted_twice(passage: Passage) -> tuple[str, int, int] | None:
    """Return the table that has more rows after the second up than after the first, and how many each time."""
    if not (passage.before and passage.after and passage.back and passage.after_again):
        return None
    for name, data in passage.before.rows.items():
        later = (passage.after, passage.back, passage.after_again)
        counts = [state.rows[name].count for state in later if name in state.rows]
        if len(counts) == 3 and data.count < counts[0] < counts[2] and counts[1] > data.count:
            return name, counts[0], counts[2]
    return None


def _different(passage: Passage, first: State, second: State) -> list[str]:
    """Return what differs between two ups; columns that the revision makes are left out: clocks, random words."""
    if passage.before is None or passage.up is None:
        return []
    lines = schema_diff(first.schema, second.schema)
    named = touched(meant(passage.up.statements, first.schema))
    known = passage.before.schema
    changed = [name for name in {**first.rows, **second.rows} if first.rows.get(name) is not second.rows.get(name)]
    before, after = ({name: state.rows[name] for name in changed if name in state.rows} for state in (first, second))
    for table in survival(_only(before, known), _only(after, known), known):
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
