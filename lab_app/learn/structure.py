"""Whether a database has the tables and columns that an exercise wants, in its models or after its migrations."""

from __future__ import annotations

from lab_app.check.folding import fold
from lab_app.evidence.types import Column, Schema
from lab_app.exercise.declared import ModelGoal

_SIGNS = {"+": "{} is there, and should not be", "-": "{} is missing", "~": "{}"}
_NAMES = {"integer": "an Integer", "text": "a String", "boolean": "a Boolean", "enum": "an Enum", "date": "a Date"}


def in_words(difference: str) -> str:
    """Return a line of a schema difference, from what should be to what is, as part of a sentence."""
    sign, _, what = difference.partition(" ")
    return _SIGNS[sign].format(what)


def unmet(goal: ModelGoal, schema: Schema) -> str:
    """Return how a schema falls short of a goal, in a sentence; empty where it does not."""
    table = schema.get(goal.table)
    if goal.absent:
        return _still_there(goal, schema)
    if table is None:
        return f"there is no table {goal.table}"
    if goal.column and goal.column not in table["columns"]:
        return f"{goal.table} has no {goal.column}"
    if goal.column and (said := _of_column(goal, table["columns"][goal.column])):
        return said
    if len(table["checks"]) < goal.checks:
        return f"{goal.table} has no CHECK"
    return ""


def _still_there(goal: ModelGoal, schema: Schema) -> str:
    table = schema.get(goal.table)
    if table is None:
        return ""
    if not goal.column:
        return f"the table {goal.table} is still there"
    return f"{goal.table} still has {goal.column}" if goal.column in table["columns"] else ""


def _of_column(goal: ModelGoal, column: Column) -> str:
    name = f"{goal.table}.{goal.column}"
    folded = fold(column["type"])
    # An engine without a type of that kind stores it as another one: an enum is text on SQLite, a Boolean a TINYINT.
    if goal.kinds and folded.kind not in goal.kinds:
        wanted = " or ".join(_NAMES.get(kind, kind) for kind in goal.kinds)
        return f"{name} is {column['type']}, and should be {wanted}"
    if goal.length is not None and folded.size != goal.length:
        return f"{name} is {column['type']}, and should hold {goal.length} characters"
    if goal.nullable is not None and column["nullable"] != goal.nullable:
        return f"{name} may not be NULL, and should be" if goal.nullable else f"{name} may be NULL, and should not"
    return ""
