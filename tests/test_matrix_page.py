"""The first page: the whole matrix, the part that an address asks for, and where the results come from."""

import copy
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pages import client_of, found, groups, only, put, words
from sample_document import document

from lab_app.document import keep
from lab_app.document.matrix import matrix
from lab_app.document.outcomes import SIGNS
from lab_app.document.types import Document


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages of a machine that has run nothing yet."""
    return client_of(tmp_path, monkeypatch)


@pytest.fixture
def sample(client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Document:
    """The sample document, as the record of a lab that has nothing else."""
    shown = document()
    only(shown, monkeypatch, tmp_path)
    return shown


def rows(page: str) -> list[str]:
    """The titles of the attempts that a page shows, in its order."""
    return found(r'<th scope="row">(.*?)(?: <small>|</th>)', page)


def test_without_a_run_the_record_is_shown_whole(client: FlaskClient) -> None:
    """A fresh clone shows every attempt of the record, with its day and versions, and that it is not this machine's."""
    record = keep.recorded()
    assert record
    page = client.get("/").text
    assert len(rows(page)) == len(matrix(record).rows)
    assert page.count("<td class=") == len(record["cells"])
    day = record["recorded_at"][:10]
    assert f"Recorded on {day} with SQLite" in words(page)
    assert "not this machine" in words(page)


def test_a_cell_is_a_sign_a_word_a_reason_and_a_link_to_its_evidence(client: FlaskClient, sample: Document) -> None:
    """Each cell of the document stands in its row under its engine, and the whole of it is one link."""
    page = client.get("/").text
    drawn = groups(r'<td class="[^"]+"><a href="([^"]+)"><b><i aria-hidden="true">(.)</i> ([^<]+)</b>', page)
    expected = {
        (f"/scenario/{cell['scenario']}#{cell['attempt']}-{cell['target']}", SIGNS[cell["outcome"]], cell["outcome"])
        for cell in sample["cells"]
    }
    assert set(drawn) == expected
    assert all(cell["reason"] in words(page) for cell in sample["cells"])


def test_data_at_risk_comes_first(client: FlaskClient, sample: Document) -> None:
    """Scenarios stand by the worst that one of their attempts comes to."""
    verdicts = found(r'<span class="verdict [^"]+">([^<]+)</span>', client.get("/").text)
    assert verdicts == sorted(verdicts, key=["data at risk", "differ", "all agree", "not compared"].index)
    assert verdicts[0] == "data at risk"


@pytest.mark.parametrize("show", ["differ", "risk"])
def test_links_show_what_differs_or_what_is_at_risk(client: FlaskClient, sample: Document, show: str) -> None:
    """The link names how many rows there are, and its page shows exactly those."""
    wanted = {
        row.attempt["title"]
        for row in matrix(sample).rows
        if (row.agreement == "data at risk" if show == "risk" else len({cell["outcome"] for cell in row.ran}) > 1)
    }
    page = client.get(f"/?show={show}").text
    assert set(rows(page)) == wanted
    shown = found(rf'<a href="/\?show={show}" aria-current="true">[^<]+<small>(\d+)</small>', page)
    assert shown == [str(len(rows(page)))]


def test_two_engines_are_compared_with_each_other_alone(client: FlaskClient) -> None:
    """With a and b there are two columns, and a row differs when these two do."""
    page = client.get("/?a=mysql&b=mariadb&show=differ").text
    record = keep.recorded()
    assert record
    outcome = {(cell["scenario"], cell["attempt"], cell["engine"]): cell["outcome"] for cell in record["cells"]}
    pairs = {key[:2] for key in outcome}
    words_of = {pair: {outcome[*pair, "mysql"], outcome[*pair, "mariadb"]} - {"not run"} for pair in pairs}
    differing = [pair for pair in pairs if len(words_of[pair]) == 2]
    assert len(rows(page)) == len(differing) > 0
    assert {link.rsplit("-", 1)[1] for link in found(r'<td class="[^"]+"><a href="([^"]+)"', page)} == {
        "mysql",
        "mariadb",
    }


def test_search_finds_titles_reasons_and_error_codes(client: FlaskClient, sample: Document) -> None:
    """Every word must be in the row; an engine's code finds the row whose error has it."""
    assert rows(client.get("/?q=CREATE_ALL()").text)
    coded = {cell["attempt"] for cell in sample["cells"] if cell["error"] and cell["error"]["code"] == "42804"}
    assert len(rows(client.get("/?q=42804").text)) == len(coded) > 0
    nothing = client.get("/?q=no-such-thing")
    assert (nothing.status_code, rows(nothing.text)) == (200, [])
    assert "Nothing is like that." in nothing.text


