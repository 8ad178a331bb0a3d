"""Values as SQL would write them, and what is not as it was declared, in one sentence."""

from collections.abc import Mapping

from lab_app.evidence.types import Unmet, Value

#: Columns that name a row in a sentence, and the characters of a value in it.
_COLUMNS, _LONGEST = 3, 40


def literal(value: Value) -> str:
    """Write a value as SQL would have it: 'text', NULL, 36, 1.50, x'00ff'; dates and times bare."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if not isinstance(value, dict):
        return str(value)
    [(kind, text)] = value.items()
    return f"x'{text}'" if kind == "bytes" else text


def unmet(table: str, wish: Unmet) -> str:
    """Tell of something that was declared and is not so: account with id 1: role is 'member', not 'admin'."""
    row = _named(wish["row"])
    if wish["how"] == "missing":
        return f"{table} has no row with {row}"
    if wish["how"] == "still there":
        return f"{table} still has the row with {row}"
    told = f"{wish['column']} is {_short(wish['found'])}, not {_short(wish['wanted'])}"
    return f"{table} with {row}: {told}" if row else f"{table}: {told}"


def _named(row: Mapping[str, Value]) -> str:
    told = [f"{column} {_short(value)}" for column, value in row.items()]
    return ", ".join(told[:_COLUMNS])


def _short(value: Value) -> str:
    line = literal(value)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."
