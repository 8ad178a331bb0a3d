"""Tables that were too long to be kept: their digests are compared, and the first rows value by value.

A digest is of the text of a column's values, each bound to its row's key. It cannot tell

- that two texts are one value: 1.50 and 1.5, 36 and 36.0, a date and its midnight, JSON with another white space
  count as changed, where value by value they are the same; 36 and '36' have one text, and are one here, too;
- which rows went or came: where the number of rows is another one, nothing but that number is compared, so that a
  value that changed in a row that stayed is not seen (but for the first rows);
- a change that is declared from one that is not: a column that a declared row names is judged by the first rows alone.

It errs to the side of *changed*, but for the last two. What a column's digest differs in is named in ``changes``
without a key, with its types instead of values.
"""

from collections.abc import Sequence
from dataclasses import replace

from lab_app.evidence.digest import WHOLE_ROW
from lab_app.evidence.matching import Row, as_rows, comparison, identities, place
from lab_app.evidence.rows import TableData
from lab_app.evidence.table_rows import CHANGES_SHOWN, Declarations, compare
from lab_app.evidence.types import Survival, ValueChange
from lab_app.evidence.whereabouts import Whereabouts


def compare_digests(
    found: Survival, before: TableData, after: TableData, wanted: list[str], wishes: Declarations
) -> None:
    """Fill in what the digests of a table say, and what its first rows do."""
    found["lost"] = max(0, before.count - after.count - len(wishes.gone))
    _compare_first_rows(found, before, after, wanted, wishes)
    if before.count != after.count or not before.digests or not after.digests:
        found["changes"].append(_untold(WHOLE_ROW, f"{before.count} rows", f"{after.count} rows"))
        return
    meant = {column for row in wishes.rows for column in row if column not in before.key}
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
    found: Survival, before: TableData, after: TableData, wanted: list[str], wishes: Declarations
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
    nowhere = Whereabouts({}, {})
    compare(found, comparison(one, other, wanted), replace(wishes, rows=rows), nowhere)
    found["changed"] = min(1, found["changed"])


def _only(data: TableData, rows: Sequence[Row], key: list[str], known: set[tuple[str | None, ...]]) -> TableData:
    kept = [tuple(row.values()) for row in rows if identities(row, key) in known]
    return replace(data, rows=kept, count=len(kept), digests=None)


def _untold(column: str, before: str, after: str) -> ValueChange:
    """Make a line of ``changes`` that says what was compared, where a digest holds no values to show."""
    return ValueChange(key=[], column=column, before={"other": before}, after={"other": after})
