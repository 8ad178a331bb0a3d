"""The report in one file: whole, from disk, without a network, and harmless whatever the results say."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import pty
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import LIMIT, expect, grave, sideways
from commands import FLASK, REPOSITORY, lab
from pages import client_of, found, only, put, words
from sample_document import document

from lab_app.document import keep
from lab_app.document.file import load
from lab_app.document.merge import Shown, of_run, overlay
from lab_app.document.types import Document
from lab_app.errors import LabError
from lab_app.report.markdown import matrix_table, report_markdown, to_markdown
from lab_app.report.page.one_file import report
from lab_app.report.selection import Selection

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ALL = Selection()
HARM = "</script></template></style></title><img src=x onerror=alert(1)><!-- ]]> \"' &amp;"
WIDE = 1280


class Tags(HTMLParser):
    """The tags of a page with their attributes, and what stands inside of style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.comments = 0
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that opens."""
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, _tag: str) -> None:
        """A tag that closes."""
        self._open = ""

    def handle_data(self, data: str) -> None:
        """A text."""
        if self._open in ("style", "script"):
            self.inside[self._open] = self.inside.get(self._open, "") + data

    def handle_comment(self, _data: str) -> None:
        """A comment."""
        self.comments += 1

    def attributes(self, name: str) -> list[str]:
        """The values of an attribute, in the order of the page."""
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


@pytest.fixture(scope="module")
def sample() -> Shown:
    """The sample document as one run."""
    return of_run(document(mariadb=True))


@pytest.fixture(scope="module")
def html(sample: Shown) -> str:
    """The file of the sample document."""
    return report(sample, ALL)


def _hostile(text: str) -> Document:
    """The sample document with a text added to everything that people, migrations and databases write."""
    made: Any = document(mariadb=True)
    for scenario in made["scenarios"]:
        for attempt in scenario["attempts"]:
            attempt.update(title=attempt["title"] + text, code=attempt["code"] + text)
        scenario.update({key: scenario[key] + text for key in ("title", "story", "reference")})
        scenario.update({key: [*scenario[key], text] for key in ("lesson", "hints")})
    for cell in made["cells"]:
        cell.update(reason=cell["reason"] + text, finding=cell["finding"] + text, steps=[*cell["steps"], text])
        cell["warnings"] = [text]
        cell["migration"] = f"def upgrade():\n    op.execute({text!r})\n"
        cell["statements"] = [{**one, "sql": one["sql"] + text, "parameters": text} for one in cell["statements"]]
        if cell["error"]:
            cell["error"] = dict.fromkeys(cell["error"], text)
        for rows in (cell["rows_before"], cell["rows_after"]):
            for table in list(rows):
                rows[text] = {**rows[table], "columns": [text + one for one in rows[table]["columns"]], "key": []}
                rows[text]["rows"] = [[text for _ in row] for row in rows[text]["rows"]]
    return made  # type: ignore[no-any-return]


def test_the_file_asks_nothing_of_a_network(html: str) -> None:
    """Nothing is loaded from anywhere: what has an address is a link to click, a place in the file, or its icon."""
    page = Tags(html)
    assert not page.attributes("src")
    assert not page.attributes("action")
    loaded = [attributes["href"] for tag, attributes in page.tags if tag == "link"]
    assert [address[:10] for address in map(str, loaded)] == ["data:image"]
    links = {str(attributes.get("href")) for tag, attributes in page.tags if tag == "a"}
    assert {link.split(":")[0] for link in links if not link.startswith("#")} == {"https"}
    assert "url(" not in page.inside["style"]
    assert "fetch" not in page.inside["script"].replace("await (await fetch(link.href)).text()", "")


def test_only_the_file_s_own_style_and_script_may_run(html: str) -> None:
    """The policy names the hash of the one style and of the one script, and allows nothing else."""
    page = Tags(html)
    [policy] = [str(attributes["content"]) for _, attributes in page.tags if "http-equiv" in attributes]
    hashes = {
        kind: "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for kind, text in page.inside.items()
    }
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src '{hashes['style']}'",
        f"script-src '{hashes['script']}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert Counter(tag for tag, _ in page.tags if tag in ("style", "script")) == {"style": 1, "script": 1}
    assert not page.attributes("style")


@pytest.mark.parametrize("wishes", [ALL, Selection(show="risk")], ids=["all", "risk"])
def test_every_link_and_button_leads_somewhere_in_the_file(sample: Shown, wishes: Selection) -> None:
    """No id is there twice, and whatever points to one points to one that is there."""
    page = Tags(report(sample, wishes))
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    places = [href for href in page.attributes("href") if href.startswith("#") and href != "#"]
    places += page.attributes("data-copy")
    assert {place[1:] for place in places} <= set(ids)


def test_every_cell_leads_to_its_evidence(html: str, sample: Shown) -> None:
    """The matrix links each of its cells to the place of that cell below."""
    cells = {f"{cell['scenario']}--{cell['attempt']}-{cell['target']}" for cell in sample.document["cells"]}
    assert set(found(r'<td class="[^"]*"><a href="#([^"]+)"', html)) == cells


def test_a_chosen_scenario_is_told_whole(sample: Shown) -> None:
    """The matrix has the rows that were asked for; their scenario has every attempt, for the better way is one."""
    text = report(sample, Selection(show="risk"))
    table = text.partition("</table>")[0]
    assert found(r'<th scope="row">([^<]+)', table) == ["The same in batch mode"]
    assert found(r'<details class="scenario" id="([^"]+)"', text) == ["batch_mode"]
    attempts = found(r'<section class="attempt" id="([^"]+)"', text)
    assert attempts == [f"batch_mode--{name}" for name in ("in_place", "batch", "unique", "swap")]
    assert "Only a part is shown: rows with data at risk." in words(text)


def test_a_part_is_named(sample: Shown) -> None:
    """Who opens the file later has no address that says what was left out."""
    wishes = Selection(show="differ", level="intermediate", a="sqlite", b="mysql", q="batch")
    said = "rows that differ, level intermediate, SQLite and MySQL, found by “batch”."
    assert f"Only a part is shown: {said}" in words(report(sample, wishes))
    assert "Only a part" not in report(sample, ALL)


def test_nothing_to_report_is_told(sample: Shown) -> None:
    """A report without a row would look as if all were well."""
    with pytest.raises(LabError, match="none of 6 attempts is like that"):
        report(sample, Selection(q="zzqq"))


def test_which_run_it_is_stays_true(html: str, sample: Shown) -> None:
    """The file may be read a month later on another machine: moments are absolute, and no machine is "this" one."""
    said = words(html)
    servers = "SQLite 3.40.1, PostgreSQL 18.6, MySQL 9.7.4, MariaDB 11.8.9."
    assert f"Run on 2026-11-22 17:32 UTC with {servers}" in said
    assert " ago" not in said
    assert "this machine" not in said
    record = overlay([sample.document], [])
    assert record
    assert f"Recorded on 2026-11-22 17:32 UTC with {servers}" in words(report(record, ALL))


def test_own_results_among_the_record_are_told_apart(sample: Shown) -> None:
    """Of a mixed report the reader knows which scenario was run when."""
    mine: Any = copy.deepcopy(sample.only(["add_age"]).document)
    mine["recorded_at"] = "2026-12-01T09:05:00+00:00"
    mixed = overlay([sample.document], [mine])
    assert mixed
    said = words(report(mixed, ALL))
    assert "1 of 2 scenarios: run on 2026-12-01 09:05 UTC with" in said
    assert "1 of 2 scenarios: recorded on 2026-11-22 17:32 UTC with" in said
    assert "all agree beginner, run, 2026-12-01 09:05 UTC" in said
    assert "intermediate, run" not in said


def test_one_scenario_has_the_servers_it_was_run_on(sample: Shown) -> None:
    """A part of mixed results does not take its versions from the rest."""
    mine: Any = copy.deepcopy(sample.only(["add_age"]).document)
    mine["recorded_at"] = "2026-12-01T09:05:00+00:00"
    mine["targets"][0]["version"] = "3.99.0"
    mixed = overlay([sample.document], [mine])
    assert mixed
    versions = {name: mixed.only([name]).document["targets"][0]["version"] for name in ("add_age", "batch_mode")}
    assert versions == {"add_age": "3.99.0", "batch_mode": "3.40.1"}


def test_hostile_texts_add_no_element() -> None:
    """Whatever stands in the results, the file has the elements that harmless letters would have made."""
    bad, good = (Tags(report(of_run(_hostile(text)), ALL)) for text in (HARM, "x" * len(HARM)))
    assert _elements(bad) == _elements(good)
    assert bad.comments == 0
    assert not [name for _, attributes in bad.tags for name in attributes if name.startswith("on")]


def _elements(page: Tags) -> Counter[str]:
    """How many there are of each; span is how code is coloured, letter by letter."""
    return Counter(tag for tag, _ in page.tags if tag != "span")


def test_the_whole_catalogue_is_a_small_file() -> None:
    """The recorded catalogue with all its evidence can be sent by mail: under 10 MB."""
    record = keep.recorded()
    assert record
    shown = of_run(record)
    assert len(report(shown, ALL).encode()) < 10_000_000


# ---- in a browser, from disk, with the network off ----


@pytest.fixture
def opened(browser: Browser, html: str, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the file, or another text, from disk without a network; nothing may be wrong with it then."""
    contexts, troubles = [], []

    def open_file(text: str = html, place: str = "", *, width: int = WIDE, **wishes: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, **wishes)
        contexts.append(context)
        context.set_offline(True)
        context.set_default_timeout(LIMIT)
        context.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        context.on("dialog", lambda dialog: (troubles.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        context.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
        page = context.new_page()
        page.goto(file.as_uri() + place)
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert troubles == []


def test_it_opens_from_disk_and_a_cell_opens_its_evidence(opened: Callable[..., Page]) -> None:
    """From file:// and offline: the matrix is there, and a click at a cell shows that cell's evidence, unfolded."""
    page = opened()
    expect(page.locator("#the-matrix tbody")).to_have_count(2)
    evidence = page.locator("[id='batch_mode--batch-sqlite']")
    expect(evidence).not_to_be_visible()
    page.locator("#the-matrix a[href='#batch_mode--batch-sqlite']").click()
    expect(evidence).to_be_in_viewport()
    expect(page.locator("details#add_age")).not_to_have_attribute("open", "")
    page.locator("#batch_mode .next a", has_text="The matrix").click()
    expect(page.locator("#matrix-batch_mode .story")).to_be_in_viewport()


def test_a_link_to_a_cell_opens_it_again(opened: Callable[..., Page]) -> None:
    """An address with a place in it opens that place; so does its link, when it was folded away meanwhile."""
    page = opened(place="#batch_mode--swap-mysql")
    evidence = page.locator("[id='batch_mode--swap-mysql']")
    expect(evidence).to_be_in_viewport()
    page.locator("[data-fold=close]").click()
    expect(evidence).not_to_be_visible()
    page.locator("#the-matrix a[href='#batch_mode--swap-mysql']").click()
    expect(evidence).to_be_in_viewport()


def test_n_goes_to_the_next_difference(opened: Callable[..., Page], sample: Shown) -> None:
    """In the matrix n is the next row that differs; in an open scenario it is the next one that does."""
    page = opened()
    page.keyboard.press("n")
    expect(page.locator("#matrix-batch_mode tr.differs a").first).to_be_focused()
    twice: Any = copy.deepcopy(sample.document)
    again = copy.deepcopy(sample.only(["batch_mode"]).document)
    for part in (*again["scenarios"], *again["cells"]):
        part["name" if "name" in part else "scenario"] = "later"  # type: ignore[literal-required]
    twice["scenarios"] += again["scenarios"]
    twice["cells"] += again["cells"]
    page = opened(report(of_run(twice), ALL), "#batch_mode")
    expect(page.locator("#batch_mode h2").first).to_be_in_viewport()
    page.keyboard.press("n")
    expect(page.locator("#later h2").first).to_be_in_viewport()
    assert page.url.endswith("#later")


def test_markdown_is_copied_from_the_file(opened: Callable[..., Page], sample: Shown) -> None:
    """Offline, a scenario's button and the matrix's copy the very Markdown that the commands write."""
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    story = page.locator("#matrix-batch_mode [data-copy]")
    story.click()
    expect(story).to_have_attribute("data-said", "✓ copied")
    assert page.evaluate("navigator.clipboard.readText()") == to_markdown(sample.only(["batch_mode"]).document)
    whole = page.locator("p.take [data-copy]")
    whole.click()
    expect(whole).to_have_attribute("data-said", "✓ copied")
    assert page.evaluate("navigator.clipboard.readText()") == matrix_table(sample.view)


def test_hostile_texts_do_nothing_in_a_browser(opened: Callable[..., Page]) -> None:
    """One script, no dialog, no image; and what is copied is the text as it was."""
    shown = of_run(_hostile(HARM))
    page = opened(report(shown, ALL))
    page.locator("[data-fold=open]").click()
    assert page.evaluate("[document.scripts.length, document.images.length]") == [1, 0]
    expect(page.locator("#batch_mode blockquote pre").first).to_have_text(HARM)
    assert page.evaluate("document.getElementById('markdown').content.textContent") == matrix_table(shown.view)


def test_on_paper_everything_is_open(opened: Callable[..., Page]) -> None:
    """What is folded away on the screen is printed, hints and unchanged rows too; what is to be clicked is not."""
    page = opened(java_script_enabled=False)
    hidden = [page.locator("#add_age--migrate-mysql"), page.locator("#batch_mode .hints p").last]
    for place in hidden:
        expect(place).not_to_be_visible()
    page.emulate_media(media="print")
    for place in hidden:
        expect(place).to_be_visible()
    for place in (page.locator(".top"), page.locator(".next").first, page.locator("button").first):
        expect(place).not_to_be_visible()


def test_the_printer_leaves_the_page_as_it_was(opened: Callable[..., Page]) -> None:
    """A browser that prints only what is open is given it open, and what it opened is folded away again."""
    page = opened(place="#add_age")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.scenario[open]").count() == 1
    assert page.locator("details details[open]").count() == 0


def test_without_scripts_it_is_still_a_report(opened: Callable[..., Page]) -> None:
    """No button that would do nothing; the evidence opens by its heading."""
    page = opened(java_script_enabled=False)
    assert page.locator("button:visible").count() == 0
    page.locator("#batch_mode > summary").click()
    expect(page.locator("[id='batch_mode--batch-sqlite']")).to_be_visible()


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(246, 245, 241)"), ("dark", "rgb(20, 22, 26)")])
def test_the_file_is_light_or_dark_as_the_reader_is(opened: Callable[..., Page], scheme: Any, ground: str) -> None:
    """The theme of the reader's computer is kept from disk as well, where no header can say anything."""
    page = opened(color_scheme=scheme)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground


def test_the_file_is_accessible(opened: Callable[..., Page]) -> None:
    """With everything open axe-core finds nothing serious or critical, in both themes."""
    page = opened()
    page.locator("[data-fold=open]").click()
    assert grave(page) == []


def test_it_fits_a_telephone(opened: Callable[..., Page]) -> None:
    """At 400 px nothing but the tables in their own regions is scrolled sideways."""
    page = opened(width=400)
    page.locator("[data-fold=open]").click()
    assert sideways(page) <= 0


# ---- the page's link ----


def test_the_matrix_page_hands_the_file_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: Shown) -> None:
    """ "Save as one file" keeps the page's selection, and is a download: as a page its script would be refused."""
    client = client_of(tmp_path, monkeypatch)
    only(sample.document, monkeypatch, tmp_path)
    page = client.get("/?show=risk").get_data(as_text=True)
    [address] = found(r'<a href="(/report\.html[^"]*)" download', page)
    answer = client.get(address)
    assert answer.headers["Content-Disposition"] == "attachment; filename=migration-lab.html"
    record = overlay([sample.document], [])
    assert record
    assert answer.get_data(as_text=True) == report(record, Selection(show="risk"))


def test_a_selection_without_rows_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: Shown) -> None:
    """The address with a word that nothing holds is answered with a line, not with an empty file."""
    client = client_of(tmp_path, monkeypatch)
    put(sample.document)
    answer = client.get("/report.html?q=zzqq")
    assert answer.status_code == 400
    assert "There is nothing to report" in answer.get_data(as_text=True)


