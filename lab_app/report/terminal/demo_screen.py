"""The first screen that a person sees: one attempt on one target, before and after, and why."""

from rich.text import Text

from lab_app.document.types import Cell, Document
from lab_app.evidence.types import TableRows
from lab_app.report import details
from lab_app.report.next_command import Wording, command
from lab_app.report.terminal.layout import (
    Output,
    beside,
    console_for,
    indented,
    outcome_text,
    put,
    titled,
    widest,
    wrapped,
)
from lab_app.report.values import short, survived

_GAP = 6
_LABEL = 8


def demo_screen(document: Document, output: Output, wording: Wording = "make") -> None:
    """Print the one cell of a document as a story: what it was, what it is now, why, and what to do instead."""
    console = console_for(output)
    width = console.width - 2
    [scenario], [cell], [target] = document["scenarios"], document["cells"], document["targets"]
    attempt = next(each for each in scenario["attempts"] if each["name"] == cell["attempt"])
    lines = titled(Text(attempt["title"], style="bold"), width, f"{target['title']} {target['version']}")
    lines += [Text(), *_before_and_after(cell), Text()]
    lines.append(
        Text.assemble(outcome_text(cell["outcome"]), f"   {cell['steps'][-1]} succeeded. ", survived(cell["survival"]))
    )
    lines.append(Text())
    lines += _labelled("SQL", [Text(line) for line in _copying(cell)], width)
    lines += _labelled("Why", wrapped(scenario["hints"][1], width - _LABEL), width)
    lines += _labelled("Better", wrapped(scenario["hints"][2], width - _LABEL), width)
    lines += _labelled("Others", [Text("What the other engines do with the same file:")], width)
    lines += _labelled("", [Text(command("scenario", wording, scenario["name"]), style="bold")], width)
    put(console, [Text(), *indented(lines)])


def _before_and_after(cell: Cell) -> list[Text]:
    """Draw the changed column and the key, side by side, with what each changed value was."""
    [table] = cell["survival"]
    before, after = (cell["rows_before"] or {})[table["table"]], (cell["rows_after"] or {})[table["table"]]
    changed = {change["column"] for change in table["changes"]}
    shown = [column for column in before["columns"] if column in before["key"] or column in changed]
    left, right = _columns("Before", before, shown), _columns("After", after, shown)
    was = {(str(change["key"]), change["column"]): change["before"] for change in table["changes"]}
    notes = [Text(), Text()]
    for row in after["rows"]:
        key = str([row[after["columns"].index(column)] for column in after["key"]])
        told = [f"was {short(was[key, column])}" for column in shown if (key, column) in was]
        notes.append(Text(", ".join(told), style="bold red"))
    lines = beside([left, right, notes], [widest(left) + _GAP, widest(right), widest(notes)])
    for line in lines:
        line.rstrip()
    return lines


def _columns(title: str, table: TableRows, shown: list[str]) -> list[Text]:
    places = [table["columns"].index(column) for column in shown]
    blocks = [[Text(table["columns"][p], style="dim"), *(Text(short(row[p])) for row in table["rows"])] for p in places]
    return [Text(title, style="bold"), *beside(blocks, [widest(block) for block in blocks])]


def _copying(cell: Cell) -> list[str]:
    """Lay out the statement that touched the rows."""
    touched = [statement for statement in details.statements(cell) if statement.text.startswith("INSERT")]
    return [line for statement in touched for text in wrapped(statement.text, 66, hang=4) for line in [text.plain]]


def _labelled(label: str, body: list[Text], width: int) -> list[Text]:
    lines = [Text.assemble((label.ljust(_LABEL), "bold"), body[0])] if body else []
    return [line for each in [*lines, *indented(body[1:], _LABEL)] for line in wrapped(each, width, hang=_LABEL)]
