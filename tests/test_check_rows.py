"""The rows that a check makes: what a column takes on all engines, and what is said of tables without any."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import walks

from lab_app.check.evidence import Unseeded
from lab_app.check.findings.find import find
from lab_app.check.folding import fold, meet
from lab_app.check.seeding.plan import parents_first
from lab_app.check.seeding.values import value
from lab_app.evidence.types import Column, Table

pytestmark = pytest.mark.fast


def test_an_array_holds_values_of_its_elements() -> None:
    """The first row holds none, each other one more, as its type wants them."""
    assert value(fold("TEXT[]"), 0, wild=True) == []
    assert value(fold("INTEGER[]"), 2, wild=False) == [1, 2]
    assert value(fold("JSONB[]"), 2, wild=True) == []
    assert value(fold("INTERVAL"), 1, wild=True) == timedelta(hours=1, seconds=1)


@pytest.mark.parametrize("types", [("INTERVAL", "DATETIME"), ("TEXT[]", "TEXT")])
def test_a_type_of_one_engine_has_no_values_in_common_with_another(types: tuple[str, ...]) -> None:
    """An interval is written as a date elsewhere: what fits one of them is nothing to the other."""
    assert meet(types).kind is None


def test_tables_that_point_at_one_without_rows_are_told_with_it(tmp_path: Path) -> None:
    """One cause is one finding, also where a table points at one that points at it."""
    seen = walks.walked(walks.revisions(tmp_path, "pass"), "postgresql")
    for table, why in (
        ("walk", "no values are known for the type of words, TSVECTOR"),
        ("step", "walk_id points at walk, which has no rows"),
        ("shoe", "step_id points at step, which has no rows"),
    ):
        seen.unseeded.append(Unseeded(f"table {table}", "0001", why))
    [found] = find(seen)
    assert found["title"] == "No rows could be made for table walk, so nothing was tested with any"
    assert found["detail"].endswith("What points at it has none either: shoe, step.")


def test_a_circle_of_tables_begins_where_nothing_has_to_be_pointed_at() -> None:
    """A project's first episode may be NULL, an episode's project may not: projects come first."""

    def table(refers_to: str, *, nullable: bool) -> Table:
        column = Column(
            type="INTEGER", nullable=nullable, default=None, autoincrement=False, computed=None, comment=None
        )
        key = {"columns": ["r"], "refers_to": refers_to, "refers_columns": ["id"], "name": None, "options": {}}
        return {"kind": "table", "columns": {"r": column}, "foreign_keys": [key]}  # type: ignore[typeddict-item]

    schema = {
        "asset": table("episode", nullable=False),
        "episode": table("project", nullable=False),
        "project": table("episode", nullable=True),
    }
    assert parents_first([schema]) == ["project", "episode", "asset"]
