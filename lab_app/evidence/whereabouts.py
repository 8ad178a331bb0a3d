"""Where the values of a database went: which of its rows are in another table now, and which values are nowhere."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from lab_app.evidence.matching import Row, identities
from lab_app.evidence.rows import TableData
from lab_app.evidence.values import identity

Tables = Mapping[str, TableData]
_Identities = tuple[str | None, ...]
#: A shorter text may be in two places by accident.
_TELLING = 2


class Whereabouts:
    """A database before and after an attempt, and where values are that are no longer where they were."""

    def __init__(self, before: Tables, after: Tables) -> None:
        self._before = before
        self._after = after

    def elsewhere(self, name: str, columns: list[str]) -> int:
        """Count a table's rows that are in one table which was not there before: it was renamed, or copied."""
        table = self._before[name]
        held = [self._held_by(table, other, columns) for key, other in self._after.items() if key not in self._before]
        return max(held, default=0)

    def _held_by(self, table: TableData, other: TableData, columns: list[str]) -> int:
        if not columns or any(column not in other.types for column in columns):
            return 0
        if table.digests or other.digests:
            one, two = table.digests or {}, other.digests or {}
            alike = all(one.get(column, "") == two.get(column) for column in columns)
            return table.count if alike and table.count == other.count else 0
        return (_counted(table, columns) & _counted(other, columns)).total()

    def moved(self, name: str, *, in_goal: Iterable[str], declared: Iterable[str]) -> bool:
        """Tell whether all of a table's rows are in a new table of the goal, and another table has its name.

        None of its keys may be left under the old name; where the new table is declared, none of its rows.
        """
        table, now = self._before[name], self._after[name]
        if not table.count or table.digests or now.digests:
            return False
        new = [key for key in in_goal if key not in self._before and key in self._after]
        full = {key for key in new if self._held_by(table, self._after[key], table.columns) == table.count}
        if not full:
            return False
        by_key = table.key if all(column in now.types for column in table.key) else []
        shared = [column for column in table.columns if column in now.types]
        if not _counted(table, by_key or shared) & _counted(now, by_key or shared):
            return True
        if not full & set(declared):
            return False
        if shared != table.columns:
            # What is left of its columns is no row of it; a table with columns of its own is another one.
            return any(column not in table.types for column in now.columns)
        return not _counted(table, shared) & _counted(now, shared)

    def lost(self, row: Row, key: list[str], besides: str) -> bool:
        """Tell whether what a declared row says was somewhere before, and is there no longer.

        What became of the table ``besides`` itself is not looked at.
        """
        return any(
            _value_gone(row, key, gone) or self._key_gone(name, row, key) or self._part_gone(name, row)
            for name, gone in self._gone.items()
            if name != besides
        )

    def whole(self, row: Row) -> bool:
        """Tell whether a declared row is what a row of a table was that is gone."""
        columns = list(row)
        return any(
            all(column in table.types for column in columns)
            and any(identities(dict(zip(table.columns, old, strict=True)), columns) == identities(row, columns)
                    for old in table.rows)
            for name, table in self._before.items()
            if name not in self._after
        )  # fmt: skip

    @cached_property
    def _gone(self) -> dict[str, dict[str, set[str | None]]]:
        """What each column of each table held, and holds no longer."""
        return {
            name: {
                column: _values(table, column).difference(*(_values(now, column) for now in self._now(name)), {None})
                for column in table.columns
            }
            for name, table in self._before.items()
        }

    def _now(self, name: str) -> list[TableData]:
        """Return where a table's rows may be: under its name, or else in a new table with all of its columns."""
        if name in self._after:
            return [self._after[name]]
        columns = self._before[name].columns
        return [
            table
            for new, table in self._after.items()
            if new not in self._before and all(column in table.types for column in columns)
        ]

    def _key_gone(self, name: str, row: Row, key: list[str]) -> bool:
        """Tell whether a row of that key went from a table that had some other column of it, too."""
        table = self._before[name]
        others = [column for column in row if column not in key]
        known = [column for column in key if column in table.types and column in row]
        if not key or known != key or (others and not any(column in table.types for column in others)):
            return False
        places = [now for now in self._now(name) if all(column in now.types for column in key)]
        wanted = identities(row, key)
        return wanted in _counted(table, key) and not any(wanted in _counted(now, key) for now in places)

    def _part_gone(self, name: str, row: Row) -> bool:
        """Tell whether a value went from the row of a table whose key is in the declared row.

        Then it may be under another name, or a part: 36 of age in years, Main 5 in a street and a number.
        """
        said = {identity(value): column for column, value in row.items() if value is not None}
        return any(
            any(value in gone and _alike(value, row, said[key]) for value, gone in values)
            for key, values in self._by_key[name].items()
            if key in said
        )

    @cached_property
    def _by_key(self) -> dict[str, dict[str | None, list[tuple[str | None, set[str | None]]]]]:
        """Return, by table and by a key of one column, the values of a row beside all that went from their columns."""
        found: dict[str, dict[str | None, list[tuple[str | None, set[str | None]]]]] = {}
        for name, table in self._before.items():
            rows = found.setdefault(name, {})
            gone = {column: values for column, values in self._gone[name].items() if values and column not in table.key}
            for row in table.rows if gone and len(table.key) == 1 else ():
                held = dict(zip(table.columns, row, strict=True))
                rows[identity(held[table.key[0]])] = [(identity(held[column]), gone[column]) for column in gone]
        return found


def _alike(value: str | None, row: Row, besides: str) -> bool:
    """Tell whether a declared row holds a value, or a text of some length that is a part of it, or the other way."""
    others = [identity(other) for column, other in row.items() if column != besides and other is not None]
    if value is None:
        return False
    return any(
        other == value or (min(len(other), len(value)) >= _TELLING and _within(other, value))
        for other in others
        if other is not None
    )


def _within(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    return one in other or other in one


def _value_gone(row: Row, key: list[str], gone: Mapping[str, set[str | None]]) -> bool:
    for column, value in row.items():
        if column in key or value is None:
            continue
        wanted = identity(value)
        # A number or a truth value may be anywhere by accident; a column of its name is none.
        telling = (isinstance(value, str | bytes) and len(value) >= _TELLING) or isinstance(value, date)
        if any(wanted in values for name, values in gone.items() if telling or name == column):
            return True
    return False


def _values(table: TableData, column: str) -> set[str | None]:
    if column not in table.types:
        return set()
    place = table.columns.index(column)
    return {identity(row[place]) for row in table.rows}


def _counted(table: TableData, columns: list[str]) -> Counter[_Identities]:
    places = [table.columns.index(column) for column in columns]
    return Counter(tuple(identity(row[place]) for place in places) for row in table.rows)