# ---- the command ----


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a command with results of its own: the sample document over the record."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAB_", "FLASK_"))}
    own = {"LAB_HOME": str(tmp_path / "home"), "LAB_RESULTS": str(tmp_path / "latest.json")}
    monkeypatch.setenv("LAB_RESULTS", own["LAB_RESULTS"])
    put(document(mariadb=True))
    return kept | own | {"PYTHONPATH": str(REPOSITORY)}


def test_the_command_writes_what_the_page_shows(alone: dict[str, str], tmp_path: Path) -> None:
    """The record with this machine's results over it; one line says what was written and how large it is."""
    out = tmp_path / "report.html"
    done = lab("report", "add_age", "batch_mode", "url_schemes", "--out", str(out), environment=alone)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{out} is written: {out.stat().st_size / 1000:,.0f} kB\n"
    said = words(out.read_text(encoding="utf-8"))
    assert "2 of 3 scenarios: run on 2026-11-22 17:32 UTC with" in said
    assert "1 of 3 scenarios: recorded on" in said


def test_a_page_is_piped_and_not_shown_on_a_terminal(alone: dict[str, str]) -> None:
    """Into a pipe goes the page; a terminal is told what to type instead of being flooded."""
    piped = lab("report", "add_age", environment=alone)
    assert piped.stdout.startswith("<!doctype html>")
    outer, inner = pty.openpty()
    try:
        words = [*FLASK, "report", "add_age"]
        shown = subprocess.run(
            words, env=alone, cwd=REPOSITORY, stdout=inner, stderr=subprocess.PIPE, text=True, timeout=60
        )
    finally:
        os.close(inner)
        os.close(outer)
    assert shown.returncode == 2
    assert shown.stderr == "A page is not for a terminal. Type: flask lab report --out report.html\n"


