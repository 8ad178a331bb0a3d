"""A column is a target, one engine in one version: its name, what it is called, and two runs beside each other."""

from __future__ import annotations

import copy
import io
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pages import client_of, found, only, put, words
from sample_document import cell, document, several

from lab_app.document import keep
from lab_app.document.align import counterparts
from lab_app.document.compare import changed, changes, compared
from lab_app.document.file import load, of_scenario
from lab_app.document.matrix import matrix
from lab_app.document.merge import of_run, overlay
from lab_app.document.survey import line_of
from lab_app.document.targets import head, how_many, in_words, kind, labels, slug
from lab_app.document.types import Document, TargetRecord
from lab_app.engines import POSTGRESQL
from lab_app.errors import LabError
from lab_app.report.formats import Format, render
from lab_app.report.headline import headline
from lab_app.report.index import scenario_index
from lab_app.report.markdown import matrix_table
from lab_app.report.page.one_file import report
from lab_app.report.run_comparison import compare_run
from lab_app.report.scenario_view import scenario_views
from lab_app.report.selection import Selection, selection
from lab_app.runner.found import server_line, target_record
from lab_app.servers import Server, Unavailable, Wanted

OLD = Path(__file__).parent / "data" / "recorded_schema_1.json"
#: The record as it was in one file of schema 1: every scenario, compressed.
OLD_RECORD = OLD.with_name("recorded_schema_1_whole.json.xz")
VERSIONS = ("15.18", "18.6")


def target(engine: str, version: str | None, name: str = "") -> TargetRecord:
    """A target that is up, or was asked for in no version and is not."""
    return {
        "name": name or engine,
        "engine": engine,
        "title": {"postgresql": "PostgreSQL", "mysql": "MySQL", "sqlite": "SQLite"}[engine],
        "up": version is not None,
        "version": version,
        "source": None,
        "reason": None,
        "fix": None,
    }


def said(shown: Document, format: Format) -> str:
    """A report of a document."""
    stream = io.StringIO()
    render(shown, format, stream)
    return stream.getvalue()


def story(**outcomes: str) -> Document:
    """One attempt on SQLite, PostgreSQL 15 and 18, MySQL and MariaDB, with these outcomes, done where none is given."""
    made = several(postgresql=VERSIONS)
    made["scenarios"] = made["scenarios"][:1]
    made["cells"] = [
        {**cell("add_age", "migrate", one["engine"], "done", "because"), "target": one["name"]}
        | {"outcome": outcomes.get(slug(one["name"]).replace("-", "_"), "done")}
        for one in made["targets"]
    ]  # type: ignore[misc]
    return made


def sentence(shown: Document) -> str:
    """The headline of a document's first scenario."""
    view = matrix(shown)
    return headline(scenario_views(view)[0], view.targets)


# ---- names ----


def test_a_sentence_calls_an_engine_by_its_title_where_all_its_versions_are_meant() -> None:
    """PostgreSQL stands for 15 and 18 when both are meant, and never for one of them."""
    targets = several(postgresql=VERSIONS)["targets"]

    assert list(labels(targets).values()) == ["SQLite", "PostgreSQL 15", "PostgreSQL 18", "MySQL", "MariaDB"]
    assert in_words(["mysql", "postgresql 18", "postgresql 15"], targets) == ("PostgreSQL", "MySQL")
    assert in_words(["sqlite", "postgresql 18"], targets) == ("SQLite", "PostgreSQL 18")


def test_a_version_tells_apart_what_the_names_do_not() -> None:
    """A column without a version in its name, beside one with it, says its version."""
    targets = [target("postgresql", "18.6"), target("postgresql", "15.18", "postgresql 15")]

    assert list(labels(targets).values()) == ["PostgreSQL 18.6", "PostgreSQL 15"]


def test_what_is_not_up_says_the_version_that_was_asked_for() -> None:
    """The head of a column has the version, that it is not up, or both."""
    asked: TargetRecord = {**target("postgresql", "15"), "up": False}

    assert [head(one) for one in (target("postgresql", "18.6"), target("postgresql", None), asked)] == [
        "18.6",
        "not up",
        "15 not up",
    ]


def test_engines_are_only_counted_where_each_is_there_once() -> None:
    """Four engines are four engines; with two versions of one they are five databases."""
    assert how_many(document()["targets"]) == "four engines"
    assert how_many(several(postgresql=VERSIONS)["targets"]) == "five databases"
    assert kind(document()["targets"][:1]) == "engine"
    assert matrix(several(postgresql=VERSIONS)).size == "2 scenarios, 6 attempts × 5 databases = 30 cells"