def test_level_shows_scenarios_of_that_level(client: FlaskClient) -> None:
    """The advanced scenarios of the record, and no other."""
    record = keep.recorded()
    assert record
    page = client.get("/?level=advanced").text
    names = {scenario["name"] for scenario in record["scenarios"] if scenario["level"] == "advanced"}
    assert set(found(r'<tbody id="([^"]+)"', page)) == names


def test_links_carry_the_whole_selection(client: FlaskClient, sample: Document) -> None:
    """A filter chosen on top of others keeps them; a cell's link takes them along for the way back."""
    page = client.get("/?show=differ&q=age&level=beginner").text
    assert '<a href="/?show=risk&amp;level=beginner&amp;q=age"' in page
    assert all(
        "?show=differ&level=beginner&q=age#" in link for link in found(r'<td class="[^"]+"><a href="([^"]+)"', page)
    )
    hidden = groups(r'<input type="hidden" name="(show|level)" value="([^"]+)">', page)
    assert hidden == [("show", "differ"), ("level", "beginner")]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("show=none", "show='none' is no choice. Type all or differ or risk."),
        ("level=beginer", "level='beginer' is no choice. Type beginner."),
        ("a=mysql&b=oracle", "b='oracle' is no choice. Type sqlite or postgresql or mysql or mariadb."),
        ("a=mysql", "Two columns are compared, and a='mysql' and b='' are not two. Such as a=postgresql&b=mysql"),
    ],
)
def test_an_address_that_asks_for_what_there_is_not_is_told_so(client: FlaskClient, query: str, line: str) -> None:
    """One line with the value and what there is, under status 400."""
    answer = client.get(f"/?{query}")
    assert answer.status_code == 400
    assert line in words(answer.text)


def test_own_results_lie_over_the_record(client: FlaskClient, sample: Document) -> None:
    """A scenario that was run here shows this machine's cells, says so, and can be taken away again by a link."""
    mine = copy.deepcopy(sample)
    [first, *_] = [scenario for scenario in mine["scenarios"] if scenario["name"] == "add_age"]
    mine["scenarios"] = [first]
    mine["cells"] = [cell for cell in mine["cells"] if cell["scenario"] == "add_age"]
    mine["recorded_at"] = "2030-01-01T00:00:00+00:00"
    mine["cells"][0]["reason"] = "seen on this machine"
    mine["targets"][0]["version"] = "3.99.0"
    put(mine)
    page = client.get("/").text
    assert "seen on this machine" in page
    assert "Yours : 1 of 2 scenarios" in words(page)
    assert "SQLite 3.40.1 recorded, 3.99.0 here" in words(page)
    assert "seen on this machine" not in client.get("/?run=recorded").text
    (keep.own_folder() / "add_age.json").unlink()
    assert "seen on this machine" not in client.get("/").text


def test_a_file_that_was_cut_off_is_told_and_the_record_shown(client: FlaskClient, sample: Document) -> None:
    """One broken file does not hide the others."""
    keep.own_folder().mkdir(parents=True)
    (keep.own_folder() / "add_age.json").write_text('{"schema": 1, "cel', encoding="utf-8")
    page = client.get("/").text
    assert "add_age.json is not JSON" in page
    assert len(rows(page)) == len(matrix(sample).rows)


def test_an_engine_that_is_not_up_says_so_and_counts_as_nothing_else(client: FlaskClient, sample: Document) -> None:
    """Its column says not up, its cells not run, with the reason in words."""
    page = client.get("/").text
    assert found(r'<th scope="col">(MariaDB) <small>not up', page) == ["MariaDB"]
    assert page.count(" not run</b>") == sum(cell["outcome"] == "not run" for cell in sample["cells"]) > 0


def test_the_matrix_copies_as_markdown(client: FlaskClient, sample: Document) -> None:
    """The text behind the button has the same rows as the page, as tables that render in a pull request."""
    text = client.get("/matrix.md?show=risk")
    assert text.content_type == "text/plain; charset=utf-8"
    assert text.text.count("\n| **") == len(rows(client.get("/?show=risk").text)) > 0


def test_before_any_result_the_command_is_named(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a record and without a run there is one line with what to type."""
    monkeypatch.setattr("lab_app.document.keep.recorded_results", lambda: tmp_path / "nothing")
    answer = client.get("/")
    assert answer.status_code == 400
    assert "There are no results yet. Type: flask lab run --all" in words(answer.text)
