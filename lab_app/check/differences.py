"""What is different between two moments of one lane, and whether a step did what it was asked."""

from __future__ import annotations

from lab_app.check.answers import Answer
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.state import State
from lab_app.evidence.survival import survival


def succeeded(answer: Answer) -> bool:
    """Tell whether a step did what it was asked: no exception, and no error swallowed in a revision."""
    return answer.failure is None


def differences(before: State, after: State) -> list[str]:
    """Return what is different between two moments of one lane, a line each."""
    lines = schema_diff(before.schema, after.schema)
    for table in survival(before.rows, after.rows, before.schema):
        if table["lost"]:
            lines.append(f"- {table['lost']} of {table['before']} rows of {table['table']}")
        if table["changed"]:
            lines.append(f"~ {table['changed']} of {table['before']} rows of {table['table']}")
    more = [
        f"+ {data.count - before.rows[name].count} rows of {name}"
        for name, data in after.rows.items()
        if name in before.rows and data.count > before.rows[name].count
    ]
    if before.revisions != after.revisions:
        more.append(f"~ revision {', '.join(before.revisions) or 'none'} → {', '.join(after.revisions) or 'none'}")
    return lines + more
