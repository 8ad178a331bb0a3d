"""Which rows and values are still there after an attempt, of those that should be.

A value survived if it is the same, in whatever type, or if it is what the scenario declares for
after the migration. A table or column that is meant to go is not missed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lab_app.evidence.digest import WHOLE_ROW
from lab_app.evidence.rows import TableData
from lab_app.evidence.types import Schema, Survival, Value, ValueChange
from lab_app.evidence.values import encode, same

#: How many changed values are recorded for one table.
CHANGES_SHOWN = 20
_GONE: Value = {"other": "no such column"}

_Row = Mapping[str, Any]
Declared = Mapping[str, Sequence[_Row]]
#: A column, the value before, and now.
_Change = tuple[str, Any, Any]


def survival(
    before: Mapping[str, TableData], after: Mapping[str, TableData], goal: Schema, declared: Declared | None = None
) -> list[Survival]:
    """Tell what became of the rows of each table that was there before and is in the goal.

    Values are compared in the columns that before, goal and after have. ``declared`` are rows as they
    should be, by table. A value may also be the declared one, and what a declared row shows to become of
    a value goes for the same value in other rows. A column or table that only the goal has must hold what
    is declared, unless what it replaces is still there: then that must be untouched. A row is never meant
    to go.

    Where a table was too long to keep, digests of the values' text are compared: 36 and '36' are one, 1.50 and 1.5
    are not. A column whose digest differs is named in ``changes``, without a key, with its types instead of
    values; it counts as changed unless the scenario declares what becomes of that column.
    """
    declared = declared or {}
    kept = [name for name in before if name in goal]
    moved = [name for name in declared if name not in before and name in goal]
    left = [name for name in before if name not in goal and name in after] if moved else []
    found = [_table(name, before[name], after, goal, declared.get(name)) for name in kept + left]
    if not left:
        found += [_table(name, _as_data(goal, name, declared[name]), after, goal, None) for name in moved]
    return found


def _as_data(goal: Schema, name: str, rows: Sequence[_Row]) -> TableData:
    """Return declared rows as if they had been read, in the columns that all of them give."""
    columns = [column for column in goal[name]["columns"] if all(column in row for row in rows)]
    types = {column: goal[name]["columns"][column]["type"] for column in columns}
    key = [column for column in goal[name]["primary_key"] if column in columns]
    return TableData(types, key, [tuple(row[column] for column in columns) for row in rows], len(rows))


def _table(
    name: str, before: TableData, tables: Mapping[str, TableData], goal: Schema, declared: Sequence[_Row] | None
) -> Survival:
    after = tables.get(name)
    found = Survival(table=name, how="values", before=before.count, after=0, lost=before.count, changed=0, changes=[])
    if before.digests or (after and after.digests):
        found["how"] = "digest"
    if after is None:
        return found
    found["after"] = after.count
    wanted = list(goal[name]["columns"]) if name in goal else before.columns
    if found["how"] == "digest":
        _compare_digests(found, before, after, wanted, declared)
    else:
        _compare_values(found, _comparison(before, after, wanted), declared or [])
    return found


@dataclass(frozen=True)
class _Comparison:
    """Two tables that were read in full: what ``shared`` columns held, and ``new`` ones must hold as declared.

    ``key`` are the columns that make a row the same row; ``keyed`` is false where these are all there are.
    ``replaced`` tells whether a column is gone, so that new ones have to hold its values.
    """

    before: TableData
    after: TableData
    shared: list[str]
    missing: list[str]
    new: list[str]
    key: list[str]
    keyed: bool
    replaced: bool


def _comparison(before: TableData, after: TableData, wanted: list[str]) -> _Comparison:
    shared = [column for column in before.columns if column in after.types and column in wanted]
    leaving = [column for column in before.columns if column in after.types and column not in wanted]
    new = [column for column in wanted if column not in before.types]
    missing = [column for column in before.columns if column not in after.types and column in wanted]
    replaced = any(column not in after.types for column in before.columns)
    if leaving:
        shared, new = shared + leaving, [column for column in new if replaced and column in after.types]
    keyed = bool(before.key) and all(column in after.types for column in before.key)
    return _Comparison(before, after, shared, missing, new, before.key if keyed else shared, keyed, replaced)


def _compare_values(found: Survival, comparison: _Comparison, declared: Sequence[_Row]) -> None:
    expected = {_identity(row, comparison.key): row for row in declared}
    pairs, gone = _matched(comparison)
    partners = [(old, new, expected.get(_identity(new, comparison.key), {})) for old, new in pairs]
    meant = [(old, row) for old, _, row in partners if row]
    for old, new, row in partners:
        changed = [*_changed(comparison, old, new, [(old, row)] if row else meant), *_unfilled(comparison, new, row)]
        key = [encode(old[column]) for column in comparison.key] if comparison.keyed else []
        room = CHANGES_SHOWN - len(found["changes"])
        found["changed"] += bool(changed)
        found["changes"] += [
            ValueChange(key=key, column=column, before=encode(was), after=encode(now) if column in new else _GONE)
            for column, was, now in changed[:room]
        ]
    found["lost"] = len(gone)


def _matched(comparison: _Comparison) -> tuple[list[tuple[_Row, _Row]], list[_Row]]:
    """Return rows before beside the same rows after, and the rows that are gone.

    Where nothing but its values makes a row, what is left on both sides is taken for changed rows.
    """
    waiting = defaultdict(list)
    for row in _as_dicts(comparison.after):
        waiting[_identity(row, comparison.key)].append(row)
    pairs, gone = [], []
    for row in _as_dicts(comparison.before):
        if same_rows := waiting.get(_identity(row, comparison.key)):
            pairs.append((row, same_rows.pop(0)))
        else:
            gone.append(row)
    if not comparison.keyed:
        rest = [row for rows in waiting.values() for row in rows]
        pairs += zip(gone, rest, strict=False)
        gone = gone[len(rest) :]
    return pairs, gone


def _changed(comparison: _Comparison, old: _Row, new: _Row, meant: list[tuple[_Row, _Row]]) -> Iterator[_Change]:
    """Yield the values of one row that are neither what they were nor ``meant``: rows before, and as declared."""
    for column in comparison.shared:
        kind = comparison.after.types[column]
        if not same(old[column], new[column], kind) and not any(
            column in row and same(was[column], old[column], kind) and same(row[column], new[column], kind)
            for was, row in meant
        ):
            yield column, old[column], new[column]
    for column in comparison.missing:
        if old[column] is not None:
            yield column, old[column], None


def _unfilled(comparison: _Comparison, new: _Row, declared: _Row) -> Iterator[_Change]:
    """Yield a row's new columns that do not hold what is declared; one that took over nothing may be empty."""
    for column in (column for column in comparison.new if column in declared):
        now = new.get(column)
        if (comparison.replaced or now is not None) and not same(
            declared[column], now, comparison.after.types.get(column, "")
        ):
            yield column, declared[column], now


