"""The matrix as Markdown that renders in a pull request, with the evidence folded away."""

import re
from collections.abc import Iterable, Iterator
from html import escape

from lab_app.document.matrix import Matrix, Row, expected_words, heading, matrix
from lab_app.document.merge import Shown
from lab_app.document.outcomes import SIGNS
from lab_app.document.targets import head
from lab_app.document.types import Cell, Document
from lab_app.evidence.types import ErrorRecord
from lab_app.report import details
from lab_app.report.details import SQL, shared
from lab_app.report.origin import origin_sentences
from lab_app.report.selection import Selection
from lab_app.report.values import rows_told
from lab_app.text import printable

_SPECIAL = re.compile(r"[\\`*_{}\[\]|~#]")


def to_markdown(document: Document) -> str:
    """Write a table for each agreement, data at risk first, then the evidence of attempts that do not agree."""
    return with_evidence(matrix(document))


def with_evidence(view: Matrix) -> str:
    """Write the same of rows that were chosen from a matrix."""
    lines = _tables(view)
    for row in view.rows:
        if row.agreement != "all agree" and row.ran:
            lines += _evidence(row, view)
    return printable("\n".join(lines)).rstrip() + "\n"


def report_markdown(shown: Shown, wishes: Selection, *, evidence: bool) -> str:
    """Write the rows that are wished for, after a line on where the results come from.

    Raises:
        LabError: no row is like that.
    """
    view = wishes.some_of(shown.view)
    title, _, rest = (with_evidence if evidence else matrix_table)(view).partition("\n")
    return "\n\n".join([title, *map(escaped, origin_sentences(shown)), rest.lstrip("\n")])


def matrix_table(view: Matrix) -> str:
    """Write the tables alone, without evidence: they fit into a comment even for the whole catalogue's differences."""
    return printable("\n".join(_tables(view))).rstrip() + "\n"


def _tables(view: Matrix) -> list[str]:
    lines = ["## Migration Lab", "", view.counting_line, ""]
    for agreement, rows in view.groups.items():
        lines += [f"### {heading(agreement, rows)}", "", *_table(view, rows), ""]
    lines += _unexpected(view)
    lines += [f"- {escaped(f'{title} was not run: {reason}')}" + _fix(fix) for title, reason, fix in view.not_run]
    return lines + ([""] if view.not_run else [])


def escaped(text: str) -> str:
    """Return a text that Markdown and HTML leave as it is, on one line."""
    return escape(_SPECIAL.sub(r"\\\g<0>", printable(text)), quote=False).replace("\n", "<br>")


def fenced(text: str, language: str) -> list[str]:
    """Make a block of code whose fence is longer than any run of backticks in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return [fence + language, printable(text), fence]


def _table(view: Matrix, rows: Iterable[Row]) -> Iterator[str]:
    heads = [f"{target['title']} {head(target)}" for target in view.targets]
    yield f"| Attempt | {' | '.join(map(escaped, heads))} |"
    yield "| --- |" + " --- |" * len(heads)
    for row in rows:
        cells = {cell["target"]: _cell(cell) for cell in row.cells}
        title = f"**{escaped(row.attempt['title'])}**<br>{escaped(row.scenario['name'])}"
        yield f"| {title} | " + " | ".join(cells.get(target["name"], "") for target in view.targets) + " |"


def _cell(cell: Cell) -> str:
    lines = [f"{SIGNS[cell['outcome']]} **{cell['outcome']}**"]
    if not cell["as_expected"] and cell["outcome"] != "not run":
        lines.append(f"*not as expected: expected {escaped(expected_words(cell))}*")
    return "<br>".join([*lines, escaped(cell["reason"])])


def _unexpected(view: Matrix) -> list[str]:
    if not view.unexpected:
        return []
    lines = ["### Not as expected", "", "| Cell | Observed | Expected |", "| --- | --- | --- |"]
    for row, cell in view.unexpected:
        declared = expected_words(cell) + (f": {cell['expected']['reason']}" if cell["expected"] else "")
        name = f"{row.scenario['name']}, {row.attempt['title']}, {cell['target']}"
        observed = f"{cell['outcome']}: {cell['finding'] or cell['reason']}"
        lines.append(f"| {escaped(name)} | {escaped(observed)} | {escaped(declared)} |")
    return [*lines, ""]


def _fix(fix: str | None) -> str:
    return f": <code>{escaped(fix)}</code>" if fix else ""


def _evidence(row: Row, view: Matrix) -> Iterator[str]:
    title = f"{row.scenario['title']}: {row.attempt['title']}"
    yield from (f"<details><summary>{escape(printable(title))}</summary>", "")
    for block in shared(row, view.targets, details.statements):
        yield from (f"**SQL, {escaped(block.label)}**", "", *fenced(_sql(block.value), "sql"), "")
    for error in shared(row, view.targets, lambda cell: cell["error"]):
        if error.value:
            yield from (f"**In the words of {escaped(error.label)}**", "", *fenced(_words(error.value), "text"), "")
    for again in shared(row, view.targets, details.again):
        if again.value:
            yield from (f"**What a person does next, {escaped(again.label)}**: {escaped(again.value)}", "")
    for rows in shared(row, view.targets, rows_told):
        yield from (f"**Rows, {escaped(rows.label)}**: {escaped(rows.value)}", "")
    yield from ("</details>", "")


def _sql(block: tuple[SQL, ...]) -> str:
    return "\n".join(sql.text + ("  -- failed here" if sql.failed else "") for sql in block) or "-- nothing was sent"


def _words(error: ErrorRecord) -> str:
    return f"{details.error_name(error)}\n{error['message']}"
