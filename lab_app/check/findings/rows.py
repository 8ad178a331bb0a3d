"""What an upgrade does to rows that it does not mean: gone, changed, filled with what nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import line_of, listed, written
from lab_app.check.findings.statements import Verb, meant, touched, uses_batch
from lab_app.check.folding import fold
from lab_app.evidence.rows import TableData
from lab_app.evidence.types import Survival, Table, Value

#: Why batch mode loses rows.
BATCH_DELETES = (
    "Batch mode copies a table and drops the old one; with PRAGMA foreign_keys=ON that DROP deletes what refers to it "
    "with ON DELETE CASCADE."
)


def rows(walked: Walked) -> Iterator[Found]:
    """Find rows that an upgrade loses, values that it changes, and values that an engine invents."""
    for revision, lane, passage in walked.each_passed():
        if passage.before and passage.up:
            verbs = meant(passage.up.statements, passage.before.schema)
            for table in passage.survived:
                yield from _lost(walked, revision, lane, passage, table, verbs)
                yield from _changed(revision, lane, passage, table, verbs)
            yield from _invented(revision, lane, passage, touched(verbs))
            yield from _renamed(revision, lane, passage, touched(verbs))


def _lost(
    walked: Walked,
    revision: Revision,
    lane: LaneRecord,
    passage: Passage,
    table: Survival,
    verbs: set[tuple[Verb, str]],
) -> Iterator[Found]:
    name = table["table"]
    if not table["lost"] or {("delete", name), ("truncate", name), ("drop", name)} & verbs:
        return
    batch = passage.up is not None and uses_batch(passage.up.statements)
    parent = _copied_parent(passage, name) if batch else None
    why = BATCH_DELETES
    if parent:
        why = (
            f"Batch mode copies {parent[0]} and drops the old table; with PRAGMA foreign_keys=ON that DROP deletes "
            f"what refers to it ({name}.{parent[1]} ON DELETE CASCADE)."
        )
    kept = listed([each.title for each in walked.lanes if each.name in _keep(walked, revision, name)])
    others = f"; {kept} keep{'' if ' and ' in kept else 's'} all {table['before']}" if kept else ""
    yield Found(
        "rows-lost",
        "error",
        (lane.name,),
        revision.revision,
        f"Rows of {name} are gone, and the revision does not delete any",
        says=(f"{lane.title}: {table['lost']} of the {table['before']} rows that the lab made are gone{others}.",),
        why=why if batch else "",
        fix="Switch foreign_keys off in env.py, before the connection is given to Alembic."
        if batch
        else f"Say in the revision which rows of {name} go: DELETE them, or keep them.",
        place=line_of(passage, parent[0] if parent else name),
        file=revision.file,
        scenario="batch_parent_cascade_deletes_children" if batch else None,
        about=name,
    )


def _copied_parent(passage: Passage, child: str) -> tuple[str, str] | None:
    """Return the table that batch mode dropped and a table refers to, and the column that refers."""
    if not (passage.before and passage.up):
        return None
    dropped = " ".join(sent.sql for sent in passage.up.statements if sent.sql.lstrip().upper().startswith("DROP TABLE"))
    for key in passage.before.schema[child]["foreign_keys"]:
        if re.search(rf"\b{re.escape(key['refers_to'].rpartition('.')[2])}\b", dropped):
            return key["refers_to"], ", ".join(key["columns"])
    return None


def _keep(walked: Walked, revision: Revision, table: str) -> set[str]:
    """Return the lanes on which a table has all the rows that it had before."""
    return {
        lane
        for lane, passage in walked.passed(revision.revision).items()
        if passage.before
        and passage.after
        and table in passage.after.rows
        and passage.before.rows[table].count == passage.after.rows[table].count
    }


def _changed(
    revision: Revision, lane: LaneRecord, passage: Passage, table: Survival, verbs: set[tuple[Verb, str]]
) -> Iterator[Found]:
    name = table["table"]
    if not table["changed"] or name in touched(verbs) or not table["changes"]:
        return
    change = table["changes"][0]
    yield Found(
        "rows-changed",
        "error",
        (lane.name,),
        revision.revision,
        f"Values of {name}.{change['column']} are not what they were",
        says=(
            f"{lane.title}: {shown(change['before'])} became {shown(change['after'])}, "
            f"in {table['changed']} of the {table['before']} rows that the lab made.",
        ),
        fix=f"Convert {name}.{change['column']} in the revision by a rule of your own, and refuse what does not fit.",
        place=line_of(passage, name, change["column"]),
        file=revision.file,
        scenario="type_change_bends_values",
        about=f"{name}.{change['column']}",
    )


def _invented(revision: Revision, lane: LaneRecord, passage: Passage, named: set[str]) -> Iterator[Found]:
    """Find columns that may not be NULL, have no default, and hold a value all the same: the engine made it up."""
    if not (passage.before and passage.after):
        return
    for name, table in passage.after.schema.items():
        old, data = passage.before.schema.get(name), passage.before.rows.get(name)
        if old is None or data is None or not data.count or table["kind"] != "table" or name in named:
            continue
        for column, definition in table["columns"].items():
            filled = definition["default"] or definition["computed"] or definition["autoincrement"]
            if column in old["columns"] or definition["nullable"] or filled:
                continue
            value = _first(passage.after.rows[name], column)
            if value is None:  # its values are not looked at
                continue
            if any(same_values(data, gone, passage.after.rows[name], column) for gone in old["columns"]):
                continue  # it has another name, or is a copy
            yield Found(
                "value-invented",
                "error",
                (lane.name,),
                revision.revision,
                f"{name}.{column} may not be NULL, has no default, and holds a value in every row",
                says=(f"{lane.title}: the {data.count} rows were filled with {written(value)}.",),
                why="Engines that are not strict about ADD COLUMN … NOT NULL take the type's zero for a value.",
                fix=f"Add {column} as nullable, fill it, then alter it to nullable=False; or give it a server_default.",
                place=line_of(passage, name, column),
                file=revision.file,
                scenario="add_not_null_without_default",
                about=f"{name}.{column}",
            )


def _renamed(revision: Revision, lane: LaneRecord, passage: Passage, named: set[str]) -> Iterator[Found]:
    """Find a column that goes while one of its type comes empty: a rename that autogenerate wrote as two things."""
    if not (passage.before and passage.after):
        return
    for name, table in passage.after.schema.items():
        old, data = passage.before.schema.get(name), passage.before.rows.get(name)
        if old is None or data is None or not data.count or name in named:
            continue
        for gone, new in swapped(old, table):
            place = data.columns.index(gone)
            held = any(row[place] is not None for row in data.rows)
            if held and _first(passage.after.rows[name], new) is None:
                yield Found(
                    "rename-as-drop-and-add",
                    "warning",
                    (lane.name,),
                    revision.revision,
                    f"{name}.{gone} goes with its values, and {name}.{new} comes empty",
                    why="Autogenerate cannot know that a column has a new name: it drops one and adds another.",
                    fix=f'op.alter_column("{name}", "{gone}", new_column_name="{new}"), in a batch on SQLite.',
                    place=line_of(passage, name, gone),
                    file=revision.file,
                    scenario="rename_column_autogenerate",
                    about=f"{name}.{gone}",
                )


def swapped(old: Table, new: Table) -> Iterator[tuple[str, str]]:
    """Yield the columns that go, each with one of its type that comes."""
    gone = [column for column in old["columns"] if column not in new["columns"]]
    come = [column for column in new["columns"] if column not in old["columns"]]
    for one in gone:
        for other in come:
            if fold(old["columns"][one]["type"]) == fold(new["columns"][other]["type"]):
                yield one, other


def same_values(one: TableData, column: str, other: TableData, its: str) -> bool:
    """Tell whether two columns hold the same, not all of it NULL, in whatever order the rows come."""
    if one.digests or other.digests or column not in one.columns or its not in other.columns:
        return False
    first = [str(row[one.columns.index(column)]) for row in one.rows]
    second = [str(row[other.columns.index(its)]) for row in other.rows]
    return bool(first) and set(first) != {"None"} and sorted(first) == sorted(second)


def _first(data: TableData, column: str) -> object:
    """Return the first value of a column that is not NULL, or None."""
    place = data.columns.index(column)
    return next((row[place] for row in data.rows if row[place] is not None), None)


def shown(value: Value) -> str:
    """Write a value as a person would: texts in quotes, what JSON lacks without its label."""
    if isinstance(value, dict):
        return next(iter(value.values()))
    return "NULL" if value is None else repr(value)
