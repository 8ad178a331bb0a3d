"""Rows put into every table that has none, on all lanes alike: kept where all of them took them, else not tested."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from lab_app.check.answers import first_line
from lab_app.check.evidence import NotTested
from lab_app.check.seeding.plan import NotPlannedError, Row, TablePlan, parents_first
from lab_app.evidence.names import quoted
from lab_app.evidence.state import State
from lab_app.evidence.types import Table

#: What Alembic's batch mode calls its copy of a table.
_COPY = "_alembic_tmp_"


class Seeded(Protocol):
    """What a lane has to offer to be seeded."""

    name: str

    @property
    def title(self) -> str:
        """The engine's title, for a person."""

    def writer(self, table: str) -> sa.Connection:
        """Return a new connection to the database that a table is in."""

    def in_its_database(self, table: str) -> str:
        """Return what a table is called in the database that it is in."""


def seed(
    lanes: Sequence[Seeded],
    states: Mapping[str, State],
    goals: Mapping[str, Table] | None = None,
    *,
    wild: bool = True,
) -> tuple[dict[str, set[str]], list[NotTested]]:
    """Seed the tables without rows and return which, by lane, and which could not be seeded.

    ``states`` are what was read of each lane, ``goals`` what the tables of a single lane are to become. Wild rows are
    tried first; where an engine does not take them, tidy ones.
    """
    changed: dict[str, set[str]] = {lane.name: set() for lane in lanes}
    failed: list[NotTested] = []
    rows_of: dict[str, list[Row]] = {}
    for name in parents_first([states[lane.name].schema for lane in lanes]):
        having = [lane for lane in lanes if _is_table(states[lane.name], name)]
        empty = [lane for lane in having if not states[lane.name].rows[name].count]
        if not empty or name.startswith(_COPY):
            continue
        tables = [states[lane.name].schema[name] for lane in having]
        why = ""
        for tier in (True, False) if wild else (False,):
            plan = TablePlan(
                name, tables, [goals[name]] if goals and name in goals else [], _Parents(having, states, rows_of), tier
            )
            try:
                rows = plan.rows()
            except NotPlannedError as error:
                why = str(error)
                continue
            if not (why := _inserted(empty, name, rows, states)):
                changed = {**changed, **{lane.name: changed[lane.name] | {name} for lane in empty}}
                rows_of[name] = _as_read(empty[0], name, rows, states[empty[0].name].schema[name])
                break
        if why:
            failed.append(NotTested(f"table {name}", why))
    return changed, failed


class _Parents(Mapping[str, Sequence[Row]]):
    """The rows that other tables hold: those that were just made, else what was read."""

    def __init__(self, lanes: Sequence[Seeded], states: Mapping[str, State], made: Mapping[str, list[Row]]) -> None:
        self._state = states[lanes[0].name]
        self._made = made

    def __getitem__(self, name: str) -> Sequence[Row]:
        if name in self._made:
            return self._made[name]
        data = self._state.rows[name]
        return [dict(zip(data.columns, row, strict=True)) for row in data.rows]

    def __iter__(self) -> Any:
        return iter({**self._state.rows, **self._made})

    def __len__(self) -> int:
        return len({**self._state.rows, **self._made})


def _is_table(state: State, name: str) -> bool:
    return name in state.schema and state.schema[name]["kind"] == "table" and name in state.rows


def _inserted(lanes: Sequence[Seeded], name: str, rows: list[Row], states: Mapping[str, State]) -> str:
    """Insert the rows on every lane, in a transaction each; return why not, in an engine's words, or nothing.

    Nothing is committed before all lanes took all rows.
    """
    with contextlib.ExitStack() as stack:
        writers = []
        for lane in lanes:
            writer = stack.enter_context(lane.writer(name))
            writers.append(writer)
            table = quoted(writer, lane.in_its_database(name), states[lane.name].schema[name])
            try:
                for row in rows:
                    insert(writer, table, row)
            except sa.exc.SQLAlchemyError as error:
                return f"{lane.title}: {first_line(str(getattr(error, 'orig', None) or error))}"
        for writer in writers:
            writer.commit()
    return ""


def insert(connection: sa.Connection, table: str, row: Mapping[str, Any]) -> None:
    """Insert one row through the driver, its values as they are; ``table`` is its name as SQL has it."""
    quote = connection.dialect.identifier_preparer.quote
    if not row:
        empty = "() VALUES ()" if connection.dialect.supports_default_values is False else "DEFAULT VALUES"
        connection.exec_driver_sql(f"INSERT INTO {table} {empty}")
        return
    columns = ", ".join(map(quote, row))
    places = ", ".join(f":p{number}" for number in range(len(row)))
    values = {f"p{number}": _taken(connection, value) for number, value in enumerate(row.values())}
    connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), values)  # noqa: S608


def _taken(connection: sa.Connection, value: Any) -> Any:
    """Return a value as the driver takes it: sqlite3 knows no decimals, and gets times as text."""
    if connection.dialect.name == "sqlite" and not isinstance(value, int | float | str | bytes | None):
        return str(value)
    return value


def _as_read(lane: Seeded, name: str, rows: list[Row], table: Table) -> list[Row]:
    """Return the rows with the keys that the engine gave them."""
    key = table["primary_key"]
    if all(column in rows[0] for column in key):
        return rows
    with lane.writer(name) as connection:
        columns = ", ".join(map(connection.dialect.identifier_preparer.quote, key))
        place = quoted(connection, lane.in_its_database(name), table)
        found = connection.exec_driver_sql(f"SELECT {columns} FROM {place} ORDER BY 1").all()  # noqa: S608
    return [{**row, **dict(zip(key, given, strict=True))} for row, given in zip(rows, found, strict=False)]