def _as_dicts(data: TableData) -> Iterator[_Row]:
    return (dict(zip(data.columns, row, strict=True)) for row in data.rows)


def _identity(row: _Row, columns: Iterable[str]) -> tuple[str | None, ...]:
    """Return a row's key in a form that a change of type does not touch: 36 and '36' are one key."""
    return tuple(_plain(row.get(column)) for column in columns)


def _plain(value: Any) -> str | None:
    if isinstance(value, bool | float | Decimal) and value == value // 1:
        value = int(value)
    return None if value is None else str(value)


def _compare_digests(
    found: Survival, before: TableData, after: TableData, wanted: list[str], declared: Sequence[_Row] | None
) -> None:
    found["lost"] = max(0, before.count - after.count)
    if before.count != after.count or not before.digests or not after.digests:
        found["changes"] = [_untold(WHOLE_ROW, f"{before.count} rows", f"{after.count} rows")]
        return
    # A digest cannot tell a change that is declared from one that is not.
    meant = {column for row in declared or [] for column in row if column not in before.key}
    for column in (name for name in before.columns if name in after.types and name in wanted):
        if before.digests[column] != after.digests[column]:
            found["changed"] |= column not in meant
            found["changes"].append(_untold(column, before.types[column], after.types[column]))
    whole_rows_differ = before.digests.get(WHOLE_ROW) != after.digests.get(WHOLE_ROW)
    if whole_rows_differ and not meant and before.types == after.types:
        found["changed"] = 1
    found["changes"] = found["changes"][:CHANGES_SHOWN]


def _untold(column: str, before: str, after: str) -> ValueChange:
    """Make a line of ``changes`` that says what was compared, where a digest holds no values to show."""
    return ValueChange(key=[], column=column, before={"other": before}, after={"other": after})