def test_markdown_has_the_evidence_of_named_scenarios(alone: dict[str, str], tmp_path: Path) -> None:
    """--out with .md is Markdown; with names it holds the evidence, and without only the tables."""
    out = tmp_path / "report.md"
    lab("report", "batch_mode", "--out", str(out), environment=alone)
    whole = lab("report", "--format", "markdown", "--show", "risk", environment=alone)
    sample = of_run(document(mariadb=True)).only(["batch_mode"])
    assert out.read_text(encoding="utf-8") == report_markdown(sample, ALL, evidence=True)
    assert "<details><summary>Turn age from text into a number: The same in batch mode" in out.read_text("utf-8")
    assert "<details>" not in whole.stdout
    assert whole.stderr == ""
    assert "### DIFFER" not in whole.stdout


def test_markdown_says_which_run_it_is(sample: Shown) -> None:
    """The tables of a pull request say when and on what they were run, before anything else."""
    lines = report_markdown(sample, Selection(show="risk"), evidence=False).split("\n")
    assert lines[:5] == [
        "## Migration Lab",
        "",
        "Run on 2026-11-22 17:32 UTC with SQLite 3.40.1, PostgreSQL 18.6, MySQL 9.7.4, MariaDB 11.8.9.",
        "",
        "1 scenario, 1 attempt × 4 engines = 4 cells: 3 refused, 1 rows changed",
    ]
    rows = [line for line in lines if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


def test_what_github_would_refuse_is_told(alone: dict[str, str]) -> None:
    """The whole catalogue is longer than a comment may be: the text is written, and a line says so."""
    done = lab("report", "--format", "markdown", environment=alone)
    assert done.returncode == 0
    assert len(done.stdout) > 65_536
    assert done.stderr.startswith(f"{len(done.stdout):,} characters are more than GitHub takes in a comment, 65,536:")


def test_results_of_a_file_are_reported_alone(alone: dict[str, str], tmp_path: Path) -> None:
    """--results takes what run --out wrote, and nothing of the record or of other runs with it."""
    source = tmp_path / "run.json"
    source.write_text(json.dumps(document()), encoding="utf-8")
    done = lab("report", "--results", str(source), "--format", "markdown", environment=alone)
    assert done.stdout == report_markdown(keep.of_file(source), ALL, evidence=False)
    assert "2 scenarios, 6 attempts" in done.stdout


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["add_agee"], "There are no results of a scenario 'add_agee'. Nearest: add_age."),
        (["zzz"], "There are no results of a scenario 'zzz'. All of them: flask lab list."),
        (
            ["add_age", "--show", "risk"],
            "There is nothing to report: none of 2 attempts is like that. Ask for all of them.",
        ),
        (
            ["add_age", "--out", "/none/x.html"],
            "/none/x.html cannot be written: No such file or directory. Name another file with --out.",
        ),
        (
            ["--results", "none.json"],
            "none.json cannot be read (No such file or directory): name a file that --format json wrote",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(alone: dict[str, str], words: list[str], line: str) -> None:
    """Nothing is written; the line says what is wrong and what to type."""
    done = lab("report", *words, environment=alone)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}\n")


def test_a_document_with_parts_missing_is_refused(tmp_path: Path) -> None:
    """A file that only looks like results is told as such, in place of a traceback from half a report."""
    for spoil in ({"cells": [{"scenario": "add_age"}]}, {"scenarios": [{"name": "add_age"}]}, {"cells": None}):
        source = tmp_path / "run.json"
        source.write_text(json.dumps({**document(), **spoil}), encoding="utf-8")
        with pytest.raises(LabError, match="parts missing"):
            load(source)


def test_a_device_stays_a_device(alone: dict[str, str]) -> None:
    """--out writes into what is there: /dev/stdout gets the page, and no file takes its place."""
    done = lab("report", "add_age", "--out", "/dev/stdout", environment=alone)
    assert done.returncode == 0
    assert done.stdout.endswith("</html>")
    assert not Path("/dev/stdout.new").exists()
