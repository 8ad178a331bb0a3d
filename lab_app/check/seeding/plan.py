"""The rows of one table, made from what the schemas of all engines take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab_app.check.folding import Folded, fold, meet
from lab_app.check.seeding.conditions import allowed
from lab_app.check.seeding.values import COPY_ROW, NULL_ROW, ROWS, value
from lab_app.evidence.types import Column, Table

Row = dict[str, Any]


class NotPlannedError(Exception):
    """A table cannot be given rows; the text says why."""


@dataclass(frozen=True)
class TablePlan:
    """A table as every engine has it.

    ``tables`` are its schemas, ``goals`` what it is to become (or nothing), ``parents`` the rows of other tables.
    """

    name: str
    tables: Sequence[Table]
    goals: Sequence[Table]
    parents: Mapping[str, Sequence[Row]]
    wild: bool

    def rows(self) -> list[Row]:
        """Return five rows; a column that the engine fills by itself is left out.

        Raises:
            NotPlannedError: a column takes no value that is known here, or points at a table without rows.
        """
        return [self._row(number) for number in range(ROWS)]

    def _row(self, number: int) -> Row:
        row: Row = {}
        for column, variants in self._columns.items():
            if self._left_out(column, variants):
                continue
            row[column] = self._value(column, variants, number)
        if self._points_at_itself and len(self._key) == 1 and self._key[0] not in row:
            row[self._key[0]] = number + 1
        return row

    def _value(self, column: str, variants: Sequence[Column], number: int) -> Any:
        later = [goal["columns"][column] for goal in self.goals if column in goal["columns"]]
        nullable = all(each["nullable"] for each in (*variants, *later)) and column not in self._key
        if column in self._references:
            return self._reference(column, number, nullable)
        if nullable and number == NULL_ROW:
            return None
        type_ = self._type(column, variants)
        if type_.kind is None:
            if nullable:
                return None
            types = " and ".join(dict.fromkeys(each["type"] for each in variants))
            raise NotPlannedError(f"no values are known for the type of {column}, {types}")
        checks = [check["text"] for table in (*self.tables, *self.goals) for check in table["checks"]]
        if values := allowed(checks, column, type_):
            return values[number % len(values)]
        if self.wild and number == COPY_ROW and column not in self._unique:
            return value(type_, 1, wild=True)
        return value(type_, number, wild=self.wild)

    def _type(self, column: str, variants: Sequence[Column]) -> Folded:
        """Return what a column takes now; with tidy rows also what it is to take afterwards."""
        types = [each["type"] for each in variants]
        if self.wild:
            return meet(types)
        later = [goal["columns"][column]["type"] for goal in self.goals if column in goal["columns"]]
        now = meet(types)
        after = meet(types + later)
        # A text that is to become a date holds a date: that is a value of both.
        return after if later and now.kind == "text" and after.kind is not None else now

    def _reference(self, column: str, number: int, nullable: bool) -> Any:
        table, refers_to = self._references[column]
        if table == self.name:
            return None if nullable else number + 1
        rows = self.parents.get(table, ())
        if not rows:
            if nullable:
                return None
            raise NotPlannedError(f"{column} points at {table}, which has no rows")
        return None if nullable and number == NULL_ROW else rows[number % len(rows)].get(refers_to)

    def _left_out(self, column: str, variants: Sequence[Column]) -> bool:
        if any(each["computed"] for each in variants):
            return True
        return self._counted and self._key == [column] and not self._points_at_itself

    @property
    def _columns(self) -> dict[str, list[Column]]:
        columns: dict[str, list[Column]] = {}
        for table in self.tables:
            for name, column in table["columns"].items():
                columns.setdefault(name, []).append(column)
        return columns

    @property
    def _key(self) -> list[str]:
        return self.tables[0]["primary_key"]

    @property
    def _counted(self) -> bool:
        """Whether the engines number the rows by themselves."""
        if len(self._key) != 1 or self._key[0] in self._references:
            return False
        variants = self._columns[self._key[0]]
        whole = all(fold(each["type"]).kind == "integer" for each in variants)
        return whole and all(
            each["autoincrement"] or table["columns"][self._key[0]]["type"] == "INTEGER"
            for each, table in zip(variants, self.tables, strict=False)
        )

    @property
    def _references(self) -> dict[str, tuple[str, str]]:
        return {
            column: (key["refers_to"], refers_to)
            for table in self.tables
            for key in table["foreign_keys"]
            for column, refers_to in zip(key["columns"], key["refers_columns"], strict=False)
        }

    @property
    def _points_at_itself(self) -> bool:
        """Whether a row has to name one of its own table, and so needs a key that is known beforehand."""
        return any(
            table == self.name and not all(each["nullable"] for each in self._columns[column])
            for column, (table, _) in self._references.items()
        )

    @property
    def _unique(self) -> set[str]:
        """The columns that may not repeat a value."""
        found = set(self._key)
        for table in self.tables:
            for unique in table["unique"]:
                found.update(unique["columns"])
            for index in table["indexes"]:
                if index["unique"]:
                    found.update(index["columns"])
        return found


def parents_first(schemas: Sequence[Mapping[str, Table]]) -> list[str]:
    """Return the tables in an order in which each comes after those it points at.

    A cycle is opened at a table that can do without: where what points may be NULL. Where there is none, anywhere.
    """
    points_at: dict[str, set[str]] = {}
    needs: dict[str, set[str]] = {}
    for schema in schemas:
        for name, table in schema.items():
            if table["kind"] == "table":
                targets = {key["refers_to"] for key in table["foreign_keys"]} - {name}
                points_at.setdefault(name, set()).update(targets)
                needs.setdefault(name, set()).update(_needed(table) - {name})
    left, ordered = list(points_at), []
    while left:
        ready = [name for name in left if not points_at[name] & set(left)]
        ready = ready or [name for name in left if not needs[name] & set(left)][:1] or left[:1]
        ordered += ready
        left = [name for name in left if name not in ready]
    return ordered


def _needed(table: Table) -> set[str]:
    """Return the tables that a row has to point at."""
    columns = table["columns"]
    return {
        key["refers_to"]
        for key in table["foreign_keys"]
        if not any(columns[column]["nullable"] for column in key["columns"])
    }
