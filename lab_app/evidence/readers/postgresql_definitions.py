"""The rest of a PostgreSQL database in the engine's own words: views, functions, triggers, types, and more.

A database that has none of them is not asked, and one that has some is asked once.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy.engine import Connection

from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers.postgresql_catalogue import Catalogue
from lab_app.evidence.readers.postgresql_expressions import Scope, statement
from lab_app.evidence.readers.postgresql_rare import HANGING, MEMBERS, OPTIONS, THINGS, VIEWS
from lab_app.evidence.types import Definition, Kind, Schema, Table

#: What keeps its white space in the text of a function: strings, quoted names, and comments up to the end of the line.
_SPACE = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*\n)|\s+""")
#: Languages in which white space outside of strings means nothing.
_FREE = re.compile(r"\sLANGUAGE (?:plpgsql|sql)\b")


@dataclass
class Rare:
    """The answers: ``things``, ``hanging`` and ``options`` as postgresql_rare has them, views by their OID."""

    things: list[Any] = field(default_factory=list)
    hanging: list[Any] = field(default_factory=list)
    options: list[Any] = field(default_factory=list)
    views: dict[int, str] = field(default_factory=dict)
    members: set[tuple[str, int]] = field(default_factory=set)


def read_rare(connection: Connection, catalogue: Catalogue) -> Rare:
    """Ask for what the catalogue has said to be there."""
    found, wanted = Rare(), catalogue.rare
    questions: list[tuple[str, str]] = [
        (family, sql)
        for family, all_of_it in (("things", THINGS), ("hanging", HANGING), ("options", OPTIONS))
        for name, sql in all_of_it.items()
        if name in wanted
    ]
    questions += [("views", VIEWS)] if "views" in wanted else []
    questions += [("members", MEMBERS)] if "extensions" in wanted else []
    if not questions:
        return found
    answers = connection.exec_driver_sql(f"SELECT {', '.join(map(_as_json, questions))}").one()
    for (family, _), answer in zip(questions, answers, strict=True):
        _add(found, family, json.loads(answer) if answer else [])
    return found


#: How many columns the questions of a family have.
_WIDTHS = {"things": 5, "hanging": 4, "options": 3, "views": 2, "members": 2}


def _as_json(question: tuple[str, str]) -> str:
    family, sql = question
    columns = ", ".join(f"c{place}" for place in range(_WIDTHS[family]))
    return f"(SELECT json_agg(json_build_array({columns})) FROM ({sql}) q ({columns}))::text"  # noqa: S608


def _add(found: Rare, family: str, rows: list[Any]) -> None:
    if family == "views":
        found.views = dict(rows)
    elif family == "members":
        found.members = {(catalogue, oid) for catalogue, oid in rows}
    else:
        getattr(found, family).extend(rows)


def add_things(schema: Schema, catalogue: Catalogue, rare: Rare) -> None:
    """Add what has a name of its own; where a table has that name already, the kind is put behind it."""
    for kind, namespace, name, definition, comment in sorted(rare.things, key=str):
        entry = empty_table(cast(Kind, kind), comment)
        if definition:
            entry["definition"] = _SPELLINGS.get(kind, str)(definition)
        add(schema, catalogue.key(namespace, name), entry)


def add(schema: Schema, key: str, entry: Table) -> None:
    """Keep something under its name, or under its name and kind where another thing has the name."""
    schema[key if key not in schema else f"{key} ({entry['kind']})"] = entry


def add_to_tables(tables: Mapping[int, Table], scopes: Mapping[int, Scope], rare: Rare) -> None:
    """Add what hangs on a table, and what is said of it as a whole."""
    for oid, text in rare.views.items():
        if oid in tables:
            tables[oid]["definition"] = statement(text.rstrip().removesuffix(";"))
    for oid, kind, name, text in sorted(rare.hanging, key=str):
        if oid in tables:
            found = Definition(kind=kind, name=name, text=statement(text.removesuffix(";"), scopes[oid]))
            tables[oid].setdefault("others", []).append(found)
    for oid, name, text in rare.options:
        if oid in tables:
            tables[oid].setdefault("options", {})[name] = statement(text) if name.startswith("partition") else text


def _program(text: str) -> str:
    """Write a function with even white space, where its language allows."""
    if _FREE.search(text):
        text = _SPACE.sub(lambda match: match[1] or " ", text)
    return text.strip().removeprefix("() ")


def members(rare: Rare, catalogue: str) -> Iterable[int]:
    """Return the OIDs of one catalogue that belong to an extension."""
    return {oid for name, oid in rare.members if name == catalogue}


#: How the definitions of a kind are written; all others are told as the engine tells them.
_SPELLINGS: dict[str, Callable[[str], str]] = {"domain": statement, "function": _program, "procedure": _program}
