"""Rows and values that are gone after up and down, of columns and tables that the upgrade left in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab_app.check.evidence import LaneRecord, Passage, Revision
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import place_of
from lab_app.check.findings.rows import BATCH_DELETES, same_values, shown, swapped
from lab_app.check.findings.statements import meant, uses_batch
from lab_app.evidence.survival import survival
from lab_app.evidence.types import ValueChange


def downgrade_loses(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    """Find rows and values that are gone after up and down, and that the upgrade had left alone."""
    if not (passage.before and passage.back and passage.after and passage.up and passage.down):
        return
    before, after = passage.before, passage.after
    tables = {**before.schema, **after.schema}
    named = {table for step in (passage.up, passage.down) for _, table in meant(step.statements, tables)}
    lost_by_up = {
        table["table"]: ({each["column"] for each in table["changes"]} if not table["lost"] else None)
        for table in passage.survived
        if table["lost"] or table["changed"]
    }
    for table in survival(before.rows, passage.back.rows, before.schema):
        name = table["table"]
        if lost_by_up.get(name, ()) is None:
            continue
        if name not in after.rows:
            if table["lost"]:
                yield _dropped(revision, lane, passage, name, f"all {table['lost']} rows of {name}")
        elif table["lost"]:
            if name not in named:
                says = f"{table['lost']} of the {table['before']} rows of {name} that the lab made are gone"
                yield _lost(revision, lane, passage, name, says)
        else:
            for change in _one_a_column(table["changes"], lost_by_up.get(name) or set()):
                yield from _value_lost(revision, lane, passage, name, change, named)


def _one_a_column(changes: Sequence[ValueChange], known: set[str]) -> list[ValueChange]:
    """Return the first change of each column, but for those that the upgrade itself has changed."""
    found: dict[str, ValueChange] = {}
    for change in changes:
        if change["column"] not in known:
            found.setdefault(change["column"], change)
    return list(found.values())


def _value_lost(
    revision: Revision, lane: LaneRecord, passage: Passage, table: str, change: ValueChange, named: set[str]
) -> Iterator[Found]:
    assert passage.before  # noqa: S101 - for the type checker: as below
    assert passage.after  # noqa: S101
    column = change["column"]
    says = f"{table}.{column} was {shown(change['before'])} and is {shown(change['after'])}"
    if column in passage.after.schema[table]["columns"]:
        if table not in named:
            yield _lost(revision, lane, passage, table, says, column)
        return
    before, after = passage.before.rows[table], passage.after.rows[table]
    new = [name for name in after.columns if name not in before.columns]
    if held := next((name for name in new if same_values(before, column, after, name)), None):
        yield _lost(revision, lane, passage, table, f"{says}, though {table}.{held} held the values", column, held)
    elif not any(column == gone for gone, _ in swapped(passage.before.schema[table], passage.after.schema[table])):
        yield _dropped(revision, lane, passage, f"{table}.{column}", f"the values of {table}.{column}")


def _lost(
    revision: Revision, lane: LaneRecord, passage: Passage, table: str, says: str, column: str = "", held: str = ""
) -> Found:
    batch = bool(passage.down) and uses_batch(passage.down.statements) and not column  # type: ignore[union-attr]
    fix = "Leave in downgrade() the rows alone that upgrade() did not make."
    if batch:
        fix = "Switch foreign_keys off in env.py, before the connection is given to Alembic."
    elif held:
        fix = f"Copy the values back in downgrade(), before it drops {held}: UPDATE {table} SET {column} = {held}."  # noqa: S608 - words
    return Found(
        "downgrade-loses",
        "error",
        (lane.name,),
        revision.revision,
        f"After up and down, {table} does not hold what it held",
        says=(f"{lane.title}: {says}.",),
        why=BATCH_DELETES if batch else "",
        fix=fix,
        place=place_of(passage.down, table) if passage.down else None,
        file=revision.file,
        scenario="batch_parent_cascade_deletes_children" if batch else "downgrade_loses_data",
        about=f"{table}.{column}",
    )


def _dropped(revision: Revision, lane: LaneRecord, passage: Passage, what: str, gone: str) -> Found:
    return Found(
        "downgrade-loses",
        "note",
        (lane.name,),
        revision.revision,
        f"There is no way back for {what}: the upgrade drops it with what it holds",
        says=(f"{lane.title}: after up and down, {gone} are gone.",),
        fix="Drop it one release after the code has stopped using it, and keep a backup.",
        place=place_of(passage.up, what.partition(".")[0]) if passage.up else None,
        file=revision.file,
        scenario="downgrade_loses_data",
        about=what,
    )
