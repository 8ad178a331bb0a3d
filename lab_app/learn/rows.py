"""Whether every row of the exercise is still there, with every value where it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State
from lab_app.exercise.declared import RowsGoal


@dataclass(frozen=True)
class Difference:
    """The first row that is not as it should be. ``lost`` tells whether the row itself is gone.

    ``seen`` and ``wanted`` are that row, as far as it matters, in a person's spelling.
    """

    table: str
    key: str
    lost: bool
    rows: int
    seen: str
    wanted: str

    def __str__(self) -> str:
        what = "is gone" if self.lost else "is not as it should be"
        more = f", and {self.rows - 1} more" if self.rows > 1 else ""
        return f"{self.table}, the row {self.key}, {what}{more}"


def row_difference(goal: RowsGoal, before: State, after: State) -> Difference | None:
    """Return the first difference between the rows as they are and as they should be; None where there is none.

    A row is found again by its key. A column that is gone must have been renamed, or its values are lost with it.
    Rows that came besides are the learner's own.
    """
    wrong = list(_differences(goal, before, after))
    if not wrong:
        return None
    first = next((each for each in wrong if each.lost), wrong[0])
    return Difference(first.table, first.key, first.lost, len(wrong), first.seen, first.wanted)


def _differences(goal: RowsGoal, before: State, after: State) -> Iterator[Difference]:
    for table, data in before.rows.items():
        if not data.count:
            continue
        found = after.rows.get(_table_of(goal, table))
        by_key = _by_key(found, data.key) if found else {}
        for row in data.rows:
            values = dict(zip(data.columns, row, strict=True))
            key = tuple(values[name] for name in data.key)
            wanted = _wanted(goal, table, values)
            now = by_key.get(_same_key(key))
            shown = ", ".join(f"{name} {_written(values[name])}" for name in data.key)
            if now is None:
                yield Difference(table, shown, True, 1, "no such row", _row(wanted))
                continue
            wrong = {name: value for name, value in wanted.items() if name not in now or not same(now[name], value)}
            if wrong:
                yield Difference(table, shown, False, 1, _row({n: now.get(n, ...) for n in wrong}), _row(wrong))


def _wanted(goal: RowsGoal, table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a row must hold after the migration, by column."""
    wanted = {_column_of(goal, table, name): value for name, value in values.items()}
    for place, value in goal.emptied.items():
        name, _, column = place.partition(".")
        if name == _table_of(goal, table) and column in wanted and same(wanted[column], value):
            wanted[column] = None
    for place, value in goal.values.items():
        name, _, column = place.partition(".")
        if name == _table_of(goal, table):
            wanted[column] = value
    return wanted


def _table_of(goal: RowsGoal, table: str) -> str:
    moved = (new for old, new in goal.renamed.items() if old.partition(".")[0] == table)
    return next((new.partition(".")[0] for new in moved), table)


def _column_of(goal: RowsGoal, table: str, column: str) -> str:
    return goal.renamed.get(f"{table}.{column}", f".{column}").partition(".")[2]


def _by_key(data: TableData, key: list[str]) -> dict[tuple[str, ...], dict[str, Any]]:
    found = {}
    for row in data.rows:
        values = dict(zip(data.columns, row, strict=True))
        if all(name in values for name in key):
            found[_same_key(tuple(values[name] for name in key))] = values
    return found


def _same_key(key: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(value) for value in key)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are one: engines hand over 1 for true, and a Decimal for a number."""
    if one is None or other is None:
        return one is other
    return bool(one == other) or str(one) == str(other)


def _row(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_written(value)}" for name, value in values.items())


def _written(value: Any) -> str:
    """Write a value as SQL has it."""
    if value is ...:
        return "is no column"
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
