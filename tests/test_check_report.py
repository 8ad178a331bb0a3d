"""What a person and what programs see of a check: the screen, and each form of the one document."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from availability import ENGINE_NAMES, Found, available
from commands import REPOSITORY, lab
from jsonschema import Draft4Validator
from pages import found, words
from sample_check import FILE, HARM, cell, check, finding, harmful, target

from lab_app.document.check import CheckDocument
from lab_app.report.check.formats import CHECK_FORMATS, CheckFormat, render
from lab_app.report.check.markdown import github_annotations
from lab_app.report.check.rules import RULES

DATA, GOLDEN = Path(__file__).parent / "data", Path(__file__).parent / "golden"
SHOP = REPOSITORY / "examples" / "shop"
#: Whatever the servers' versions, the golden screen has these.
VERSIONS = {"sqlite": "3.40.1", "postgresql": "18.6", "mysql": "9.7.4", "mariadb": "11.8.9"}
#: What no form may hold as it is: control characters, the marks that turn the writing, halves of pairs.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """A terminal."""
        return True


def written(document: CheckDocument, form: CheckFormat = "terminal") -> str:
    """A document in one of the forms."""
    stream = io.StringIO()
    render(document, form, stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def schema() -> Any:
    """SARIF's schema as OASIS has published it."""
    return json.loads((DATA / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))


@pytest.mark.servers
@pytest.mark.slow
def test_the_examples_report_is_the_golden_one(servers: Found, environment: dict[str, str]) -> None:
    """The five faults of the shop are found, in these words, on all four engines, and it is left as it was."""
    for name in ENGINE_NAMES:
        available(servers, name)
    before = sorted(SHOP.rglob("*.*"))
    answer = lab("check", str(SHOP), "--python", sys.executable, "--format", "json", "--quiet", environment=environment)
    assert answer.returncode == 1, answer.stderr
    document = json.loads(answer.stdout)
    for each in document["targets"]:
        each["version"] = VERSIONS[each["name"]]
    text = written({**document, "ms": 10_000.0})
    path = GOLDEN / "check_shop.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
    assert sorted(SHOP.rglob("*.*")) == before


