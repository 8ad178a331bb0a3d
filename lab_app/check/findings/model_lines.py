"""The lines of both comparisons with the models, as a person would say them: each difference once."""

from __future__ import annotations

import re
from collections.abc import Sequence

_IN_MODELS, _IN_MIGRATIONS = "is in the models alone", "is in the migrations alone"
_NAMED = re.compile(r"[-+] (?:[a-z]+(?: key)? )?(\w+(?:\.\w+)*)")


def told_once(autogenerate: Sequence[str], create_all: Sequence[str]) -> list[str]:
    """Return the lines of autogenerate, and those of create_all() against the head that autogenerate does not see."""
    seen = {name for line in autogenerate for name in _names(line)}
    return [*autogenerate, *(line for line in create_all if not _is_seen(line, seen))]


def as_said(line: str) -> str:
    """Write a line in words: ``add_column student student.age`` is a column that the models alone have."""
    verb, *words = line.split()
    if verb == "-":
        return f"the {line[2:]} {_IN_MODELS}"
    if verb == "+":
        return f"the {line[2:]} {_IN_MIGRATIONS}"
    if verb == "~":
        return _changed(line[2:])
    kind = verb.partition("_")[2].replace("_", " ")
    if verb.startswith(("add_", "remove_")) and words:
        return f"the {kind} {words[-1]} {_IN_MODELS if verb.startswith('add_') else _IN_MIGRATIONS}"
    if verb.startswith("modify_") and len(words) == 4:
        table, column, ours, theirs = words
        if kind == "nullable":
            holds, says = ("may", "may not") if ours == "True" else ("may not", "may")
            return f"{table}.{column} {holds} be NULL, and {says} be in the models"
        return f"{table}.{column}: {kind} is {theirs} in the models, {ours} in the migrations"
    return line


def _changed(line: str) -> str:
    models, arrow, migrations = line.partition(" → ")
    return f"{models} in the models, {migrations} in the migrations" if arrow else line


def _names(line: str) -> set[str]:
    """Return what a line of autogenerate's is about: a table, what is in one, or an attribute of a column."""
    verb, *words = line.split()
    if verb.startswith("modify_") and len(words) > 1:
        return {f"{words[0]}.{words[1]} {verb.partition('_')[2]}"}
    return {*words[-1:]}


def _is_seen(line: str, seen: set[str]) -> bool:
    if line.startswith("~"):
        return " ".join(line.split()[1:3]) in seen
    named = _NAMED.match(line)
    return named is not None and named[1] in seen
