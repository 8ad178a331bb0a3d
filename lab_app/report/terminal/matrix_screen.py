"""The matrix on a terminal: what each engine did with each attempt, data at risk first."""

from collections.abc import Callable

from rich.text import Text

from lab_app.document.compare import changes, compared
from lab_app.document.matrix import Agreement, Matrix, Row, expected_words, heading, matrix
from lab_app.document.outcomes import SIGNS
from lab_app.document.types import Cell, Document, EngineRecord
from lab_app.report.next_command import Wording, command
from lab_app.report.terminal.layout import beside, indented, outcome_text, ruled, titled, wrapped
from lab_app.report.values import printable

_MARGIN, _GAP, _COLUMN_MAX = 2, 2, 36
#: How many lines a column's heading is remembered for.
_SIGHT = 24
_STYLES: dict[Agreement, str] = {
    "data at risk": "bold red",
    "differ": "bold yellow",
    "all agree": "bold green",
    "not compared": "bold",
}


def matrix_screen(
    document: Document, width: int, wording: Wording = "make", recorded: Document | None = None
) -> list[Text]:
    """Draw every attempt on every engine, what was not as expected or not run, what is new, and what to type next."""
    view = matrix(document)
    lines = titled(Text("Migration Lab", style="bold"), width, document["recorded_at"][:16].replace("T", " "))
    lines += [*wrapped(view.size, width), *wrapped(view.counted, width), Text()]
    lines += groups(view, width, aside=lambda row: row.scenario["name"])
    lines += closing(view, width)
    if recorded:
        lines += _since(recorded, document, width)
    return lines + next_commands(
        {
            **{
                command("scenario", wording, row.scenario["name"]): "the evidence behind the first row"
                for row in view.rows[:1]
            },
            command("web", wording): "the same as a page",
        }
    )


def groups(view: Matrix, width: int, aside: Callable[[Row], str]) -> list[Text]:
    """Draw the rows under their agreement; the engines' names stand on top, and again once out of sight."""
    lines: list[Text] = []
    named = -_SIGHT
    for agreement, rows in view.groups.items():
        lines += ruled(heading(agreement, rows), _STYLES[agreement], width)
        for row in rows:
            if len(lines) - named >= _SIGHT:
                named = len(lines)
                lines += [*_header(view, width), Text()]
            lines += [*_row(row, view, width, aside(row)), Text()]
    return lines


def next_commands(commands: dict[str, str]) -> list[Text]:
    """List what can be typed next, and what each of them does."""
    room = max(map(len, commands)) + 3
    return [Text.assemble((typed.ljust(room), "bold"), (does, "dim")) for typed, does in commands.items()]


def closing(view: Matrix, width: int) -> list[Text]:
    """Tell what is not as expected, observed beside expected; then what was not run, and the command that fixes it."""
    lines: list[Text] = []
    if view.unexpected:
        lines += ruled("NOT AS EXPECTED", "bold magenta", width)
        for row, cell in view.unexpected:
            lines += [*indented(_comparison(row, cell, view, width - _MARGIN), _MARGIN), Text()]
    if view.not_run:
        lines += ruled("NOT RUN", "bold", width)
        for title, reason, fix in view.not_run:
            lines += indented(wrapped(f"{title}: {reason}", width - _MARGIN, hang=2), _MARGIN)
            lines += [Text(f"    {printable(fix)}", style="bold")] if fix else []
        lines.append(Text())
    return lines


def _since(recorded: Document, document: Document, width: int) -> list[Text]:
    lines = ruled(compared(recorded, document), "bold", width)
    for change in changes(recorded, document):
        lines += indented(wrapped(change, width - _MARGIN, hang=2), _MARGIN)
    return [*lines, Text()]


def _widths(view: Matrix, width: int) -> list[int]:
    count = len(view.engines)
    return [min(_COLUMN_MAX, (width - _MARGIN - _GAP * (count - 1)) // count)] * count


def _header(view: Matrix, width: int) -> list[Text]:
    widths = _widths(view, width)
    blocks = [wrapped(_engine(engine), column) for engine, column in zip(view.engines, widths, strict=True)]
    return indented(beside(blocks, widths, _GAP), _MARGIN)


def _engine(engine: EngineRecord) -> Text:
    state = engine["version"] or "" if engine["up"] else "not up"
    return Text.assemble((engine["title"], "bold"), " ", (state, "dim"))


def _row(row: Row, view: Matrix, width: int, aside: str) -> list[Text]:
    better = " (the better way)" if row.attempt["better"] else ""
    title = Text.assemble((printable(row.attempt["title"]), "bold"), (better, "green"))
    lines = indented(titled(title, width - _MARGIN, aside), _MARGIN)
    common = row.ran[0]["reason"] if len(row.ran) > 1 and len({cell["reason"] for cell in row.ran}) == 1 else None
    cells = {cell["engine"]: cell for cell in row.cells}
    widths = _widths(view, width)
    blocks = [
        _cell(cells[engine["name"]], engine, column, common) if engine["name"] in cells else []
        for engine, column in zip(view.engines, widths, strict=True)
    ]
    lines += indented(beside(blocks, widths, _GAP), _MARGIN)
    if common:
        lines += indented(wrapped(common, width - _MARGIN - 2), _MARGIN + 2)
    return lines


def _cell(cell: Cell, engine: EngineRecord, width: int, common: str | None) -> list[Text]:
    """Draw sign, word and reason. What a whole row shares, and why an engine is not up, is said elsewhere once."""
    lines = [outcome_text(cell["outcome"])]
    if not cell["as_expected"] and cell["outcome"] != "not run":
        text = f"not as expected: expected {expected_words(cell)}"
        lines += indented(wrapped(text, width - 2, "bold magenta"))
    if engine["up"] and cell["reason"] != common:
        lines += indented(wrapped(cell["reason"], width - 2))
    return lines


def _comparison(row: Row, cell: Cell, view: Matrix, width: int) -> list[Text]:
    titles = {engine["name"]: engine["title"] for engine in view.engines}
    half = (width - _GAP) // 2
    observed = [Text("observed", style="dim"), outcome_text(cell["outcome"])]
    observed += indented(wrapped(cell["finding"] or cell["reason"], half - 2))
    expected = [Text("expected", style="dim")]
    if cell["expected"]:
        expected += wrapped(f"{SIGNS[cell['expected']['outcome']]} {expected_words(cell)}", half)
        expected += indented(wrapped(cell["expected"]["reason"], half - 2))
    title = f"{row.scenario['name']}: {row.attempt['title']}, on {titles[cell['engine']]}"
    return [*wrapped(title, width, "bold"), *beside([observed, expected], [half, half], _GAP)]
