"""What the reports make of a result document, and that they never say more than it does.

The screens in tests/golden are compared whole. After a wanted change: GOLDEN=write make test, then read the diff.
"""

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from sample_document import BATCH_MODE, TITLES, attempt, cell, document, not_run, rows, several, statement, survival

from lab_app.document.file import dump, load, of_scenario
from lab_app.document.matrix import matrix
from lab_app.document.outcomes import SIGNS
from lab_app.document.survey import ServerLine
from lab_app.document.types import Cell, Document
from lab_app.errors import LabError
from lab_app.evidence.types import Survival, ValueChange
from lab_app.report.details import laid_out, migration, statements
from lab_app.report.formats import Format, render
from lab_app.report.markdown import escaped, fenced
from lab_app.report.scenario_view import next_difference, scenario_views
from lab_app.report.terminal.screen import show
from lab_app.report.terminal.servers_table import servers_table
from lab_app.report.terminal.sql_screen import sql_screen
from lab_app.report.values import literal, survived
from lab_app.text import printable

GOLDEN = Path(__file__).parent / "golden"
SERVERS: list[ServerLine] = [
    {
        "name": "sqlite",
        "engine": "sqlite",
        "title": "SQLite",
        "up": True,
        "version": "3.40.1",
        "source": "built in",
        "address": "in this process",
        "ms": 0.4,
        "reason": None,
        "fix": None,
    },
    {
        "name": "postgresql",
        "engine": "postgresql",
        "title": "PostgreSQL",
        "up": True,
        "version": "18.6",
        "source": "container",
        "address": "127.0.0.1:49153",
        "ms": 3210.0,
        "reason": None,
        "fix": None,
    },
    {
        "name": "mariadb",
        "engine": "mariadb",
        "title": "MariaDB",
        "up": False,
        "version": None,
        "source": None,
        "address": None,
        "ms": 280.0,
        "reason": "there is no Docker engine, no compose project is up, and no program mariadbd is on this machine",
        "fix": "make up",
    },
]
SQL = [
    (
        "In batch mode",
        {
            "SQLite": [
                "CREATE TABLE _alembic_tmp_student (\n\tid INTEGER NOT NULL, \n\tage INTEGER\n)",
                "DROP TABLE student",
            ],
            "PostgreSQL": ["ALTER TABLE student ALTER COLUMN age TYPE INTEGER"],
            "MySQL": ["ALTER TABLE student MODIFY age INTEGER NULL"],
            "MariaDB": ["ALTER TABLE student MODIFY age INTEGER NULL"],
        },
    ),
    ("A new column", {title: ["ALTER TABLE student ADD COLUMN age INTEGER"] for title in TITLES.values()}),
]


@pytest.fixture(autouse=True)
def _no_wish_for_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """A terminal."""
        return True