def test_what_was_found_is_told_alike_by_a_run_and_by_the_servers() -> None:
    """A line of `flask lab servers` is a target with its address and a time; a target of old has neither."""
    up = Server(POSTGRESQL, "18.6", "local", 12.0, "127.0.0.1", 5432, "lab", "secret-word")
    down = Unavailable(POSTGRESQL, "it sleeps", "wake it", 3.0)
    wanted = Wanted(POSTGRESQL)

    assert server_line(wanted, up) == {**target_record(wanted, up), "address": "127.0.0.1:5432", "ms": 12.0}
    assert server_line(wanted, down) == {**target_record(wanted, down), "address": None, "ms": 3.0}
    assert target_record(wanted, up) == {**target("postgresql", "18.6"), "source": "local"}
    assert target_record(wanted, down) == {**target("postgresql", None), "reason": "it sleeps", "fix": "wake it"}
    assert line_of(target_record(wanted, up)).keys() == server_line(wanted, up).keys()
    assert "secret-word" not in str(server_line(wanted, up))


def test_a_name_becomes_part_of_an_id() -> None:
    """No blank and no dot in an id; an engine's name stays as it is."""
    assert [slug(name) for name in ("postgresql", "postgresql 15", "mysql 8.4")] == [
        "postgresql",
        "postgresql-15",
        "mysql-8-4",
    ]


# ---- reports ----


def test_the_headline_names_versions_where_they_do_not_do_the_same() -> None:
    """One version of an engine is told from the other; all of them are the engine."""
    assert sentence(story(postgresql_15="refused")) == (
        "PostgreSQL 15 refuses; SQLite, PostgreSQL 18, MySQL and MariaDB do as asked"
    )
    assert sentence(story(sqlite="rows lost")) == "SQLite loses rows; PostgreSQL, MySQL and MariaDB do as asked"
    assert sentence(story(postgresql_15="refused", postgresql_18="refused")) == (
        "PostgreSQL refuses; SQLite, MySQL and MariaDB do as asked"
    )


def test_the_headline_says_all_of_what_they_are() -> None:
    """All five databases, for they are four engines; both databases of one engine."""
    both = story()
    both["targets"] = both["targets"][1:3]
    both["cells"] = both["cells"][1:3]
    apart = copy.deepcopy(both)
    apart["cells"][0]["outcome"] = "refused"

    assert sentence(story()) == "All five databases do as asked"
    assert sentence(both) == "Both databases do as asked"
    assert sentence(apart) == "PostgreSQL 15 refuses; PostgreSQL 18 does as asked"


def test_every_report_has_a_column_for_each_version() -> None:
    """Markdown's heads, JUnit's cases and the page of scenarios say which version it was."""
    shown = several(postgresql=VERSIONS)
    markdown, junit = said(shown, "markdown"), said(shown, "junit")

    assert "| Attempt | SQLite 3.40.1 | PostgreSQL 15.18 | PostgreSQL 18.6 | MySQL 9.7.4 | MariaDB 11.8.9 |" in markdown
    assert {line.replace("\\|", "").count("|") for line in markdown.splitlines() if line.startswith("| **")} == {7}
    assert 'name="add_age-create_all-postgresql-15"' in junit
    assert 'name="add_age-create_all-postgresql-18"' in junit
    assert "on SQLite 3.40.1, PostgreSQL 15.18, PostgreSQL 18.6, MySQL 9.7.4, MariaDB 11.8.9." in scenario_index(shown)
    assert "## The databases differ" in scenario_index(story(postgresql_15="refused"))


def test_what_versions_share_is_said_once() -> None:
    """SQL, errors and rows are labelled with the engine where all its versions were sent and said the same."""
    shown = several(postgresql=VERSIONS, mysql=("8.4.6", "9.7.4"))
    text = said(of_scenario(shown, "batch_mode"), "markdown")

    assert "**In the words of PostgreSQL**" in text
    assert "**In the words of MySQL 9.7**" in text
    assert "PostgreSQL 15" not in text.partition("<details>")[2]


