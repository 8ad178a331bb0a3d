"""Engines against each other, row by row: equal before everywhere, and not equal after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from lab_app.check.evidence import Passage, Revision, Walked
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import line_of, listed, written
from lab_app.check.findings.minority import blamed, groups
from lab_app.check.folding import fold
from lab_app.evidence.rows import TableData
from lab_app.evidence.values import same

_MISSING = object()
_Key = tuple[str, ...]
_Rows = dict[_Key, dict[str, Any]]


def differing_rows(walked: Walked) -> Iterator[Found]:
    """Find values that engines agreed on before a revision, and do not afterwards; one finding a column."""
    titles = {lane.name: lane.title for lane in walked.lanes}
    for revision in walked.revisions:
        passages = {
            name: passage
            for name, passage in walked.passed(revision.revision).items()
            if passage.passed_with == "wild" and passage.before and passage.after
        }
        if len(passages) > 1:
            tables = {name for passage in passages.values() if passage.after for name in passage.after.rows}
            for table in sorted(name for name in tables if not _unchanged(name, passages.values())):
                yield from _table(revision, table, passages, titles)


def _unchanged(table: str, passages: Iterable[Passage]) -> bool:
    """Tell whether a table is as it was on every engine: then nothing can have parted there."""
    return all(
        passage.before and passage.after and passage.before.rows.get(table) is passage.after.rows[table]
        for passage in passages
        if passage.after and table in passage.after.rows
    )


def _table(
    revision: Revision, table: str, passages: Mapping[str, Passage], titles: Mapping[str, str]
) -> Iterator[Found]:
    after = {lane: passage.after.rows.get(table) for lane, passage in passages.items() if passage.after}
    data = {lane: found for lane, found in after.items() if found is not None and not found.digests and found.key}
    if len(data) != len(passages):
        return
    rows = {lane: _by_key(found) for lane, found in data.items()}
    before = {lane: _rows_of(passage, table) for lane, passage in passages.items()}
    twice = {lane: _rows_again(passage, table) for lane, passage in passages.items()}
    first = next(iter(data.values()))
    for column in (name for name in first.columns if all(name in found.types for found in data.values())):
        types = {lane: found.types[column] for lane, found in data.items()}
        for key in (key for key in next(iter(rows.values())) if all(key in found for found in rows.values())):
            values = {lane: found[key][column] for lane, found in rows.items()}
            if not _steady(twice, key, column, values, types) or not _equal_before(
                before, key, column, passages, table
            ):
                continue
            found = groups(values, _agree(types))
            if len(found) > 1:
                yield _differ(revision, table, column, key, values, found, passages, titles)
                break


def _differ(
    revision: Revision,
    table: str,
    column: str,
    key: _Key,
    values: Mapping[str, Any],
    found: list[list[str]],
    passages: Mapping[str, Passage],
    titles: Mapping[str, str],
) -> Found:
    said = "; ".join(f"{written(values[group[0]])} on {listed([titles[lane] for lane in group])}" for group in found)
    lanes = blamed(found)
    return Found(
        "engines-differ",
        "warning",
        tuple(lanes),
        revision.revision,
        f"{table}.{column} does not hold the same on all engines",
        says=(f"In row {', '.join(key)} it is {said}.",),
        place=line_of(passages[lanes[0]], table, column),
        file=revision.file,
        about=f"value {table}.{column}",
    )


def _agree(types: Mapping[str, str]) -> Callable[[str, Any, str, Any], bool]:
    return lambda one, value, other, its: equal(value, its, types[one], types[other])


def equal(one: Any, other: Any, type_: str, other_type: str) -> bool:
    """Tell whether two engines hold the same, as far as both can: a second and 1e-5 are within tolerance."""
    if one is None or other is None:
        return one is other
    kinds = {fold(type_).kind, fold(other_type).kind}
    meaning = next((name for kind, name in _MEANINGS if kind in kinds), "")
    if same(one, other, meaning):
        return True
    if kinds == {"datetime"}:
        return _within_a_second(one, other)
    return kinds == {"float"} and abs(float(one) - float(other)) < 1e-5 * max(1.0, abs(float(one)))


_MEANINGS = (("boolean", "BOOLEAN"), ("uuid", "UUID"), ("json", "JSON"), ("datetime", "DATETIME"), ("date", "DATE"))


def _within_a_second(one: Any, other: Any) -> bool:
    try:
        moments = [
            value if isinstance(value, datetime) else datetime.fromisoformat(str(value)) for value in (one, other)
        ]
    except ValueError:
        return False
    first, second = (moment.replace(tzinfo=None) for moment in moments)
    return abs((first - second).total_seconds()) <= 1


def _steady(
    twice: Mapping[str, _Rows | None], key: _Key, column: str, values: Mapping[str, Any], types: Mapping[str, str]
) -> bool:
    """Tell whether the second upgrade made the same on each engine: a clock or a random word does not."""
    for lane, rows in twice.items():
        if rows is not None:
            again = rows.get(key, {}).get(column, _MISSING)
            if again is _MISSING or not equal(values[lane], again, types[lane], types[lane]):
                return False
    return True


def _equal_before(
    before: Mapping[str, _Rows], key: _Key, column: str, passages: Mapping[str, Passage], table: str
) -> bool:
    """Tell whether all engines held the same before, or none had the column or the row."""
    values = {lane: rows.get(key, {}).get(column, _MISSING) for lane, rows in before.items()}
    if all(value is _MISSING for value in values.values()):
        return True
    if any(value is _MISSING for value in values.values()):
        return False
    types = {
        lane: passage.before.rows[table].types[column]
        for lane, passage in passages.items()
        if passage.before is not None
    }
    first = next(iter(values))
    return all(equal(values[first], value, types[first], types[lane]) for lane, value in values.items())


def _rows_of(passage: Passage, table: str) -> _Rows:
    data = passage.before.rows.get(table) if passage.before else None
    return _by_key(data) if data else {}


def _rows_again(passage: Passage, table: str) -> _Rows | None:
    data = passage.after_again.rows.get(table) if passage.after_again else None
    return _by_key(data) if data else None


def _by_key(data: TableData) -> _Rows:
    """Return rows by their keys, in a form that a change of type does not touch."""
    places = [data.columns.index(column) for column in data.key]
    return {tuple(str(row[place]) for place in places): dict(zip(data.columns, row, strict=True)) for row in data.rows}
