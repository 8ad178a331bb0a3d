"""The record in the repository covers every scenario, stays small, and the page of scenarios follows from it."""

from __future__ import annotations

import difflib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sample_document import document as sample

from lab_app.document import keep
from lab_app.document.compare import changes, compared
from lab_app.document.decode import document_of
from lab_app.document.file import load, of_scenario
from lab_app.document.merge import overlay
from lab_app.document.packed import record_text
from lab_app.document.types import Document
from lab_app.errors import LabError
from lab_app.folders import scenarios_folder
from lab_app.report.formats import render
from lab_app.report.index import index_text
from lab_app.report.origin import origin_sentences
from lab_app.scenario import catalogue
from lab_app.web.results_cache import ResultsCache

SIX_MB = 6_000_000


@pytest.fixture(scope="module")
def recorded() -> Document:
    """What is recorded in the repository, as one document."""
    found = keep.recorded()
    assert found
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the record of a lab that has recorded nothing yet."""
    monkeypatch.setattr("lab_app.document.keep.recorded_results", lambda: tmp_path / "recorded")
    return tmp_path / "recorded"


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
    """All files together are under 6 MB."""
    assert 0 < sum(file.stat().st_size for file in keep.recorded_files()) < SIX_MB


def test_each_file_is_a_whole_document_of_its_scenario() -> None:
    """Schema, day, versions and targets are in it; its name is the scenario's, and every scenario has one."""
    for file in keep.recorded_files():
        document = load(file)
        assert [scenario["name"] for scenario in document["scenarios"]] == [file.stem]
        assert {cell["scenario"] for cell in document["cells"]} == {file.stem}
    assert [file.stem for file in keep.recorded_files()] == list(catalogue.files())


def test_recording_replaces_what_was_recorded(folder: Path) -> None:
    """Files of scenarios that are no more go; before there is a record, there is none to read."""
    assert keep.recorded() is None
    assert keep.record(sample(mariadb=True)) == folder
    both = keep.recorded()
    keep.record(of_scenario(sample(mariadb=True), "add_age"))
    one = keep.recorded()

    assert both
    assert one
    assert [scenario["name"] for scenario in both["scenarios"]] == ["add_age", "batch_mode"]
    assert (both["targets"], len(both["cells"])) == (sample(mariadb=True)["targets"], 24)
    assert [scenario["name"] for scenario in one["scenarios"]] == ["add_age"]
    assert [file.name for file in folder.iterdir()] == ["add_age.json"]


def test_a_changed_cell_is_a_few_lines_of_its_file(folder: Path) -> None:
    """What came out differently is told by its own lines, whatever else the file holds."""
    document = sample(mariadb=True)
    keep.record(document)
    before = (folder / "add_age.json").read_text(encoding="utf-8").splitlines()
    cell = document["cells"][0]
    cell.update(outcome="drifted", finding="not what the models say", ms=99.0, steps=["db.create_all()", "again"])
    keep.record(document)
    after = (folder / "add_age.json").read_text(encoding="utf-8").splitlines()
    changes = [line for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[0] in "+-"][2:]

    assert [line for line in changes if line.startswith('+"outcome":"drifted"')]
    assert [line for line in changes if line == '+"ms":99,']
    assert sum(line[0] == "-" for line in changes) == 3
    assert len(changes) <= 10


def test_a_record_of_several_days_says_so() -> None:
    """Results that were recorded on two days are not passed off as those of one."""
    older, newer = of_scenario(sample(), "add_age"), of_scenario(sample(), "batch_mode")
    newer["recorded_at"] = "2026-12-01T09:05:00+00:00"
    shown = overlay([older, newer], [])
    assert shown

    assert [origin.recorded_at.day for origin in shown.recorded] == [1, 22]
    [sentence] = origin_sentences(shown)
    assert sentence.startswith("Recorded from 2026-11-22 17:32 UTC to 2026-12-01 09:05 UTC, the last time with SQLite")


def test_only_files_that_changed_are_read_anew(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read each file once, and again when it is another one; a file that is gone has no problem left."""
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path / "latest.json"))
    keep.record(sample(mariadb=True))
    cache = ResultsCache()
    first = cache.current()
    read: list[str] = []
    monkeypatch.setattr(
        "lab_app.web.results_cache.load", lambda file, **how: (read.append(file.name), load(file, **how))[1]
    )

    assert cache.current() is first
    keep.record({**sample(mariadb=True), "ms": 1.0})
    assert cache.current() is not first
    assert sorted(read) == ["add_age.json", "batch_mode.json"]
    (folder / "add_age.json").write_text("{", encoding="utf-8")
    shown = cache.current()
    assert shown
    assert (list(shown.origins), cache.problems) == (
        ["batch_mode"],
        ["add_age.json is not JSON. Type: flask lab run add_age"],
    )
    (folder / "add_age.json").unlink()
    assert cache.current()
    assert (read[2:], cache.problems) == (["add_age.json"], [])


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

    assert document_of(record_text(document).encode()) == document


def test_a_form_that_names_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """A file that was edited by hand is told as such, in place of a traceback."""
    file = tmp_path / "add_age.json"
    text = record_text(of_scenario(sample(), "add_age"))
    name = next(iter(json.loads(text)["shared"]))
    file.write_text(text.replace(f'"{name}": ', '"another": '), encoding="utf-8")
    with pytest.raises(LabError, match=r"^add_age\.json is a result document with parts missing"):
        load(file)


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
