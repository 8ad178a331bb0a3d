"""The cross-database matrix: what each attempt does on each engine is what its scenario says."""

from __future__ import annotations

import pytest
from availability import ENGINE_NAMES, Found, available, tells_password
from background import MIXED, Run

from lab_app.document.types import Cell, Document
from lab_app.engines import BY_NAME
from lab_app.scenario import catalogue
from lab_app.servers import Server

KEYS = [
    (name, attempt.name, engine)
    for name in catalogue.files()
    for attempt in catalogue.load(catalogue.find(name)).attempts
    for engine in ENGINE_NAMES
]


@pytest.fixture(scope="session")
def document(catalogue_run: Run) -> Document:
    """Every scenario on every engine, run once."""
    return catalogue_run.document()


@pytest.fixture(scope="session")
def cells(document: Document) -> dict[tuple[str, str, str], Cell]:
    """The cells of that run by scenario, attempt and engine."""
    return {cell_key(cell): cell for cell in document["cells"]}


@pytest.mark.parametrize(("scenario", "attempt", "engine"), KEYS, ids=["-".join(key) for key in KEYS])
def test_observed_equals_expected(
    scenario: str,
    attempt: str,
    engine: str,
    cells: dict[tuple[str, str, str], Cell],
    servers: Found,
) -> None:
    """Each engine does with each attempt what the scenario declares."""
    available(servers, engine)
    cell = cells[scenario, attempt, engine]

    assert cell["expected"] is not None, cell["reason"]
    assert cell["as_expected"], told(cell)


def told(cell: Cell) -> str:
    """Observed and expected side by side, with the evidence, and the line to edit."""
    attempt = next(a for a in catalogue.load(catalogue.find(cell["scenario"])).attempts if a.name == cell["attempt"])
    error = cell["error"]
    statements = "\n".join(f"    {s['sql']}{'   <- ' + s['error'] if s['error'] else ''}" for s in cell["statements"])
    return (
        f"\n  observed: {cell['outcome']} ({cell['finding']})"
        f"\n  expected: {cell['expected']}"
        f"\n  error:    {error}"
        f"\n  SQL:\n{statements}"
        f"\n  edit:     scenarios/{cell['scenario']}.py:{attempt.line}"
    )


def test_every_cell_is_there(document: Document) -> None:
    """The document holds one cell for each attempt on each engine, in order."""
    assert [(c["scenario"], c["attempt"], c["engine"]) for c in document["cells"]] == KEYS


def test_create_all_is_silent_and_the_first_query_is_not(
    cells: dict[tuple[str, str, str], Cell], servers: Found, engine_name: str
) -> None:
    """After create_all() the application's first query fails in the engine's own words."""
    available(servers, engine_name)
    cell = cells["add_age", "create_all", engine_name]
    words = {"sqlite": "no such column: student.age", "postgresql": "column student.age does not exist"}

    assert cell["statements"] == []
    assert cell["error"] is None
    assert cell["first_query"] is not None
    assert cell["first_query"]["error"] is not None
    assert words.get(engine_name, "Unknown column 'student.age' in") in cell["first_query"]["error"]["message"]


def test_a_migration_keeps_every_row(cells: dict[tuple[str, str, str], Cell], servers: Found, engine_name: str) -> None:
    """Every value is as it was, and the new column holds NULL."""
    available(servers, engine_name)
    cell = cells["add_age", "migrate", engine_name]
    assert cell["rows_before"]
    assert cell["rows_after"]
    before, after = cell["rows_before"]["student"], cell["rows_after"]["student"]

    assert after["columns"] == [*before["columns"], "age"]
    assert after["rows"] == [[*row, None] for row in before["rows"]]
    assert cell["first_query"] is not None
    assert cell["first_query"]["error"] is None
    assert cell["migration"] is not None
    assert "batch_op.add_column(sa.Column('age', sa.Integer(), nullable=True))" in cell["migration"]


def test_sqlite_keeps_only_the_year_of_a_date(cells: dict[tuple[str, str, str], Cell]) -> None:
    """SQLite's CAST(… AS DATETIME) has NUMERIC affinity: a date becomes 2024, and the ORM cannot read it."""
    cell = cells["batch_mode", "date_in_batch", "sqlite"]

    assert cell["survival"][0]["changes"][0] == {
        "key": [1],
        "column": "joined",
        "before": "2024-01-02 03:04:05",
        "after": 2024,
    }
    assert cell["first_query"] is not None
    assert cell["first_query"]["error"] is not None
    assert cell["first_query"]["error"]["class"] == "TypeError"


def test_no_trace_of_the_machine_is_in_the_document(document: Document, servers: Found) -> None:
    """No password, no scratch folder and no scratch database's name is in the evidence."""
    text = repr(document["cells"])

    assert "/runs/" not in text
    assert "lab_" not in text.replace("lab_app", "")
    for server in servers.values():
        assert not isinstance(server, Server) or not tells_password(server, repr(document))


def test_engines_are_named_with_version_and_source(document: Document) -> None:
    """Each engine that is up tells its version and where it came from."""
    assert [record["name"] for record in document["targets"]] == list(BY_NAME)
    for record in document["targets"]:
        assert record["up"] == bool(record["version"]) == bool(record["source"])
        assert record["up"] != bool(record["reason"])


def timeless(cell: Cell) -> dict[str, object]:
    """A cell without its times."""
    statements = [{**statement, "ms": 0} for statement in cell["statements"]]
    return {**cell, "ms": 0, "statements": statements}


def test_order_never_matters(cells: dict[tuple[str, str, str], Cell], mixed_run: Run) -> None:
    """A run in another order and another company gives the same cells, but for times."""
    other = {cell_key(cell): timeless(cell) for cell in mixed_run.document()["cells"]}

    assert list(dict.fromkeys(scenario for scenario, _, _ in other)) == list(MIXED)
    assert other == {key: timeless(cells[key]) for key in other}


def cell_key(cell: Cell) -> tuple[str, str, str]:
    """What tells one cell from another."""
    return cell["scenario"], cell["attempt"], cell["engine"]


def test_a_wrong_expectation_shows_both_sides_and_the_line(cells: dict[tuple[str, str, str], Cell]) -> None:
    """The failure names observed and expected, the SQL, and the line of the scenario to edit."""
    text = told(cells["add_age", "migrate", "sqlite"])
    line = next(a.line for a in catalogue.load(catalogue.find("add_age")).attempts if a.name == "migrate")

    assert "observed: done" in text
    assert "expected: {'outcome': 'done'" in text
    assert "ALTER TABLE student ADD COLUMN age INTEGER" in text
    assert text.endswith(f"scenarios/add_age.py:{line}")