def _report(report: Document, format: Format = "terminal", stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    render(report, format, stream)
    return stream.getvalue()


def _document(*cells: Cell) -> Document:
    """A document of these cells, with the attempts that they name, on the four engines."""
    names = dict.fromkeys(cell["attempt"] for cell in cells)
    scenario = {**BATCH_MODE, "name": "story", "attempts": [attempt(name, name) for name in names]}
    return {**document(mariadb=True), "scenarios": [scenario], "cells": list(cells)}  # type: ignore[list-item]


def _golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == text


def _servers() -> str:
    stream = io.StringIO()
    servers_table(SERVERS, stream)
    return stream.getvalue()


def _sql() -> str:
    stream = io.StringIO()
    sql_screen("Turn age from text into a number", SQL, stream)
    return stream.getvalue()


#: Versions of PostgreSQL that stand beside each other.
TWO = ("15.18", "18.6")
SCREENS = {
    "matrix.txt": lambda: _report(document()),
    "matrix_four_engines.txt": lambda: _report(document(mariadb=True)),
    "matrix_five_targets.txt": lambda: _report(several(postgresql=TWO)),
    "matrix_six_targets.txt": lambda: _report(several(postgresql=TWO, mysql=("8.4 not up", "9.7.4"))),
    "scenario_add_age.txt": lambda: _report(of_scenario(document(mariadb=True), "add_age")),
    "scenario_batch_mode.txt": lambda: _report(of_scenario(document(), "batch_mode")),
    "scenario_six_targets.txt": lambda: _report(
        of_scenario(several(postgresql=TWO, mysql=("8.4.6", "9.7.4")), "batch_mode")
    ),
    "servers.txt": _servers,
    "sql.txt": _sql,
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_piped_screen_is_the_golden_one(name: str) -> None:
    """A screen through a pipe is, character by character, the one that was last looked at."""
    _golden(name, SCREENS[name]())


@pytest.mark.parametrize("name", SCREENS)
def test_a_piped_screen_fits_80_columns_without_escape_codes(name: str) -> None:
    """No line of a piped screen is longer than 80 columns, ends in a blank, or holds an escape code."""
    text = SCREENS[name]()

    assert [line for line in text.splitlines() if len(line) > 80 or line != line.rstrip()] == []
    assert "\x1b" not in text


@pytest.mark.parametrize("format", ["markdown", "junit"])
def test_a_report_for_programs_is_the_golden_one(format: Format) -> None:
    """Markdown and JUnit are compared whole, like the screens."""
    _golden({"markdown": "matrix.md", "junit": "matrix.xml"}[format], _report(document(), format))


def test_the_matrix_is_exactly_80_columns_wide() -> None:
    """Four engines fill 80 columns: the rules reach the last of them."""
    widths = {len(line) for line in _report(document()).splitlines() if "─" in line}

    assert widths == {80}


def test_colour_repeats_what_the_words_say() -> None:
    """On a terminal the screen has escape codes; without them it is the piped one."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system="truecolor")
    show(document(), console)

    assert "\x1b[" in stream.getvalue()
    assert re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue()) == _report(document())


def test_no_color_turns_every_escape_code_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR a terminal gets the text alone."""
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in _report(document(), stream=Screen())

    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b" not in _report(document(), stream=Screen())


def test_an_output_without_the_signs_gets_ascii_ones() -> None:
    """An ASCII output holds a sign for each outcome, escapes for other letters, and the same columns."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    render(of_scenario(document(), "batch_mode"), "terminal", stream)
    stream.flush()
    text = raw.getvalue().decode("ascii")

    assert "  ! rows changed      x refused           x refused           - not run" in text
    assert "'Zo\\xeb'" in text


def test_a_wide_terminal_puts_the_sql_side_by_side() -> None:
    """What is one below the other at 80 columns stands side by side where it fits."""
    stream = io.StringIO()
    show(of_scenario(document(), "batch_mode"), Console(file=stream, width=120))

    assert re.search(
        r"ALTER COLUMN age TYPE INTEGER; +✗ ALTER TABLE student MODIFY age INTEGER NULL;", stream.getvalue()
    )


def test_every_outcome_is_a_word_and_a_sign() -> None:
    """Each of the nine outcomes is told by its word beside its sign, never by colour alone."""
    for outcome, sign in SIGNS.items():
        text = _report(_document(cell("story", "one", "sqlite", outcome, "because")))

        assert f"  {sign} {outcome}\n" in text


def test_rows_with_data_at_risk_come_first() -> None:
    """Data at risk, then differ, then all agree, then what cannot be compared; within each, the order told."""
    view = matrix(
        _document(
            cell("story", "alone", "sqlite", "done", ""),
            cell("story", "agree", "mysql", "ignored", ""),
            cell("story", "agree", "sqlite", "ignored", ""),
            cell("story", "differ", "sqlite", "refused", ""),
            cell("story", "differ", "mysql", "drifted", ""),
            cell("story", "half", "mysql", "half-applied", ""),
            cell("story", "lost", "mysql", "rows lost", ""),
            cell("story", "lost", "sqlite", "done", ""),
        )
    )

    assert [(row.attempt["name"], row.agreement) for row in view.rows] == [
        ("half", "data at risk"),
        ("lost", "data at risk"),
        ("differ", "differ"),
        ("agree", "all agree"),
        ("alone", "not compared"),
    ]
    assert [cell["engine"] for cell in view.rows[3].cells] == ["sqlite", "mysql"]


def test_not_run_is_neither_agreement_nor_done() -> None:
    """A cell that was not run is counted by its own word and agrees with nothing."""
    ran = [cell("story", "one", engine, "done", "") for engine in TITLES]
    partly = matrix(_document(*ran[:2], *map(not_run, ran[2:])))
    alone = matrix(_document(ran[0], *map(not_run, ran[1:])))
    nothing = matrix(_document(*map(not_run, ran)))

    assert partly.counting_line == "1 scenario, 1 attempt × 4 engines = 4 cells: 2 done, 2 not run"
    assert [view.rows[0].agreement for view in (partly, alone, nothing)] == [
        "all agree",
        "not compared",
        "not compared",
    ]
    assert [view.rows[0].note for view in (partly, alone, nothing)] == ["2 of 4 ran", "1 of 4 ran", "0 of 4 ran"]
    assert "ALL AGREE, of those that ran" in _report(_document(*ran[:2], *map(not_run, ran[2:])))


def test_the_counting_line_counts_every_cell_once() -> None:
    """The counts of the sample add up to its cells, and hold no percentage."""
    view = matrix(document())

    assert view.size == "2 scenarios, 6 attempts × 4 engines = 24 cells"
    assert view.counted == "7 done, 3 ignored, 7 refused, 1 rows changed, 6 not run"
    assert sum(view.counts.values()) == len(document()["cells"])


def test_an_unexpected_cell_shows_the_expected_error() -> None:
    """Where the outcome is the declared one and the error is not, the declared error is named."""
    expected = {"outcome": "refused", "reason": "needs USING", "error": "DatatypeMismatch"}
    text = _report(_document(cell("story", "one", "mysql", "refused", "", expected=expected, as_expected=False)))

    assert "✗ refused                               ✗ refused with DatatypeMismatch" in text


def test_the_fix_of_what_is_not_run_is_printed_once() -> None:
    """However many cells an engine misses, its reason and the command that fixes it stand once."""
    text = _report(document())

    assert text.count("MariaDB: no image mariadb:11.8, no program mariadbd\n    make up\n") == 1


def test_next_commands_are_spelt_for_where_they_are_typed() -> None:
    """Outside of the repository there is no make: the commands are flask lab's."""
    stream = io.StringIO()
    render(document(), "terminal", stream, wording="flask lab")

    assert stream.getvalue().splitlines()[-2:] == [
        "flask lab run batch_mode   the evidence behind the first row",
        "flask lab web              the same as a page",
    ]


def test_what_a_database_says_is_printed_as_it_is() -> None:
    """Markup of rich stays in the text, and control characters are spelt out."""
    text = _report(of_scenario(document(), "batch_mode"))

    assert "Duplicate entry '<script>alert(1)</script> | [bold]x[/bold] `rm`\n      \\x1b[31m\\x07' for key" in text


def test_harm_in_a_value_is_spelt_out() -> None:
    """A value that would clear the terminal is shown as text, in the sentence and in the table; long ones are cut."""
    changes = [{"key": [1], "column": "name", "before": "\x1b[2J\n", "after": "a" * 30}]
    harmed = cell(
        "story",
        "one",
        "sqlite",
        "rows changed",
        "",
        rows_before=rows(["id", "name"], [[1, "\x1b[2J\n"]]),
        rows_after=rows(["id", "name"], [[1, "a" * 30]]),
        survival=[survival(1, before=1, changes=changes)],
    )
    text = _report(_document(harmed))

    assert "1 of 1 row changed: '\\x1b[2J\\n' became 'aaaaaaaaaaaaaaaaaaaa...\n" in text
    assert "1   'aaaaaaaaaaaaaaaaaaaa...  was '\\x1b[2J\\n'\n" in text
    assert "\x1b" not in text


def test_a_caret_points_at_its_word_after_wrapping() -> None:
    """PostgreSQL's caret stays below the name that it points at when the line is folded."""
    text = _report(of_scenario(document(mariadb=True), "add_age"))

    assert "      student.age ...\n      ^\n" in text


def test_long_tables_show_what_changed_and_count_the_rest() -> None:
    """Of a long table ten rows are shown, the changed ones among them, and the rest is counted."""
    before = [[number, "a"] for number in range(1, 31)]
    after = [[number, "b" if number == 29 else "a"] for number in range(1, 31)]
    changed = cell(
        "story",
        "one",
        "sqlite",
        "rows changed",
        "",
        rows_before=rows(["id", "grade"], before),
        rows_after=rows(["id", "grade"], after),
        survival=[survival(1, before=30, changes=[{"key": [29], "column": "grade", "before": "a", "after": "b"}])],
    )
    lines = [line.strip() for line in _report(_document(changed)).splitlines()]
    start = lines.index("id  grade")

    assert lines[start - 1] == "1 of 30 rows changed: 'a' became 'b'"
    assert lines[start + 9 : start + 12] == ["9   'a'", "29  'b'  was 'a'", "… and 20 more rows"]


def test_a_lost_row_is_shown_with_what_it_held() -> None:
    """A row that is gone stands in the table, marked in words."""
    lost = cell(
        "story",
        "one",
        "sqlite",
        "rows lost",
        "",
        rows_before=rows(["id", "name"], [[1, "Ada"], [2, "Zoë"]]),
        rows_after=rows(["id", "name"], [[1, "Ada"]]),
        survival=[survival(lost=1, before=2)],
    )
    text = _report(_document(lost))

    assert "1 of 2 rows lost\n      id      name\n      1       'Ada'\n      2 lost  'Zoë'\n" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        ("it's", "'it''s'"),
        ("", "''"),
        (True, "True"),
        (36, "36"),
        (1.5, "1.5"),
        ({"decimal": "1.50"}, "1.50"),
        ({"datetime": "2024-01-02 03:04:05"}, "2024-01-02 03:04:05"),
        ({"bytes": "00ff"}, "x'00ff'"),
    ],
)
def test_a_value_is_written_as_sql_has_it(value: object, text: str) -> None:
    """Text is quoted, NULL is named, and the types that JSON lacks are told apart."""
    assert literal(value) == text  # type: ignore[arg-type]