def test_the_readme_shows_a_part_of_that_report() -> None:
    """What the README shows of the example stands in its report, line by line."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"<!-- sample: check -->\n```text\n(.*?)```\n<!-- end of sample -->", readme, re.DOTALL)
    assert shown in (GOLDEN / "check_shop.txt").read_text(encoding="utf-8")


def test_the_screen_has_the_matrix_first_and_the_count_last() -> None:
    """Above all the step that decided, then findings, what was left out and not tested, and at the end how many."""
    skipped = {"code": "refused", "revision": "0001", "because": "nobody runs it any more"}
    lines = written(check(skipped=[skipped])).splitlines()
    heads = [line.split(" ──")[0] for line in lines if "──" in line]
    assert heads == ["FINDINGS", "LEFT OUT", "NOT TESTED"]
    assert lines[0].split() == ["REVISION", "SQLite", "PostgreSQL"]
    assert lines[1].split() == ["1.2", "1.2"]
    assert re.match(r"0002 +‼ rows lost +≠ drifted$", lines[4])
    assert re.match(r"a change +down$", lines[5])
    assert "  refused 0001: nobody runs it any more" in lines
    assert "  MySQL: there is no Docker engine. To fix it: make up" in lines
    assert lines[-1] == "2 revisions on two engines in 2.5 s: 1 error, 1 warning"


def test_a_finding_says_where_it_is_on_one_line_or_two() -> None:
    """Code, revision, place and engines stand on one line; where there is no room the place has one of its own."""
    short = finding("rows-lost", "0002", "sqlite", file="versions/0002.py")
    longer = finding("refused-with-rows", "0002", "sqlite", "postgresql")
    text = written(check(findings=[short, longer]))
    assert "\nERROR  rows-lost  0002  versions/0002.py:11  SQLite\n  Rows of student are gone.\n" in text
    assert (
        "\nERROR  refused-with-rows  0002  SQLite, PostgreSQL\n  migrations/versions/0002_change.py:11\n"
        "  Rows of student are gone.\n"
    ) in text


def test_an_error_is_told_where_every_step_is_done() -> None:
    """A revision that is done, and of which an error was found, says so in the matrix."""
    text = written(check(findings=[finding("value-invented", "0001", "postgresql")]))
    assert re.search(r"0001 +✓ done +✓ done\nstudents +value-invented\n", text)


def long(count: int, *, engines: int = 4) -> CheckDocument:
    """So many revisions, all done, on so many databases."""
    names = ["sqlite", *(f"{name} {number}" for number in (1, 2, 3) for name in ("postgresql", "mysql"))][:engines]
    revisions = [
        {"revision": f"{number:04d}", "parents": [], "message": "m", "file": "f"} for number in range(1, count + 1)
    ]
    return check(
        targets=[target(name.split()[0], name.split()[-1], name=name) for name in names],
        revisions=revisions,
        cells=[cell(each["revision"], name) for each in revisions for name in names],
        findings=[],
        not_tested=[],
    )


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_a_long_history_is_folded(form: CheckFormat) -> None:
    """Revisions that every engine has done stand as one row; those with a finding stay; a short history is whole."""
    document = {**long(40), "findings": [finding("engines-differ", "0003", "sqlite", severity="warning")]}
    text = written(document, form)  # type: ignore[arg-type]
    assert "0004 … 0040  37 revisions, all done" in text
    assert "0003" in text
    assert "0005" not in text
    assert "0005" in written(long(16), form)


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
@pytest.mark.parametrize("engines", [2, 6])
def test_what_an_engine_has_not_come_to_is_folded(form: CheckFormat, engines: int) -> None:
    """One row for all of them, with the word of each engine."""
    document = long(40, engines=engines)
    for each in document["cells"]:
        if each["target"] == "sqlite" and each["revision"] > "0020":
            each["outcome"], each["reason"] = "not run", "blocked by 0020"
    text = written(document, form)
    assert "0001 … 0020  20 revisions, all done" in text
    assert "0021 … 0040" in text
    assert text.count("– not run") + text.count("</i> not run</b>") == 1
    assert "0030" not in text


def test_a_long_message_is_cut() -> None:
    """It takes no more lines than what stands beside it; a line below many columns is one line."""
    message = "add the thing that holds the names of what was asked for by everybody, and by nobody else at all"
    for engines in (4, 6):
        document = long(1, engines=engines)
        document["revisions"][0]["message"] = message
        lines = written(document).splitlines()
        [cut] = [line for line in lines if line.rstrip().endswith("…")]
        assert "add the thing" in cut
        assert len(lines) == len(written(long(1, engines=engines)).splitlines())
    document = long(1, engines=4)
    document["revisions"][0]["message"] = message
    document["findings"] = [finding("refused-with-some-rows", "0001", "sqlite")]
    assert re.search("add the thing +refused-\nthat holds the +with-some-\nnames of what… +rows\n", written(document))


@pytest.mark.parametrize("engines", range(1, 8))
def test_any_number_of_columns_fits_80(engines: int) -> None:
    """Each column has its head, and each cell its word, however many there are."""
    document = long(2, engines=engines)
    lines = written(document).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.count("✓ done") for line in lines) == 2 * engines


def test_colours_are_left_out_when_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal words have colours, with NO_COLOR none."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for wish, coloured in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", wish)
        stream = Screen()
        render(check(), "terminal", stream)
        assert ("\x1b[" in stream.getvalue()) == coloured


@pytest.mark.parametrize("form", sorted(set(CHECK_FORMATS) - {"json"}))
def test_words_of_others_do_no_harm(form: CheckFormat) -> None:
    """No form that a person or a page shows holds a control character, or half of a pair."""
    assert not UNPRINTABLE.search(written(harmful(), form))


def test_json_is_the_document_and_can_be_written() -> None:
    """Whatever is in a document is in its JSON; half of a pair is spelt out, so that a file can hold it."""
    text = written(harmful(), "json")
    assert text.encode()
    assert json.loads(text) == json.loads(json.dumps(harmful()).replace(r"\ud800", r"\\ud800"))


@pytest.mark.parametrize("document", [check(), harmful(), check(findings=[])], ids=["plain", "harmful", "nothing"])
def test_sarif_is_what_its_schema_wants(document: CheckDocument, schema: Any) -> None:
    """The published schema takes it; each result has its rule with texts, a whole region and a fingerprint."""
    sarif = json.loads(written(document, "sarif"))
    assert list(Draft4Validator(schema).iter_errors(sarif)) == []
    [run] = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result, wanted in zip(run["results"], document["findings"], strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["help"]["text"]
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region.keys() == {"startLine", "startColumn", "endLine", "endColumn"}
        assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])
        assert result["partialFingerprints"]["primaryLocationLineHash"] == wanted["fingerprint"]


def test_what_shows_findings_beside_lines_knows_paths_of_the_repository() -> None:
    """A project in a folder of its own, and migrations beside that folder; the screen is as the project sees it."""
    moved = finding("refused", "0002", "sqlite", file="../../migrations/versions/0002.py")
    document = check(findings=[finding("rows-lost", "0002", "sqlite"), moved, finding("several-heads", None)])
    document["project"]["inside"] = "services/shop"
    paths = [f"services/shop/{FILE}", "migrations/versions/0002.py", "services/shop/migrations/env.py"]
    results = json.loads(written(document, "sarif"))["runs"][0]["results"]
    assert [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results] == paths
    assert [each["location"]["path"] for each in json.loads(written(document, "gitlab"))] == paths
    assert [re.findall("file=(.*?),", line)[0] for line in github_annotations(document)] == paths[:2]
    assert f"  {FILE}:11" in written(document) or f" {FILE}:11 " in written(document)


def test_the_schema_refuses_what_is_no_sarif(schema: Any) -> None:
    """The schema that the test above trusts is one that can say no."""
    sarif = json.loads(written(check(), "sarif"))
    sarif["runs"][0]["results"][0]["level"] = "critical"
    assert list(Draft4Validator(schema).iter_errors(sarif))


def test_gitlab_has_a_place_and_a_severity_for_each_finding() -> None:
    """GitLab's five fields, its own words for severities, and a path for what is about the whole project."""
    first, second = json.loads(written(check(), "gitlab"))
    assert (first["severity"], second["severity"]) == ("critical", "major")
    assert first["location"] == {"path": "migrations/versions/0002_change.py", "lines": {"begin": 11}}
    assert second["location"]["path"] == "migrations/env.py"
    assert {"description", "check_name", "fingerprint"} < first.keys()


