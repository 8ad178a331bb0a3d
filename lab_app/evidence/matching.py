"""Which row after an attempt is which row before it, and which of them is meant by a declared row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab_app.evidence.rows import TableData
from lab_app.evidence.values import identity, meets, same

Row = Mapping[str, Any]
#: What names a row: a mapping of some of its columns, or its key, alone or as a tuple.
RowName = Any


@dataclass(frozen=True)
class Comparison:
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


def comparison(before: TableData, after: TableData, wanted: list[str]) -> Comparison:
    """Say what of two tables is compared, where the goal has the ``wanted`` columns."""
    shared = [column for column in before.columns if column in after.types and column in wanted]
    leaving = [column for column in before.columns if column in after.types and column not in wanted]
    new = [column for column in wanted if column not in before.types]
    missing = [column for column in before.columns if column not in after.types and column in wanted]
    replaced = any(column not in after.types for column in before.columns)
    if leaving:
        shared, new = shared + leaving, [column for column in new if replaced and column in after.types]
    keyed = bool(before.key) and all(column in after.types for column in before.key)
    return Comparison(before, after, shared, missing, new, before.key if keyed else shared, keyed, replaced)


def as_rows(data: TableData) -> list[Row]:
    """Return the rows of a table by the names of its columns."""
    return [dict(zip(data.columns, row, strict=True)) for row in data.rows]


def identities(row: Row, columns: Iterable[str]) -> tuple[str | None, ...]:
    """Return what some columns of a row hold, in a form that a change of type does not touch."""
    return tuple(identity(row.get(column)) for column in columns)


def place(declared: Sequence[Row], data: TableData, rows: Sequence[Row], keys: Iterable[list[str]]) -> list[Row | None]:
    """Return, for each declared row, the row of a table that it speaks of, or None.

    That is the row of the first of ``keys`` that the declared row names; where it names none, one that no other
    declared row speaks of, and that holds all it names.
    """
    usable = [key for key in keys if key and all(column in data.types for column in key)]
    index = {tuple(key): {identities(row, key): row for row in reversed(rows)} for key in usable}
    taken: set[int] = set()
    found: list[Row | None] = []
    for wish in declared:
        key = next((key for key in usable if all(column in wish for column in key)), None)
        row = index[tuple(key)].get(identities(wish, key)) if key else _holding(wish, data, rows, taken)
        if row is not None:
            taken.add(id(row))
        found.append(row)
    return found


def _holding(wish: Row, data: TableData, rows: Sequence[Row], taken: set[int]) -> Row | None:
    named = [column for column in wish if column in data.types]
    return next((row for row in rows if named and id(row) not in taken and _agree(wish, row, named, data)), None)


def _agree(one: Row, other: Row, columns: Iterable[str], data: TableData) -> bool:
    return all(meets(one[column], other[column], data.types[column]) for column in columns)


def named(names: Sequence[RowName], data: TableData, rows: Sequence[Row]) -> set[int]:
    """Return the ``id()`` of each row that is named: by some of its columns, or by its key."""
    found: set[int] = set()
    for name in names:
        wish = name if isinstance(name, Mapping) else _by_key(name, data.key)
        if wish and all(column in data.types for column in wish):
            found |= {id(row) for row in rows if _agree(wish, row, wish, data)}
    return found


def _by_key(name: RowName, key: list[str]) -> Row:
    values = name if isinstance(name, tuple) else (name,)
    return dict(zip(key, values, strict=True)) if len(key) == len(values) else {}


@dataclass(frozen=True)
class Matched:
    """Rows before beside the same rows after, and the rows that are gone. ``rekeyed`` rows have another key now."""

    pairs: list[tuple[Row, Row]]
    gone: list[Row]
    rekeyed: set[int] = field(default_factory=set)


def match(compared: Comparison, old: Sequence[Row], new: Sequence[Row], wanted: set[int]) -> Matched:
    """Find each row again: by its key, or by its other values where a declared row has a key of its own.

    ``wanted`` is the ``id()`` of each row after that a declared row speaks of. Where nothing but its values makes a
    row, what is left on both sides is taken for changed rows.
    """
    pairs, gone, left = _by_identity(compared.key, old, new)
    if not compared.keyed:
        pairs += zip(gone, left, strict=False)
        return Matched(pairs, gone[len(left) :])
    rekeyed: list[tuple[Row, Row]] = []
    if any(id(row) in wanted for row in left):
        others = [column for column in compared.shared if column not in compared.key]
        rekeyed, gone, left = _by_identity(others, gone, left)
        likely, gone = _likeliest(compared, others, gone, [row for row in left if id(row) in wanted])
        rekeyed += likely
    return Matched(pairs + rekeyed, gone, {id(row) for row, _ in rekeyed})


def _by_identity(
    columns: Sequence[str], old: Sequence[Row], new: Sequence[Row]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    waiting: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in new if columns else ():
        waiting[identities(row, columns)].append(row)
    pairs, gone = [], []
    for row in old:
        if same_rows := waiting.get(identities(row, columns)):
            pairs.append((row, same_rows.pop(0)))
        else:
            gone.append(row)
    found = {id(row) for _, row in pairs}
    return pairs, gone, [row for row in new if id(row) not in found]


def _likeliest(
    compared: Comparison, columns: Sequence[str], gone: Sequence[Row], left: list[Row]
) -> tuple[list[tuple[Row, Row]], list[Row]]:
    """Pair rows that have some value in common, those that have most in common first seen."""
    pairs, still_gone = [], []
    for row in gone:
        best = max(left, key=lambda other: _in_common(compared, columns, row, other), default=None)
        if best is not None and _in_common(compared, columns, row, best):
            pairs.append((row, best))
            left.remove(best)
        else:
            still_gone.append(row)
    return pairs, still_gone


def _in_common(compared: Comparison, columns: Sequence[str], one: Row, other: Row) -> int:
    types = compared.after.types
    return sum(one[column] is not None and same(one[column], other[column], types[column]) for column in columns)