def test_survival_is_a_sentence() -> None:
    """Lost and changed rows are told with their number, their table where there are several, and the first values."""
    changes = [
        {"key": [1], "column": "age", "before": "n/a", "after": 0},
        {"key": [2], "column": "age", "before": "", "after": 0},
    ]

    assert survived([]) == "no rows were compared"
    assert survived([survival()]) == "every row as it was"
    assert survived([survival(2, changes=changes)]) == "2 of 3 rows changed: 'n/a' became 0, '' became 0"
    assert survived([survival(lost=1, before=1)]) == "1 of 1 row lost"
    assert (
        survived([survival(), survival(1, how="digest", before=1_000_000, table="mark")])
        == "mark: some of 1,000,000 rows changed: their digest is another one"
    )


def test_bookkeeping_is_left_out_of_the_sql() -> None:
    """COMMIT and alembic_version are no part of the change; ROLLBACK after an error is."""
    noted = "UPDATE alembic_version SET version_num='2' WHERE alembic_version.version_num = '1'"
    sent = [statement("BEGIN"), statement(noted), statement("COMMIT")]
    failed = [statement("ALTER TABLE a", error="no"), statement("ROLLBACK")]
    error = {"class": "DataError", "code": None, "message": "no"}

    assert [sql.text for sql in statements(cell("s", "a", "sqlite", "done", "", statements=sent))] == ["BEGIN;"]
    assert [
        (sql.text, sql.failed)
        for sql in statements(cell("s", "a", "sqlite", "refused", "", statements=failed, error=error))
    ] == [("ALTER TABLE a;", True), ("ROLLBACK;", False)]


