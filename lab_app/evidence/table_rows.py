"""One table's rows, value by value: what changed, what is lost, and what is not as it was declared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lab_app.evidence.matching import Comparison, Matched, Row, RowName, as_rows, identities, match, named, place
from lab_app.evidence.rows import TableData
from lab_app.evidence.types import Survival, Unmet, Value, ValueChange
from lab_app.evidence.values import encode, meets, same
from lab_app.evidence.whereabouts import Whereabouts

#: How many changed values are recorded for one table, and how many that are not as declared.
CHANGES_SHOWN = 20
_GONE: Value = {"other": "no such column"}

#: A column, the value before (or the declared one), and now.
_Change = tuple[str, Any, Any]


@dataclass(frozen=True)
class Declarations:
    """What a scenario declares of one table: rows as they should be, names of rows that go, and rows as they were.

    ``key`` is the goal's.
    """

    rows: Sequence[Row]
    gone: Sequence[RowName]
    key: list[str]
    seeded: Sequence[Row]

    def repeated(self, wish: Row, key: list[str]) -> set[str]:
        """Return the columns in which a declared row only repeats what the row of that key was given.

        The engine may have rounded it, or filled it up: such a value should be as it was, and not as it was given.
        """
        named = bool(key) and all(column in wish for column in key)
        given = next((row for row in self.seeded if named and identities(row, key) == identities(wish, key)), {})
        return {column for column, value in wish.items() if column in given and repr(given[column]) == repr(value)}

    def going(self, before: TableData, rows: Sequence[Row] | None = None) -> set[int]:
        """Return the ``id()`` of each row that is meant to go."""
        return named(self.gone, before, as_rows(before) if rows is None else rows) if self.gone else set()

    def keep(self, before: TableData, after: TableData) -> bool:
        """Tell whether some row that was there before is declared to stay in this table, and is not there."""
        placed = place(self.rows, after, as_rows(after), [self.key, before.key])
        missing = [wish for wish, row in zip(self.rows, placed, strict=True) if row is None]
        return any(row is not None for row in place(missing, before, as_rows(before), [before.key]))


def compare(found: Survival, compared: Comparison, wishes: Declarations, where: Whereabouts) -> None:
    """Fill in what became of the rows of a table that was there before and is there now."""
    before, after = compared.before, compared.after
    old, new = as_rows(before), as_rows(after)
    placed = place(wishes.rows, after, new, [wishes.key, before.key])
    declared: dict[int, Row] = {}
    for wish, row in zip(wishes.rows, placed, strict=True):
        if row is not None:
            declared[id(row)] = {**declared.get(id(row), {}), **wish}
    going = wishes.going(before, old)
    matched = match(compared, old, new, set(declared))
    replaced = {id(row) for was, row in matched.pairs if id(was) in going and id(row) in declared}
    _tell_pairs(found, compared, matched, declared, going, wishes, where)
    staying = [row for row in matched.gone if id(row) not in going]
    found["lost"] += len(staying)
    _as_declared(found, len(matched.gone) - len(staying))
    seen = {id(row) for _, row in matched.pairs} - replaced
    known = {identities(row, before.key) for row in old} if before.key else set()
    came = [
        (wish, row)
        for wish, row in zip(wishes.rows, placed, strict=True)
        if (id(row) not in seen if row is not None else not _was_there(wish, before.key, known))
    ]
    lost = found["lost"]
    _tell_arrivals(found, came, wishes.key, after, where)
    # Rows that should have come from another table count as rows of this one.
    found["before"] += found["lost"] - lost


def arrive(found: Survival, wishes: Declarations, after: TableData, where: Whereabouts) -> None:
    """Fill in whether the declared rows are in a table none of whose rows was there before."""
    rows = place(wishes.rows, after, as_rows(after), [wishes.key])
    unknown = bool(after.digests)
    came = [(wish, row) for wish, row in zip(wishes.rows, rows, strict=True) if row is not None or not unknown]
    _tell_arrivals(found, came, wishes.key, after, where)


def _was_there(wish: Row, key: list[str], known: set[tuple[str | None, ...]]) -> bool:
    """Tell whether a declared row is one that was there before: if it is gone, it is lost."""
    return bool(key) and all(column in wish for column in key) and identities(wish, key) in known


def _tell_pairs(
    found: Survival,
    compared: Comparison,
    matched: Matched,
    declared: dict[int, Row],
    going: set[int],
    wishes: Declarations,
    where: Whereabouts,
) -> None:
    meant = _meant(compared, matched, declared)
    for was, row in matched.pairs:
        wish = declared.get(id(row), {})
        if id(was) in going:
            if not wish:
                _unmet(found, "still there", {column: was[column] for column in compared.key})
            continue
        columns = [name for name in compared.shared if id(was) not in matched.rekeyed or name not in compared.key]
        repeated = wishes.repeated(wish, compared.before.key) if wish else set()
        unmet = [change for change in _unmet_values(compared, was, row, wish, where) if change[0] not in repeated]
        left_out = {column for column, _, _ in unmet}
        changes = [
            *_changed(compared, columns, was, row, [(was, wish)] if wish else meant),
            *(change for change in _unfilled(compared, row, wish, where) if change[0] not in left_out),
        ]
        _tell_changes(found, [was[column] for column in compared.key] if compared.keyed else [], row, changes)
        for column, wanted, now in unmet:
            _unmet(found, "value", {name: row.get(name) for name in compared.key}, column, wanted, now)
        kinds = compared.after.types
        other = any(not same(was[column], row[column], kinds[column]) for column in compared.shared)
        _as_declared(found, int(other and not changes))


def _meant(compared: Comparison, matched: Matched, declared: dict[int, Row]) -> list[tuple[Row, Row]]:
    """Return rows before beside what became of them as declared: the same may become of other rows."""
    return [
        (was, {column: row[column] for column in declared[id(row)] if _holds(compared, row, declared[id(row)], column)})
        for was, row in matched.pairs
        if id(row) in declared
    ]


def _holds(compared: Comparison, row: Row, wish: Row, column: str) -> bool:
    return column in row and meets(wish[column], row[column], compared.after.types[column])


def _changed(
    compared: Comparison, columns: Sequence[str], was: Row, row: Row, meant: Sequence[tuple[Row, Row]]
) -> Iterator[_Change]:
    """Yield the values of one row that are neither what they were nor ``meant``: rows before, and as declared."""
    for column in columns:
        kind = compared.after.types[column]
        if not same(was[column], row[column], kind) and not any(
            column in wish and same(old[column], was[column], kind) and meets(wish[column], row[column], kind)
            for old, wish in meant
        ):
            yield column, was[column], row[column]
    for column in compared.missing:
        if was[column] is not None:
            yield column, was[column], None


def _unmet_values(compared: Comparison, was: Row, row: Row, wish: Row, where: Whereabouts) -> Iterator[_Change]:
    """Yield the values that should be others and are still the old ones, and new columns that nobody filled."""
    for column in (column for column in wish if column in compared.after.types):
        wanted, now, kind = wish[column], row[column], compared.after.types[column]
        if meets(wanted, now, kind):
            continue
        if column in compared.shared:
            if same(was[column], now, kind):
                yield column, wanted, now
        elif column in compared.new and now is None and not _replaces(compared, column, wanted, where):
            yield column, wanted, now


def _replaces(compared: Comparison, column: str, wanted: Any, where: Whereabouts) -> bool:
    """Tell whether a new column has to hold what a column held that is gone, from this table or another one."""
    return compared.replaced or where.lost({column: wanted}, [], besides="")


def _unfilled(compared: Comparison, row: Row, wish: Row, where: Whereabouts) -> Iterator[_Change]:
    """Yield a row's new columns that do not hold what is declared."""
    for column in (column for column in compared.new if column in wish):
        kind = compared.after.types.get(column)
        now = row.get(column)
        if kind is None and not _replaces(compared, column, wish[column], where):
            continue
        if not meets(wish[column], now, kind or ""):
            yield column, wish[column], now


