"""Tables without their rows: what a revision is tried with when it fails with rows."""

from __future__ import annotations

from lab_app.check.lane import Lane
from lab_app.engines import Engine
from lab_app.evidence.names import quoted


def empty_tables(lane: Lane) -> None:
    """Delete the rows of every table, whatever points at them; the version table keeps its own."""
    state = lane.read()
    for slot in lane.slots:
        tables = [
            name for name, table in state.schema.items() if table["kind"] == "table" and lane.slot_of(name) == slot
        ]
        connection = lane.observer(slot)
        names = [quoted(connection, lane.in_its_database(name), state.schema[name]) for name in tables]
        for statement in _statements(lane.engine, names):
            connection.exec_driver_sql(statement)


def _statements(engine: Engine, names: list[str]) -> list[str]:
    if not names:
        return []
    if engine.empty_tables:
        return [engine.empty_tables.format(tables=", ".join(names))]
    off, on = engine.without_foreign_keys
    return [off, *(f"DELETE FROM {name}" for name in names), on]  # noqa: S608
