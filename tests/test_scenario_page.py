"""One scenario's page: the finding, the engines side by side, and the way on."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pages import client_of, found, groups, only, words
from sample_document import HARMFUL, document

from lab_app.document import keep
from lab_app.document.matrix import matrix
from lab_app.document.types import Document
from lab_app.report.headline import headline, proof
from lab_app.report.scenario_view import scenario_views


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages of a machine that has run nothing yet."""
    return client_of(tmp_path, monkeypatch)


@pytest.fixture
def sample(client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Document:
    """The sample document with all four engines, as the record."""
    shown = document(mariadb=True)
    only(shown, monkeypatch, tmp_path)
    return shown


@pytest.fixture(scope="module")
def record() -> Document:
    """The record of the repository."""
    kept = keep.recorded()
    assert kept
    return kept


def test_the_finding_names_every_engine_by_what_it_did(record: Document) -> None:
    """The heading is worked out from the cells, the worst word first."""
    view = matrix(record)
    said = {story.scenario["name"]: headline(story, view.targets) for story in scenario_views(view)}
    assert said["alter_type_dirty_data"] == "SQLite changes rows; PostgreSQL, MySQL and MariaDB refuse"
    assert said["add_age"] == "All four engines do nothing"
    assert said["delete_sqlite_file"] == "SQLite loses rows"
    assert all(sentence[0].isupper() for sentence in said.values())


def test_what_decided_it_is_told_where_data_is_at_risk(record: Document) -> None:
    """The values that changed, or what stayed; nothing where no data is at risk."""
    said = {story.scenario["name"]: proof(story) for story in scenario_views(matrix(record))}
    assert said["alter_type_dirty_data"] == "2 of 5 rows changed: '12kg' became 12, '' became 0"
    assert said["batch_leftover_tmp_table"] == "part of it stayed: + table _alembic_tmp_student"
    assert said["add_age"] == ""


def test_every_scenario_of_the_record_has_a_page(client: FlaskClient, record: Document) -> None:
    """Each page has its finding as heading, each of its cells as a place that the matrix links to, and no id twice."""
    for scenario in record["scenarios"]:
        answer = client.get(f"/scenario/{scenario['name']}")
        assert answer.status_code == 200, scenario["name"]
        ids = found(r'\bid="([^"]+)"', answer.text)
        cells = [cell for cell in record["cells"] if cell["scenario"] == scenario["name"]]
        assert {f"{cell['attempt']}-{cell['target']}" for cell in cells} <= set(ids), scenario["name"]
        assert len(ids) == len(set(ids)), scenario["name"]
        assert len(found(r"<h1>(.*?)</h1>", answer.text)) == 1


def test_the_failing_statement_is_marked_and_the_engine_speaks(client: FlaskClient) -> None:
    """Where an engine refused, its statement says so, and its class, code and message are there verbatim."""
    page = client.get("/scenario/alter_type_dirty_data").text
    failed = found(r'<li class="failed"><pre>(.*?)</pre>', page)
    assert any(words(sql).startswith("ALTER TABLE student") for sql in failed)
    assert "failed here" in words(page)
    assert 'InvalidTextRepresentation 22P02 invalid input syntax for type integer: "12kg"' in words(page)


def test_rows_are_shown_before_and_after_with_what_changed(client: FlaskClient) -> None:
    """A changed value stands beside what it was, in the table after; the table before is there too."""
    page = client.get("/scenario/alter_type_dirty_data").text
    changed = groups(r'<td class="was">(\S+) <strong>was ([^<]+)</strong>', page)
    assert changed[:2] == [("12", "'12kg'"), ("0", "''")]
    assert "student, before" in words(page)
    assert "student, after" in words(page)


def test_why_and_the_better_way_and_hints_follow(client: FlaskClient, record: Document) -> None:
    """The story's reasons, each better attempt's code, every hint inside the one before it, command and reference."""
    [scenario] = [scenario for scenario in record["scenarios"] if scenario["name"] == "add_age"]
    page = client.get("/scenario/add_age").text
    said = words(page)
    assert (
        said.index("Why")
        < said.index("The better way")
        < said.index("Hints, one at a time")
        < said.index("Run only this")
    )
    assert "make scenario NAME=add_age" in said
    assert "flask lab run add_age" in said
    assert all(words(hint) in said for hint in scenario["hints"])
    assert "<details><summary>A nudge</summary>" in page
    assert scenario["reference"] in found(r'href="([^"]+)"', page)


def test_next_is_the_next_difference_of_the_chosen_matrix(client: FlaskClient, record: Document) -> None:
    """Following next goes through every scenario that differs, in the order of the matrix, and begins again."""
    told = [story for story in scenario_views(matrix(record)) if any(row.differs for row in story.rows)]
    names = [story.scenario["name"] for story in told]
    place, seen = f"/scenario/{names[0]}", []
    for _ in names:
        [place] = found(r'rel="next" href="([^"]+)"', client.get(place).text)
        seen.append(place.removeprefix("/scenario/"))
    assert seen == [*names[1:], names[0]]


def test_the_way_back_keeps_the_selection(client: FlaskClient) -> None:
    """The first link leads to the same filtered matrix, at this scenario's row."""
    page = client.get("/scenario/batch_mode?show=risk&q=batch").text
    assert found(r'<p class="crumb"><a href="([^"]+)"', page) == ["/?show=risk&q=batch#batch_mode"]
    [place] = found(r'rel="next" href="([^"]+)"', page)
    assert place.endswith("?show=risk&q=batch")


def test_a_row_copies_as_markdown(client: FlaskClient, record: Document) -> None:
    """A scenario's text has its attempts and their evidence; one attempt's has that row alone."""
    whole = client.get("/scenario/batch_mode.md").text
    one = client.get("/scenario/batch_mode.md?attempt=number_in_batch").text
    assert whole.count("\n| **") == len({c["attempt"] for c in record["cells"] if c["scenario"] == "batch_mode"})
    assert one.count("\n| **") == 1
    assert "```sql" in one
    assert client.get("/scenario/batch_mode.md?attempt=numbr").status_code == 404


def test_unknown_names_get_the_nearest(client: FlaskClient) -> None:
    """A 404 page links the scenarios that may have been meant."""
    answer = client.get("/scenario/ad_age")
    assert answer.status_code == 404
    assert "There is no scenario called 'ad_age'." in words(answer.text)
    assert '<a href="/scenario/add_age">add_age</a>' in answer.text


def test_everything_from_a_database_is_escaped(client: FlaskClient, sample: Document) -> None:
    """Markup in an engine's words, a value, a statement, a title or a story stays text on every page."""
    script = "<script>alert(1)</script>"
    assert script in HARMFUL["message"]
    pages = "".join(client.get(f"/scenario/{one['name']}").text for one in sample["scenarios"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages
    assert found(r"(<script(?! src=)[^>]*>)", pages) == []


def test_every_text_of_a_document_may_be_hostile(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With markup put before every text that is shown, no page has a tag that the templates did not write."""
    mark = "<img src=x onerror=alert(1)>\"'&<!--"

    def spoilt(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: spoilt(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [spoilt(inner, key) for inner in value]
        names = {"name", "scenario", "attempt", "target", "engine", "outcome", "recorded_at", "kind", "level", "how"}
        return mark + value if isinstance(value, str) and key not in names else value

    hostile: Document = spoilt(document(mariadb=True))  # type: ignore[assignment]
    only(hostile, monkeypatch, tmp_path)
    for place in ("/", *(f"/scenario/{scenario['name']}" for scenario in hostile["scenarios"])):
        answer = client.get(place)
        assert answer.status_code == 200
        assert "<img" not in answer.text
        assert "<!--" not in answer.text
        assert "&lt;img src=x onerror=alert(1)&gt;" in answer.text