@pytest.mark.parametrize(("columns", "heads"), [(7, 1), (8, 2)])
def test_more_columns_than_fit_go_on_below(columns: int, heads: int) -> None:
    """Seven stand side by side in 80 columns; an eighth makes two lines of them, and every cell is there."""
    versions = tuple(f"{number}.1" for number in range(10, 10 + columns - 3))
    lines = said(several(postgresql=versions), "terminal").splitlines()
    rule = next(place for place, line in enumerate(lines) if line.startswith("DATA AT RISK"))
    title = next(place for place, line in enumerate(lines) if "The same in batch mode" in line)

    assert title - rule == 2 * heads + 2
    assert max(map(len, lines)) <= 80
    row = " ".join(lines[title + 1 : title + 1 + 2 * heads])
    assert row.count("✗ refused") == columns - 1


def test_one_file_has_a_place_for_each_cell() -> None:
    """No id is there twice, and each cell of the matrix leads to the place of its own target."""
    shown = of_run(several(postgresql=VERSIONS))
    html = report(shown, Selection())
    ids = found(r'\bid="([^"]+)"', html)

    assert len(ids) == len(set(ids))
    assert set(found(r'<td class="[^"]*"><a href="#([^"]+)"', html)) <= set(ids)
    assert "batch_mode--batch-postgresql-15" in ids
    assert "The same migration on five databases" in words(html)


# ---- a choice of two ----


def test_two_versions_of_an_engine_are_compared_by_their_names() -> None:
    """a= and b= are names of targets, and survive the way through an address."""
    wishes = selection({"a": "postgresql 15", "b": "postgresql 18"})
    view = wishes.of(matrix(several(postgresql=VERSIONS)))

    assert wishes.query == "?a=postgresql+15&b=postgresql+18"
    assert [one["version"] for one in view.targets] == list(VERSIONS)
    assert view.size == "2 scenarios, 6 attempts × 2 databases = 12 cells"
    assert "| Attempt | PostgreSQL 15.18 | PostgreSQL 18.6 |" in matrix_table(view)
    with pytest.raises(LabError, match=r"a='postgresql' is no choice\. Type postgresql 1"):
        selection({"a": "postgresql", "b": "mysql"}).of(matrix(several(postgresql=VERSIONS)))


# ---- documents of schema 1 ----


def test_a_document_of_schema_1_is_read_as_one_of_today() -> None:
    """Each engine is the one target of that engine, and nothing else is another thing than it was."""
    raw = json.loads(OLD.read_text(encoding="utf-8"))
    read = load(OLD)

    assert (raw["schema"], "targets" in raw) == (1, False)
    assert (read["schema"], read["kind"]) == (2, "run")
    assert list(read) == list(document())
    assert list(read["cells"][0]) == list(document()["cells"][0])
    assert [one["name"] for one in read["targets"]] == ["sqlite", "postgresql", "mysql", "mariadb"]
    assert all(one["name"] == one["engine"] for one in read["targets"])
    assert [cell["target"] for cell in read["cells"]] == [cell["engine"] for cell in raw["cells"]]
    assert [cell["outcome"] for cell in read["cells"]] == [cell["outcome"] for cell in raw["cells"]]
    assert read["recorded_at"] == raw["recorded_at"]


def test_a_document_of_schema_1_makes_every_report() -> None:
    """Its matrix counts engines, as it did."""
    shown = load(OLD)

    assert "2 scenarios, 8 attempts × 4 engines = 32 cells" in said(shown, "terminal")
    assert "# " in said(shown, "markdown")
    assert 'name="add_age-create_all-mysql"' in said(shown, "junit")
    assert "The same migration on four engines" in words(report(of_run(shown), Selection()))


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        ({"kind": "check"}, "run.json is a document of kind 'check', and results of a run are wanted: run it again"),
        (
            {"targets": None},
            r"run.json .*expected `array`, got `null` at \$.targets.: run it again",
        ),
        ({"targets": []}, r"run.json .* do not fit together .cells\[0\] is of a target that is not listed, 'sqlite'"),
        ({"schema": 1}, "run.json is a result document with parts missing"),
    ],
)
def test_what_is_no_run_of_named_targets_is_refused(tmp_path: Path, spoil: dict[str, Any], line: str) -> None:
    """Another kind of document, cells of unknown targets, and a schema that does not fit are told in one line."""
    file = tmp_path / "run.json"
    file.write_text(json.dumps({**document(), **spoil}), encoding="utf-8")
    with pytest.raises(LabError, match=line):
        load(file)


