"""Tables that were too long to be kept: their digests are compared, and the first rows value by value.

A digest is of the text of a column's values, each bound to its row's key. It cannot tell

- that two texts are one value: 1.50 and 1.5, 36 and 36.0, a date and its midnight, JSON with another white space
  count as changed, where value by value they are the same; 36 and '36' have one text, and are one here, too;
- which rows went or came: where the number of rows is another one, nothing but that number is compared, and so it is
  where every key is meant to change;
- a change that is declared from one that is not: a column that a declared row names is judged by the first rows alone,
  and a declared row that is not among them is not looked for.

What a column's digest differs in is named in ``changes`` without a key, with its types instead of values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lab_app.evidence.digest import WHOLE_ROW
from lab_app.evidence.matching import Row, as_rows, comparison, identities, place
from lab_app.evidence.rows import TableData
from lab_app.evidence.table_rows import CHANGES_SHOWN, Declarations, compare
from lab_app.evidence.types import Survival, ValueChange
from lab_app.evidence.whereabouts import Whereabouts


def compare_digests(
    found: Survival,
    before: TableData,
    after: TableData,
    wanted: list[str],
    wishes: Declarations,
    where: Whereabouts,
) -> None:
    """Fill in what the digests of a table say, and what its first rows do."""
    _compare_first_rows(found, before, after, wanted, wishes, where)
    found["lost"] = max(found["lost"], before.count - after.count - _may_go(before, wishes))
    if before.count != after.count or not before.digests or not after.digests:
        found["changes"].append(_untold(WHOLE_ROW, f"{before.count} rows", f"{after.count} rows"))
        return
    meant = {column for row in wishes.rows for column in row if column not in before.key}
    if _other_keys(before, after, wishes):
        meant |= {*before.columns}
    seen = {change["column"] for change in found["changes"]}
    for column in (name for name in before.columns if name in after.types and name in wanted):
        if before.digests[column] != after.digests[column] and column not in seen:
            found["changed"] |= column not in meant
            found["changes"].append(_untold(column, before.types[column], after.types[column]))
    whole_rows_differ = before.digests.get(WHOLE_ROW) != after.digests.get(WHOLE_ROW)
    if whole_rows_differ and not meant and before.types == after.types:
        found["changed"] = 1
    found["changes"] = found["changes"][:CHANGES_SHOWN]


def _compare_first_rows(
    found: Survival,
    before: TableData,
    after: TableData,
    wanted: list[str],
    wishes: Declarations,
    where: Whereabouts,
) -> None:
    """Compare the rows that were kept of both tables, if a declared row speaks of any."""
    key = before.key
    if not (wishes.rows or wishes.gone) or not key or any(column not in after.types for column in key):
        return
    old, new = as_rows(before), as_rows(after)
    known = {identities(row, key) for row in old} & {identities(row, key) for row in new}
    one, other = _only(before, old, key, known), _only(after, new, key, known)
    placed = place(wishes.rows, other, as_rows(other), [wishes.key, key])
    rows = [wish for wish, row in zip(wishes.rows, placed, strict=True) if row is not None]
    count = found["before"]
    compare(found, comparison(one, other, wanted), replace(wishes, rows=rows), where)
    found["before"], found["changed"] = count, min(1, found["changed"])


def _may_go(before: TableData, wishes: Declarations) -> int:
    """Count the rows that may go: what is named by other columns than the key may be any number of them."""
    by_key = [name for name in wishes.gone if not isinstance(name, Mapping) or {*before.key} <= {*name}]
    return len(by_key) if len(by_key) == len(wishes.gone) else before.count


def _other_keys(before: TableData, after: TableData, wishes: Declarations) -> bool:
    """Tell whether every key is meant to be another one: no declared row has a key of before."""
    key, known = before.key, {identities(row, before.key) for row in as_rows(before)}
    old = [row for row in wishes.rows if all(column in row for column in key) and identities(row, key) in known]
    one, other = before.digests or {}, after.digests or {}
    return bool(key and wishes.rows) and not old and any(one.get(column) != other.get(column) for column in key)


def _only(data: TableData, rows: Sequence[Row], key: list[str], known: set[tuple[str | None, ...]]) -> TableData:
    kept = [tuple(row.values()) for row in rows if identities(row, key) in known]
    return replace(data, rows=kept, count=len(kept), digests=None)


def _untold(column: str, before: str, after: str) -> ValueChange:
    """Make a line of ``changes`` that says what was compared, where a digest holds no values to show."""
    return ValueChange(key=[], column=column, before={"other": before}, after={"other": after})
