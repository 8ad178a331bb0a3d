"""Rows that move, come, go or get other keys, as whole stories on every engine: ``tests/data/stories``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from availability import Found, available
from commands import lab, with_servers

from lab_app.document.types import Cell
from lab_app.report.values import rows_told

STORIES = Path(__file__).parent / "data" / "stories"
NAMES = sorted(path.stem for path in STORIES.glob("*.py"))


@pytest.fixture(scope="module")
def cells(lab_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[Cell]:
    """Every cell of these stories, from one run."""
    home = tmp_path_factory.mktemp("home")
    environment = {**with_servers(home, lab_environment), "LAB_SERVERS": "given", "LAB_SCENARIOS": str(STORIES)}
    found: dict[str, Any] = json.loads(lab("run", *NAMES, "--format", "json", environment=environment).stdout)
    run: list[Cell] = found["cells"]
    return run


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_judged_by_what_became_of_them(name: str, engine_name: str, servers: Found, cells: list[Cell]) -> None:
    """Each attempt gets the word that its story declares, on each engine."""
    if engine_name != "sqlite":
        available(servers, engine_name)
    told = [
        f"{cell['attempt']}: {cell['outcome']} ({cell['finding']}), not {cell['expected']}"
        for cell in cells
        if (cell["scenario"], cell["engine"]) == (name, engine_name) and not cell["as_expected"]
    ]
    assert not told, "\n".join(told)


def test_the_screen_says_what_is_declared(cells: list[Cell]) -> None:
    """No sentence says that rows are as they were where a value changed, came or went as declared."""
    found = {(cell["scenario"], cell["attempt"]): rows_told(cell) for cell in cells if cell["engine"] == "sqlite"}
    assert found["demanded_rows", "goes"] == "every row as declared"
    assert found["demanded_rows", "comes"] == "every row as declared"
    assert found["demanded_rows", "gone_then_failed"] == "every row as it was"
    assert found["demanded_rows", "stays"] == "not every row as declared: account still has the row with id 7"
    assert found["demanded_rows", "empty_column"] == (
        "not every row as declared: account with id 1: note is NULL, not 'first'"
    )
    assert found["demanded_rows", "one_of_two"] == (
        "not every row as declared: account with id 2: role is 'member', not 'guest'"
    )
    assert found["other_keys", "declared"] == "every row as declared"
    assert found["moved_columns", "moved"] == "every row as declared"
