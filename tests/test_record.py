"""The record in the repository covers every scenario, stays small, and the page of scenarios follows from it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from sample_document import document as sample

from lab_app.document.compare import changes, compared
from lab_app.document.file import load
from lab_app.document.packed import record_text, unpacked
from lab_app.document.types import Document
from lab_app.folders import recorded_results, scenarios_folder
from lab_app.report.formats import render
from lab_app.report.index import index_text
from lab_app.scenario import catalogue

THREE_MB = 3_000_000


@pytest.fixture(scope="module")
def recorded() -> Document:
    """The document in the repository."""
    return load(recorded_results())


def test_every_attempt_is_recorded_on_every_engine(recorded: Document) -> None:
    """The record holds a cell for each attempt and engine, all observed, all as expected."""
    wanted = {
        (name, attempt.name, engine)
        for name, path in catalogue.files().items()
        for attempt in catalogue.load(path).attempts
        for engine in attempt.expected
    }

    assert {(cell["scenario"], cell["attempt"], cell["target"]) for cell in recorded["cells"]} == wanted
    assert [cell for cell in recorded["cells"] if not cell["as_expected"]] == []
    assert all(target["up"] for target in recorded["targets"])


def test_the_record_stays_small() -> None:
    """The file is under 3 MB."""
    assert recorded_results().stat().st_size < THREE_MB


def test_the_page_of_scenarios_is_what_the_record_says(recorded: Document) -> None:
    """scenarios/README.md is generated; `make record` writes it."""
    assert (scenarios_folder() / "README.md").read_text(encoding="utf-8") == index_text(recorded)


def test_the_recorded_form_holds_the_same_document() -> None:
    """Packing schemas loses nothing but the times of single statements."""
    document: Any = sample()
    for cell in document["cells"]:
        cell["ms"] = round(cell["ms"])
        for statement in cell["statements"]:
            statement["ms"] = 0

    assert unpacked(json.loads(record_text(document))) == document


def test_a_run_beside_its_record_is_the_same() -> None:
    """A document compared with itself has no change."""
    document = sample()

    assert changes(document, document) == []
    assert compared(document, document).startswith("SAME AS RECORDED on ")


def test_a_cell_that_came_out_differently_is_told() -> None:
    """What was and what is stand side by side; another version is said first."""
    before, after = sample(), json.loads(json.dumps(sample()))
    cell = next(cell for cell in after["cells"] if cell["outcome"] == "done")
    cell["outcome"] = "drifted"
    up = next(target for target in after["targets"] if target["up"])
    was, up["version"] = up["version"], "99.1"

    version, change = changes(before, after)

    assert version == f"{up['title']} is 99.1 here; the record was made with {was}."
    assert change.startswith(f"{cell['scenario']} {cell['attempt']} on ")
    assert change.endswith(": was done, is drifted")
    assert compared(before, after).startswith("CHANGED SINCE THE RECORD of ")


def test_what_was_not_run_is_no_change() -> None:
    """An engine that is not up now is no difference from the record."""
    before, after = sample(), json.loads(json.dumps(sample()))
    for cell in after["cells"]:
        cell["outcome"] = "not run"

    assert changes(before, after) == []


def test_the_matrix_says_what_has_changed_since_the_record() -> None:
    """The screen of many scenarios ends with the difference from the record, or that there is none."""
    now = sample()
    before = json.loads(json.dumps(now))
    before["cells"][0]["outcome"] = "drifted"
    same, changed = io.StringIO(), io.StringIO()

    render(now, "terminal", same, recorded=sample())
    render(now, "terminal", changed, recorded=before)

    assert "SAME AS RECORDED on 2026-11-22" in same.getvalue()
    assert "CHANGED SINCE THE RECORD of 2026-11-22" in changed.getvalue()
    assert ": was drifted, is " in changed.getvalue()