def _tell_arrivals(
    found: Survival,
    came: Sequence[tuple[Row, Row | None]],
    key: list[str],
    after: TableData,
    where: Whereabouts,
) -> None:
    """Tell of declared rows that were not in their table before, beside what is there for them."""
    for wish, row in came:
        lost = where.lost(wish, key, found["table"])
        if row is None:
            if lost:
                found["lost"] += 1
            else:
                _unmet(found, "missing", dict(wish))
            continue
        names = [column for column in wish if column in after.types or lost]
        changes = [
            (column, wish[column], row.get(column))
            for column in names
            if not meets(wish[column], row.get(column), after.types.get(column, ""))
        ]
        if lost:
            _tell_changes(found, [row.get(column) for column in key], row, changes)
        else:
            for column, wanted, now in changes:
                _unmet(found, "value", {name: row.get(name) for name in key}, column, wanted, now)
        _as_declared(found, int(not changes and not where.whole(wish)))


def _tell_changes(found: Survival, key: Sequence[Any], row: Row, changes: Sequence[_Change]) -> None:
    found["changed"] += bool(changes)
    found["changes"] += [
        ValueChange(
            key=[encode(value) for value in key],
            column=column,
            before=encode(was),
            after=encode(now) if column in row else _GONE,
        )
        for column, was, now in changes[: CHANGES_SHOWN - len(found["changes"])]
    ]


def _unmet(found: Survival, how: Any, row: Row, column: str | None = None, wanted: Any = None, now: Any = None) -> None:
    told = found.setdefault("unmet", [])
    if len(told) < CHANGES_SHOWN:
        names = {name: encode(value) for name, value in row.items()}
        told.append(Unmet(how=how, row=names, column=column, wanted=encode(wanted), found=encode(now)))


def _as_declared(found: Survival, rows: int) -> None:
    if rows:
        found["as_declared"] = found.get("as_declared", 0) + rows
