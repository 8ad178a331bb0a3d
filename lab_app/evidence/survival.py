"""Which rows and values are still there after an attempt, of those that should be, and which are as declared.

A value survived if it is the same, in whatever type, or if it is what the scenario declares for after the migration.
A row, table or column that is meant to go is not missed. What is declared is demanded, too: a value that should be
another one and is still the old one, a row that should have come and did not, or that should have gone and is still
there, is ``unmet``. That is no loss: nothing that was there has suffered.
"""

from collections.abc import Mapping, Sequence

from lab_app.evidence.long_tables import compare_digests
from lab_app.evidence.matching import Row, RowName, comparison
from lab_app.evidence.rows import TableData
from lab_app.evidence.table_rows import Declarations, arrive, compare
from lab_app.evidence.types import Schema, Survival
from lab_app.evidence.whereabouts import Whereabouts

Declared = Mapping[str, Sequence[Row]]
Gone = Mapping[str, Sequence[RowName]]


def survival(
    before: Mapping[str, TableData],
    after: Mapping[str, TableData],
    goal: Schema,
    declared: Declared | None = None,
    gone: Gone | None = None,
    seeded: Declared | None = None,
) -> list[Survival]:
    """Tell what became of the rows of each table that is in the goal, and was there before or is declared.

    Values are compared in the columns that before, goal and after have. ``declared`` are rows as they should be, by
    table. A value may also be the declared one, and what a declared row shows to become of a value goes for the same
    value in other rows. A declared row is found by its key, or, where it names none, by what it names; a row that has
    the key of no row before is a new row, or one whose key is meant to change: then the other values say which.
    ``gone`` names rows that are meant to go, by some of their columns or by their key. ``seeded`` are the rows as the
    scenario gave them: where a declared row only repeats such a value, it should stay what the engine made of it.

    A declared row of a table that only the goal has must hold what is declared. Where it does not, it is lost or
    changed if a table, column or row that held its values is gone, and unmet if that is still there. Rows of a table
    that was renamed are looked for under its new name, also where another table has the old name now.

    Where a table was too long to keep, digests of the values' text are compared: see ``long_tables``.
    """
    declared, gone, seeded = declared or {}, gone or {}, seeded or {}
    where = Whereabouts(before, after)
    found = []
    for name in goal:
        key = goal[name]["primary_key"]
        wishes = Declarations(declared.get(name, []), gone.get(name, []), key, seeded.get(name, []))
        if name in before:
            found.append(_kept(name, before[name], after, goal, wishes, where, declared))
        elif name in declared:
            found.append(_new(name, before, after, goal, wishes, where))
    order = [*before, *declared]
    return sorted(found, key=lambda each: order.index(each["table"]))


def _kept(
    name: str,
    before: TableData,
    tables: Mapping[str, TableData],
    goal: Schema,
    wishes: Declarations,
    where: Whereabouts,
    declared: Declared,
) -> Survival:
    """Tell what became of a table that was there before, and should be there now."""
    after, wanted = tables.get(name), list(goal[name]["columns"])
    found = _empty(name, before, after)
    if after is None:
        elsewhere = where.elsewhere(name, [column for column in before.columns if column in wanted])
        found["lost"] = max(0, before.count - elsewhere - len(wishes.going(before)))
        return found
    if after is before and name not in declared and not wishes.gone:
        return found
    if found["how"] == "digest":
        compare_digests(found, before, after, wanted, wishes, where)
    elif where.moved(name, in_goal=goal, declared=declared) and not wishes.keep(before, after):
        # Its rows are under another name: what is here is a new table.
        arrive(found, wishes, after, where)
    else:
        compare(found, comparison(before, after, wanted), wishes, where)
    return found


def _new(
    name: str,
    before: Mapping[str, TableData],
    tables: Mapping[str, TableData],
    goal: Schema,
    wishes: Declarations,
    where: Whereabouts,
) -> Survival:
    """Tell whether a table that only the goal has holds the declared rows."""
    types = {column: definition["type"] for column, definition in goal[name]["columns"].items()}
    after = tables.get(name) or TableData(types, wishes.key, [], 0)
    found = _empty(name, TableData(types, wishes.key, [], len(wishes.rows)), after)
    source = _long_source(before, tables, goal) if after.digests else None
    if source:
        # A long table was renamed: it is compared as if it had its new name already.
        found["before"] = source.count
        compare_digests(found, source, after, list(types), wishes, where)
    else:
        arrive(found, wishes, after, where)
    return found


def _long_source(before: Mapping[str, TableData], after: Mapping[str, TableData], goal: Schema) -> TableData | None:
    """Return the one long table that is gone, and is meant to be; None where there are several, or none."""
    gone = [table for name, table in before.items() if table.digests and name not in after and name not in goal]
    return gone[0] if len(gone) == 1 else None


def _empty(name: str, before: TableData, after: TableData | None) -> Survival:
    digests = before.digests or (after and after.digests)
    return Survival(
        table=name,
        how="digest" if digests else "values",
        before=before.count,
        after=after.count if after else 0,
        lost=0,
        changed=0,
        changes=[],
    )