def test_two_targets_of_one_name_are_no_document(tmp_path: Path) -> None:
    """A column that is two would show one cell and hide the other."""
    twice = document()
    twice["targets"].append(twice["targets"][0])
    file = tmp_path / "run.json"
    file.write_text(json.dumps(twice), encoding="utf-8")
    with pytest.raises(LabError, match="the target 'sqlite' is there twice"):
        load(file)


# ---- two runs beside each other ----


def _later(shown: Document, name: str) -> Document:
    return {**of_scenario(shown, name), "recorded_at": "2030-01-01T00:00:00+00:00"}


def test_own_runs_on_other_versions_add_their_columns() -> None:
    """The record's PostgreSQL 18 is the run's PostgreSQL 18; of PostgreSQL 15 the recorded rows have no cell."""
    shown = overlay([document(mariadb=True)], [_later(several(postgresql=VERSIONS), "add_age")])
    assert shown
    view = shown.view
    by_name = {row.attempt["name"]: row for row in view.rows}

    assert [one["name"] for one in view.targets] == ["sqlite", "postgresql 15", "postgresql 18", "mysql", "mariadb"]
    assert set(by_name["create_all"].by_target) == {one["name"] for one in view.targets}
    assert set(by_name["batch"].by_target) == {one["name"] for one in view.targets} - {"postgresql 15"}
    assert view.size == "2 scenarios, 6 attempts, 5 databases, 26 cells"
    assert "× " not in view.counting_line


def test_a_cell_that_there_is_not_is_an_empty_cell(client: FlaskClient) -> None:
    """The page, Markdown and the one file leave it empty, and keep every other cell in its column."""
    put(_later(several(postgresql=VERSIONS), "add_age"))
    page = client.get("/").text
    text = client.get("/matrix.md").text
    shown = overlay([document(mariadb=True)], [_later(several(postgresql=VERSIONS), "add_age")])
    assert shown

    assert page.count("<td></td>") == 4
    assert "| ! **rows changed**<br>'n/a' and '' became 0 |  | ✗ **refused**<br>needs USING |" in text
    assert report(shown, Selection()).count("<td></td>") == 4


def test_a_run_on_one_version_lies_over_a_record_of_two() -> None:
    """It is the column of its own version; another version of the engine is a column more."""
    record = several(postgresql=VERSIONS)
    same = overlay([record], [_later(document(mariadb=True), "add_age")])
    other = copy.deepcopy(document(mariadb=True))
    other["targets"][1]["version"] = "17.5"
    more = overlay([record], [_later(other, "add_age")])
    assert same
    assert more

    assert [one["name"] for one in same.view.targets][1:3] == ["postgresql 15", "postgresql 18"]
    assert len(same.view.targets) == 5
    assert [one["name"] for one in more.view.targets][1:4] == ["postgresql 15", "postgresql 17", "postgresql 18"]


def test_versions_of_both_are_said_of_one_column() -> None:
    """Neither version of a target is passed off as the other's, whatever its name."""
    mine = several(postgresql=("15.19", "18.6"))
    shown = overlay([several(postgresql=VERSIONS)], [_later(mine, "add_age")])
    assert shown

    assert [one["version"] for one in shown.view.targets][1:3] == ["15.18 recorded, 15.19 here", "18.6"]
    assert [one["version"] for one in shown.origins["batch_mode"].targets][1] == "15.18"


def test_what_is_up_nowhere_is_not_up() -> None:
    """Down in the record and here: the column says so once."""
    shown = overlay([document()], [_later(document(), "add_age")])
    assert shown

    assert [head(one) for one in shown.view.targets][-1] == "not up"


def test_a_run_is_compared_with_the_same_version_of_the_record() -> None:
    """Of PostgreSQL 15 and 18 the record knows 18: that one is compared, the other is nothing new."""
    now = several(postgresql=VERSIONS)
    for one in now["cells"]:
        if one["engine"] == "postgresql" and one["attempt"] == "migrate":
            one["outcome"] = "drifted"
    [change] = changed(document(mariadb=True), now)

    assert (change.target, str(change)) == (
        "postgresql 18",
        "add_age migrate on PostgreSQL 18: was done, is drifted",
    )
    assert changes(several(postgresql=VERSIONS), document(mariadb=True)) == []


def test_another_version_alone_is_compared_as_the_engine() -> None:
    """PostgreSQL here and PostgreSQL there: the versions are said, and the cells are compared."""
    now = document(mariadb=True)
    now["targets"][1]["version"] = "15.18"

    assert changes(document(mariadb=True), now) == ["PostgreSQL is 15.18 here; the record was made with 18.6."]


