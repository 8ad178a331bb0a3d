"""PostgreSQL's own definitions of constraints and indexes, taken apart into what is modelled and the rest.

What no field models stays, in the engine's words, as the ``clause``.
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
"""

import re

from lab_app.evidence.normalise import unquoted
from lab_app.evidence.readers.postgresql_expressions import Scope, condition, statement
from lab_app.evidence.readers.postgresql_tree import Call, Group, Node, parsed, split, text
from lab_app.evidence.types import Check, Definition, ForeignKey, Index, Table, Unique

_NAME = r'(?:"(?:[^"]|"")*"|[^\s",()]+)'
_TABLE = r'(?:"(?:[^"]|"")*"|[^\s",().]+|\.)+'
_COLUMN = rf"(?:PERIOD )?{_NAME}(?: WITHOUT OVERLAPS)?"
_COLUMNS = rf"\(({_COLUMN}(?:, {_COLUMN})*)\)"
_KEY = re.compile(rf"(?:PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)? {_COLUMNS}(.*)", re.DOTALL)
_FOREIGN_KEY = re.compile(rf"FOREIGN KEY {_COLUMNS} REFERENCES {_TABLE}{_COLUMNS}(.*)", re.DOTALL)
_ACTION = re.compile(rf" ON (UPDATE|DELETE) (CASCADE|RESTRICT|SET NULL|SET DEFAULT)( {_COLUMNS})?")
_NOT_NULL = re.compile(rf"NOT NULL ({_NAME})(.+)")
_ORDER = {"ASC", "DESC", "NULLS", "FIRST", "LAST"}


def add_constraint(
    table: Table, name: str, kind: str, definition: str, target: str | None, scope: Scope, more: str
) -> None:
    """Add a constraint to its table.

    ``target`` is the table that a foreign key refers to, ``more`` what the definition does not say.
    """
    if kind == "p":
        table["primary_key"], clause = _key(definition, more)
        if clause:
            table["primary_key_clause"] = clause
    elif kind == "u":
        columns, clause = _key(definition, more)
        table["unique"].append(Unique(name=name, columns=columns))
        if clause:
            table["unique"][-1]["clause"] = clause
    elif kind == "c":
        table["checks"].append(Check(name=name, text=check(definition, scope) + more))
    elif kind == "f":
        table["foreign_keys"].append(_foreign_key(name, definition, str(target), more))
    elif kind == "n":
        _not_null(table, definition + more)
    else:
        words = statement(definition, scope).removeprefix("EXCLUDE ") + more
        # Nobody types the name of an exclusion, no more than that of a key.
        table.setdefault("others", []).append(Definition(kind="exclude", name=None, text=words))


def of_its_index(options: list[str] | None, note: str | None) -> str:
    """Return what is said of the index below a key and not of the key: its options, and its comment."""
    return (f" WITH ({', '.join(options)})" if options else "") + comment(note)


def comment(note: str | None) -> str:
    """Return a comment as a part of the definition that it belongs to."""
    return " COMMENT '" + note.replace("'", "''") + "'" if note is not None else ""


def check(definition: str, scope: Scope) -> str:
    """Write ``CHECK (…) NOT VALID`` without the word and its brackets."""
    _, *nodes = parsed(definition)
    inside = nodes[0].items if isinstance(nodes[0], Group) else tuple(nodes[:1])
    return f"{condition(inside, scope)} {text(nodes[1:])}".strip()


def columns_of(listed: str) -> list[str]:
    """Return the names in a list of columns, with what stands beside one (``PERIOD``)."""
    return [unquoted(part) for part in re.findall(_COLUMN, listed)]


def _key(definition: str, more: str) -> tuple[list[str], str]:
    found = _KEY.fullmatch(definition)
    if not found:
        return [definition], more.strip()
    nulls, columns, rest = found.groups()
    return columns_of(columns), ((nulls or "") + rest + more).strip()


def _foreign_key(name: str, definition: str, target: str, more: str) -> ForeignKey:
    found = _FOREIGN_KEY.fullmatch(definition)
    columns, refers, rest = found.groups() if found else (definition, "", "")
    options = {f"on{word.lower()}": action + (listed or "") for word, action, listed, _ in _ACTION.findall(rest)}
    rest = _ACTION.sub("", rest)
    if " DEFERRABLE" in rest:
        options["deferrable"] = "INITIALLY DEFERRED" if "INITIALLY DEFERRED" in rest else "INITIALLY IMMEDIATE"
    for words, option in ((" NOT VALID", "validated"), (" NOT ENFORCED", "enforced")):
        if words in rest:
            options[option] = "no"
            rest = rest.replace(words, "")
    rest = rest.replace(" DEFERRABLE", "").replace(" INITIALLY DEFERRED", "").strip()
    if rest.startswith("MATCH "):
        options["match"] = rest.removeprefix("MATCH ")
    elif rest:
        options["clause"] = rest
    if more:
        options["comment"] = more.removeprefix(" COMMENT ")
    return ForeignKey(
        name=name, columns=columns_of(columns), refers_to=target, refers_columns=columns_of(refers), options=options
    )


def _not_null(table: Table, definition: str) -> None:
    """Note what is said of a NOT NULL beyond the words: NOT VALID, NO INHERIT."""
    found = _NOT_NULL.fullmatch(definition)
    if found and (column := table["columns"].get(unquoted(found[1]))):
        column.setdefault("options", {})["not null"] = found[2].strip()


def index(name: str, definition: str, unique: bool, scope: Scope, more: str = "") -> Index:
    """Take the definition of an index apart; ``more`` is what it does not say."""
    nodes = parsed(definition)
    place = next(place for place, node in enumerate(nodes) if node == "USING")
    method = nodes[place + 1]
    if not isinstance(method, Call):
        raise TypeError(definition)
    rest, where = [*split(nodes[place + 2 :], "WHERE"), ()][:2]
    clause = [f"USING {method.name}"] if method.name != "btree" else []
    clause += ["ON ONLY"] if "ONLY" in nodes[:place] else []
    clause += [text(rest)] if rest else []
    clause += [more.strip()] if more else []
    found = Index(
        name=name,
        columns=[_element(part, scope) for part in split(method.arguments.items)],
        unique=unique,
        where=condition(where, scope) if where else None,
    )
    if clause:
        found["clause"] = " ".join(clause)
    return found


def _element(nodes: tuple[Node, ...], scope: Scope) -> str:
    """Write a column of an index with all that is said of it: ``lower(name) DESC``, ``name varchar_pattern_ops``."""
    ends = len(nodes)
    while ends and nodes[ends - 1] in _ORDER:
        ends -= 1
    return f"{condition(nodes[:ends], scope)} {text(nodes[ends:])}".strip()
