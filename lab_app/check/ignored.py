"""Columns whose values are made anew each time, such as what is encrypted with a new salt: read, and not looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State


def without(state: State, ignored: Collection[str]) -> State:
    """Return what was read with nothing in those columns, ``TABLE.COLUMN`` each: one is like another then.

    A column of a primary key stays as it is: rows are told apart by it.
    """
    if not ignored:
        return state
    return replace(state, rows={name: _emptied(name, data, ignored) for name, data in state.rows.items()})


def _emptied(name: str, data: TableData, ignored: Collection[str]) -> TableData:
    named = [column for column in data.columns if f"{name}.{column}" in ignored and column not in data.key]
    if not named:
        return data
    places = {data.columns.index(column) for column in named}
    rows = [tuple(None if place in places else value for place, value in enumerate(row)) for row in data.rows]
    digests = data.digests and {**data.digests, **dict.fromkeys(named, "")}
    return replace(data, rows=rows, digests=digests)