def test_sql_keeps_its_lines_and_loses_its_tabs() -> None:
    """A statement is laid out as it was sent, without empty lines."""
    assert laid_out("\nCREATE TABLE a (\n\tid INTEGER, \n)\n\n") == "CREATE TABLE a (\n    id INTEGER,\n)"


def test_a_migration_file_is_shown_by_its_functions() -> None:
    """downgrade() is shown when a step went down; what is no Python is shown whole."""
    source = "x = 1\n\n\ndef upgrade():\n    # ### commands\n    pass\n\n\ndef downgrade():\n    pass\n"

    def shown(text: str, *steps: str) -> str | None:
        return migration(cell("s", "a", "sqlite", "done", "", migration=text, steps=list(steps)))

    assert shown(source, "flask db upgrade") == "def upgrade():\n    pass"
    assert shown(source, "flask db downgrade") == "def upgrade():\n    pass\ndef downgrade():\n    pass"
    assert shown("def upgrade(:\n") == "def upgrade(:"


def test_markdown_escapes_what_a_database_says() -> None:
    """Nothing out of a database becomes a table bar, code, emphasis or HTML."""
    assert escaped("a|b `c` *d* <e> & _f_\n[g]") == ("a\\|b \\`c\\` \\*d\\* &lt;e&gt; &amp; \\_f\\_<br>\\[g\\]")
    assert fenced("say ```` twice", "text") == ["`````text", "say ```` twice", "`````"]