def test_nothing_in_common_is_not_called_the_same() -> None:
    """A run on versions that were not recorded is neither the same nor changed."""
    now = several(postgresql=("15.18", "16.9"))
    now["targets"], now["cells"] = now["targets"][1:3], [c for c in now["cells"] if c["engine"] == "postgresql"]

    assert compared(document(mariadb=True), now) == "NOTHING TO COMPARE WITH THE RECORD of 2026-11-22"
    assert counterparts(document()["targets"], now["targets"]) == {}


def test_what_a_run_changed_is_told_by_its_targets() -> None:
    """The page after a run names the version that came out differently, and which are not up."""
    before, mine = overlay([several(postgresql=VERSIONS)], []), several(postgresql=("15.19", "18 not up"))
    mine = _later(mine, "add_age")
    next(one for one in mine["cells"] if one["target"] == "postgresql 15")["outcome"] = "drifted"
    after = overlay([several(postgresql=VERSIONS)], [mine])
    assert before
    assert after
    told = compare_run(before, after, ["add_age"], after.origins["add_age"].recorded_at)

    assert [str(change) for change in told.changes] == [
        "add_age create_all on PostgreSQL 15: was ignored, is drifted",
    ]
    assert told.versions == ("PostgreSQL 15 was 15.18, is 15.19.",)
    assert told.ran == "8 of 10 cells ran. Not up: PostgreSQL 18."


# ---- pages ----


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages of a lab whose record is the sample document on four engines."""
    made = client_of(tmp_path, monkeypatch)
    only(document(mariadb=True), monkeypatch, tmp_path)
    return made


def test_the_pages_show_every_version(client: FlaskClient) -> None:
    """The matrix has a column for each, two are picked from lists, and the scenario's places are theirs."""
    put(several(postgresql=VERSIONS))
    page = client.get("/").text
    one = client.get("/scenario/add_age").text

    assert "The same migration on five databases" in words(page)
    assert found(r'<th scope="col">([^<]+) <small>', page) == ["SQLite", *["PostgreSQL"] * 2, "MySQL", "MariaDB"]
    assert found(r'<option value="([^"]+)"', page)[:3] == ["sqlite", "postgresql 15", "postgresql 18"]
    assert "PostgreSQL 15 –" not in words(page)
    assert "/scenario/add_age#create_all-postgresql-15" in found(r'href="([^"]+)"', page)
    assert found(r'<li id="create_all-([^"]+)"', one) == [
        "sqlite",
        "postgresql-15",
        "postgresql-18",
        "mysql",
        "mariadb",
    ]
    assert "PostgreSQL 15.18, PostgreSQL 18.6" in words(one)


def test_a_chosen_pair_stays_chosen(client: FlaskClient) -> None:
    """The lists show the pair, links keep it, and the heading names it."""
    put(several(postgresql=VERSIONS))
    page = client.get("/?a=postgresql+15&b=postgresql+18").text

    assert "The same migration on PostgreSQL 15 and PostgreSQL 18" in words(page)
    assert found(r'<option value="([^"]+)" selected', page) == ["postgresql 15", "postgresql 18"]
    assert '<a href="/?show=differ&amp;a=postgresql+15&amp;b=postgresql+18"' in page
    assert "All databases" in words(page)


#: A column that became BIGINT above a sequence that stays INTEGER: the old reader did not see the sequence.
SEEN_SINCE = {
    ("batch_big_primary_key", "plain", "postgresql", "drifted"),
    ("batch_big_primary_key", "forgotten", "postgresql", "drifted"),
    ("mysql_alter_column_forgets_attributes", "key", "postgresql", "drifted"),
}


def test_the_whole_record_of_schema_1_is_read_as_it_is(tmp_path: Path) -> None:
    """Every cell of the old record is there, on a target called like its engine; three have another word by now."""
    path = tmp_path / "recorded.json"
    path.write_bytes(lzma.decompress(OLD_RECORD.read_bytes()))

    old = load(path)
    new = keep.recorded()

    assert [target["name"] for target in old["targets"]] == ["sqlite", "postgresql", "mysql", "mariadb"]
    assert len(old["cells"]) == 1548
    assert all(cell["target"] == cell["engine"] for cell in old["cells"])
    assert new is not None
    assert {(each.scenario, each.attempt, each.target, each.now) for each in changed(old, new)} == SEEN_SINCE
    assert len(new["cells"]) > len(old["cells"])
