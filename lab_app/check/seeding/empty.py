"""Tables without their rows: what a revision is tried with when it fails with rows."""

from __future__ import annotations

from collections.abc import Collection

from lab_app.check.lane import Lane
from lab_app.check.seeding.plan import parents_first
from lab_app.engines import Engine
from lab_app.evidence.names import quoted
from lab_app.evidence.state import State


def empty_tables(lane: Lane) -> None:
    """Delete the rows of every table, whatever points at them; the version table keeps its own."""
    state = lane.read()
    for slot in lane.slots:
        names = _in_sql(lane, state, slot, list(state.schema))
        for statement in _statements(lane.engine, names):
            lane.observer(slot).exec_driver_sql(statement)


def delete_rows(lane: Lane, but: Collection[str]) -> None:
    """Delete the rows of every table but some, children first.

    Raises:
        DBAPIError: a row that stays points at one that goes.
    """
    state = lane.read()
    for slot in lane.slots:
        ordered = [
            name for name in reversed(parents_first([state.schema])) if name not in but and state.rows[name].count
        ]
        for name in _in_sql(lane, state, slot, ordered):
            lane.observer(slot).exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608


def _in_sql(lane: Lane, state: State, slot: str, names: list[str]) -> list[str]:
    """Return those of the names that are tables of one database, as SQL has them."""
    connection = lane.observer(slot)
    tables = [name for name in names if state.schema[name]["kind"] == "table" and lane.slot_of(name) == slot]
    return [quoted(connection, lane.in_its_database(name), state.schema[name]) for name in tables]


def _statements(engine: Engine, names: list[str]) -> list[str]:
    if not names:
        return []
    if engine.empty_tables:
        return [engine.empty_tables.format(tables=", ".join(names))]
    off, on = engine.without_foreign_keys
    return [off, *(f"DELETE FROM {name}" for name in names), on]  # noqa: S608