@pytest.mark.parametrize("document", [check(), harmful()], ids=["plain", "harmful"])
def test_junit_has_a_case_for_each_revision_and_engine(document: CheckDocument) -> None:
    """The XML can be read; errors fail their cases, and the counts are those of the cases."""
    [suite] = ET.fromstring(written(document, "junit"))  # noqa: S314 - our own
    cases = suite.findall("testcase")
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    assert [case.get("name") for case in cases[:4]] == [
        f"{revision} {engine}" for revision in ("0001", "0002") for engine in ("sqlite", "postgresql")
    ]
    assert "0002 sqlite" in failed
    assert (suite.get("tests"), suite.get("failures")) == (str(len(cases)), str(len(failed)))


def test_markdown_keeps_its_table_and_its_folds() -> None:
    """Whatever words say, each row has its columns, each fold is closed, and nothing becomes HTML."""
    text = written(harmful(), "markdown")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {4}
    assert text.count("<details>") == text.count("</details>") == 2
    outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "<script" not in outside
    assert "<b>ERROR</b> rows-lost, 0002, SQLite: " in text


def test_an_annotation_is_one_command_with_its_place() -> None:
    """GitHub ends a command at a newline and its properties at a comma: none of both is there as it is."""
    assert github_annotations(check()) == [
        "::error file=migrations/versions/0002_change.py,line=11,title=rows-lost::Rows of student are gone%0A"
        "SQLite: 1 of the 2 rows that the lab made are gone.%0ABatch mode drops the old table."
    ]
    [line] = github_annotations(harmful())
    assert "\n" not in line
    properties, _, message = line.removeprefix("::error ").partition("::")
    assert [each.partition("=")[0] for each in properties.split(",")] == ["file", "line", "title"]
    assert "% 100%25\nnext" in unquote(message)


def test_one_file_holds_matrix_findings_and_evidence() -> None:
    """Each cell of which there is something to say leads to its steps, in the same file, and to nothing else."""
    text = written(check(), "html")
    said = words(text)
    assert "school: 2 revisions on two engines" in said
    assert "1 revision puts data at risk." in said
    assert "DELETE FROM" in said
    assert "line 11" in said
    links = re.findall(r'href="#([^"]+)"', text)
    assert "revision-2-sqlite" in links
    assert not set(links) - {*re.findall(r'id="([^"]+)"', text)}
    assert not re.findall(r'(?:src|href)="https?:', text)


def test_one_file_lets_nothing_run_but_its_own() -> None:
    """Its policy allows one style and one script by their hashes, and no words of others are tags."""
    text = written(harmful(), "html")
    [policy] = found(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert text.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in text
    assert HARM.split()[0] not in text


def test_every_code_that_is_found_has_words() -> None:
    """Each finding that the check can make has a rule with a name and a meaning."""
    source = "".join(path.read_text() for path in (REPOSITORY / "lab_app/check/findings").glob("*.py"))
    codes = set(re.findall(r'Found\(\s*"([a-z-]+)"', source))
    assert codes
    assert codes <= set(RULES)


def test_rows_that_a_revision_changes_by_what_it_says_are_not_at_risk() -> None:
    """An UPDATE changes rows, which the matrix tells; the sentence of the page counts what is found."""
    cells = [cell("0002", "sqlite", "rows changed"), cell("0001", "sqlite")]
    assert "data at risk" not in written(check(cells=cells, findings=[]), "html")
    assert "1 revision puts data at risk" in written(check(cells=cells, findings=[finding("rows-changed")]), "html")