def test_every_row_of_a_markdown_table_has_the_same_cells() -> None:
    """Each table row has one bar more than it has cells, whatever the texts hold."""
    bad = [cell("story", "a|b", engine, "refused", "x | `y` <b>\n") for engine in TITLES]
    table = [line for line in _report(_document(*bad), "markdown").splitlines() if line.startswith("|")]

    assert [len(re.findall(r"(?<!\\)\|", line)) for line in table] == [6, 6, 6]


def test_junit_counts_failures_and_what_was_skipped() -> None:
    """One test case a cell: a failure for the unexpected one, skipped with its reason for each that was not run."""
    root = ET.fromstring(_report(document(), "junit"))  # noqa: S314 - written by this program
    [suite] = root
    failed = suite.findall("testcase[failure]")

    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "24",
        "failures": "1",
        "errors": "0",
        "skipped": "6",
    }
    assert [case.get("name") for case in failed] == ["batch_mode-unique-mysql"]
    assert {skipped.get("message") for skipped in suite.iter("skipped")} == {
        "no image mariadb:11.8, no program mariadbd: make up"
    }
    assert suite[0].attrib == {"name": "add_age-create_all-sqlite", "classname": "add_age", "time": "0.013"}


def test_control_characters_are_spelt_out() -> None:
    """What neither a terminal nor XML can take is readable: escapes, half surrogates, turned writing."""
    assert printable("a\x1b[2J\x00\ud800\u202eb\tc\r\nd") == "a\\x1b[2J\\x00\\ud800\\u202eb   c\nd"


def test_a_document_survives_the_way_to_a_file_and_back(tmp_path: Path) -> None:
    """What was dumped is loaded as it was; letters stay letters."""
    path = tmp_path / "results.json"
    path.write_text(_report(document(), "json"), encoding="utf-8")

    assert load(path) == document()
    assert '"Zoë"' in path.read_text(encoding="utf-8")
    assert dump(load(path)) == path.read_text(encoding="utf-8")


