"""The rows of the learner's database, as a page shows them."""

from __future__ import annotations

from typing import Any

from lab_app.document.judgement import JudgedRows
from lab_app.evidence.state import State

#: How many rows of a table are shown.
_SHOWN = 10


def rows_now(now: State | None, start: State) -> list[JudgedRows]:
    """Return the first rows of each table, and which of its columns the exercise did not start with."""
    if now is None:
        return []
    found: list[JudgedRows] = []
    for table, data in now.rows.items():
        before = start.rows.get(table)
        known = before.columns if before else data.columns
        found.append(
            {
                "table": table,
                "columns": data.columns,
                "new": [name for name in data.columns if name not in known],
                "rows": [[_written(value) for value in row] for row in data.rows[:_SHOWN]],
                "count": data.count,
            }
        )
    return found


def _written(value: Any) -> str:
    return "NULL" if value is None else repr(value)
