"""The matrix on a terminal: what each target did with each attempt, data at risk first."""

from collections.abc import Callable

from rich.text import Text

from lab_app.document.compare import changes, compared
from lab_app.document.matrix import Agreement, Matrix, Row, expected_words, heading, matrix
from lab_app.document.outcomes import SIGNS
from lab_app.document.targets import labels
from lab_app.document.types import Cell, Document
from lab_app.report.next_command import Wording, command
from lab_app.report.terminal.columns import GAP, MARGIN, Columns
from lab_app.report.terminal.layout import beside, indented, outcome_text, ruled, titled, wrapped
from lab_app.text import printable

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
    """Draw every attempt on every target, what was not as expected or not run, what is new, and what to type next."""
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
    """Draw the rows under their agreement; the targets' names stand on top, and again once out of sight."""
    lines: list[Text] = []
    columns = Columns(view.targets, width)
    named = -_SIGHT
    for agreement, rows in view.groups.items():
        lines += ruled(heading(agreement, rows), _STYLES[agreement], width)
        for row in rows:
            if len(lines) - named >= _SIGHT:
                named = len(lines)
                lines += [*columns.heads(), Text()]
            lines += [*_title(row, width, aside(row)), *columns.row(row), Text()]
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
            lines += [*indented(_comparison(row, cell, view, width - MARGIN), MARGIN), Text()]
    if view.not_run:
        lines += ruled("NOT RUN", "bold", width)
        for title, reason, fix in view.not_run:
            lines += indented(wrapped(f"{title}: {reason}", width - MARGIN, hang=2), MARGIN)
            lines += [Text(f"    {printable(fix)}", style="bold")] if fix else []
        lines.append(Text())
    return lines


def _since(recorded: Document, document: Document, width: int) -> list[Text]:
    lines = ruled(compared(recorded, document), "bold", width)
    for change in changes(recorded, document):
        lines += indented(wrapped(change, width - MARGIN, hang=2), MARGIN)
    return [*lines, Text()]


def _title(row: Row, width: int, aside: str) -> list[Text]:
    better = " (the better way)" if row.attempt["better"] else ""
    title = Text.assemble((printable(row.attempt["title"]), "bold"), (better, "green"))
    return indented(titled(title, width - MARGIN, aside), MARGIN)


def _comparison(row: Row, cell: Cell, view: Matrix, width: int) -> list[Text]:
    half = (width - GAP) // 2
    observed = [Text("observed", style="dim"), outcome_text(cell["outcome"])]
    observed += indented(wrapped(cell["finding"] or cell["reason"], half - 2))
    expected = [Text("expected", style="dim")]
    if cell["expected"]:
        expected += wrapped(f"{SIGNS[cell['expected']['outcome']]} {expected_words(cell)}", half)
        expected += indented(wrapped(cell["expected"]["reason"], half - 2))
    title = f"{row.scenario['name']}: {row.attempt['title']}, on {labels(view.targets)[cell['target']]}"
    return [*wrapped(title, width, "bold"), *beside([observed, expected], [half, half], GAP)]
