"""The evidence of several databases as that of one: a bind's table is called ``analytics.event``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lab_app.evidence.state import State
from lab_app.evidence.types import ForeignKey, Schema, Table


def joined(states: Mapping[str | None, State]) -> State:
    """Put what was read of several databases into one."""
    schema = joined_schema({key: state.schema for key, state in states.items()})
    rows = {full_name(key, name): data for key, state in states.items() for name, data in state.rows.items()}
    revisions = [f"{key}:{each}" if key else each for key, state in states.items() for each in state.revisions]
    return State(schema, rows, revisions)


def joined_schema(schemas: Mapping[str | None, Schema]) -> Schema:
    """Put the schemas of several databases into one, in the order of its names."""
    found = dict(entry for key, schema in schemas.items() for entry in _renamed(key, schema))
    return {name: found[name] for name in sorted(found)}


def _renamed(key: str | None, schema: Schema) -> Iterator[tuple[str, Table]]:
    for name, table in schema.items():
        foreign_keys = table["foreign_keys"]
        if key is not None:
            foreign_keys = [
                ForeignKey(**{**each, "refers_to": full_name(key, each["refers_to"])}) for each in foreign_keys
            ]
        yield full_name(key, name), {**table, "foreign_keys": foreign_keys}


def full_name(key: str | None, name: str) -> str:
    """Return what a table is called in the evidence of several databases: ``analytics.event``."""
    return name if key is None else f"{key}.{name}"