def test_json_is_utf8_whatever_the_locale_says() -> None:
    """A program that reads the JSON gets UTF-8 from an ASCII terminal, too."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    render(document(), "json", stream)
    stream.flush()

    assert json.loads(raw.getvalue().decode("utf-8")) == document()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "results.json is not JSON: name a file that --format json wrote"),
        (
            "[]",
            "results.json is no result document, and this lab reads schema 1 and 2: run it again with --format json",
        ),
        (
            '{"schema": 3}',
            "results.json is a result document of schema 3, and this lab reads schema 1 and 2: "
            "run it again with --format json",
        ),
    ],
)
def test_another_file_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    """A file that holds no document of this schema is named, with what to type."""
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(LabError, match=f"^{re.escape(message)}$"):
        load(path)


def test_a_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    """A file that is not there is a LabError with the system's reason."""
    with pytest.raises(LabError, match=r"^gone\.json cannot be read \(No such file or directory\): name a file"):
        load(tmp_path / "gone.json")


def test_a_scenario_that_was_not_run_is_refused() -> None:
    """Asking a document for a scenario that it does not hold names those it holds."""
    message = "these results hold no scenario 'add_agee': name one of add_age, batch_mode"

    with pytest.raises(LabError, match=f"^{message}$"):
        of_scenario(document(), "add_agee")


def test_after_the_last_difference_comes_the_first() -> None:
    """The next scenario that differs is never the one that is read, and there may be none."""
    told = scenario_views(matrix(document()))

    assert [story.scenario["name"] for story in told] == ["batch_mode", "add_age"]
    assert [story.differs for story in told] == [True, False]
    assert next_difference(told, "batch_mode") is None
    assert next_difference(told, "add_age") is told[0]
    assert next_difference(told, "left_out_of_the_matrix") is told[0]


def test_importing_the_reports_leaves_rich_alone() -> None:
    """JSON, Markdown and JUnit are had without the price of rich."""
    code = "import sys, lab_app.report; print([name for name in sys.modules if name.split('.')[0] == 'rich'])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout == "[]\n"


def test_a_matrix_of_720_cells_is_quick() -> None:
    """Sixty scenarios of three attempts on four engines are drawn well within a second."""
    sample = document(mariadb=True)
    scenarios, cells = [], []
    for number in range(60):
        names = [f"try_{place}" for place in range(3)]
        scenarios.append({**BATCH_MODE, "name": f"s{number}", "attempts": [attempt(name, name) for name in names]})
        cells += [
            {**sample["cells"][(number + place) % 24], "scenario": f"s{number}", "attempt": name, "target": engine}
            for place, name in enumerate(names)
            for engine in TITLES
        ]
    started = time.perf_counter()
    text = _report({**sample, "scenarios": scenarios, "cells": cells})  # type: ignore[typeddict-item]

    assert "60 scenarios, 180 attempts × 4 engines = 720 cells" in text
    assert time.perf_counter() - started < 1.0


def test_a_long_table_is_not_said_to_be_as_it_was_where_nobody_looked() -> None:
    """What a digest cannot tell is not told: other numbers of rows, and columns that are meant to change."""
    table: Survival = {
        "table": "student", "how": "digest", "before": 12_000, "after": 12_000, "lost": 0, "changed": 0, "changes": [],
    }  # fmt: skip
    change: ValueChange = {"key": [], "column": "age", "before": {"other": "TEXT"}, "after": {"other": "INTEGER"}}
    assert survived([table]) == "every row as it was"
    assert survived([{**table, "as_declared": 1}]) == "every row as declared"
    assert survived([{**table, "after": 12_001}]) == ("12,000 rows of student became 12,001: they were not compared")
    assert (
        survived([{**table, "changes": [change], "as_declared": 1}]) == "student: age compared in the first rows alone"
    )
