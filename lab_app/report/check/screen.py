"""A check on a terminal: the matrix, the findings, what was not tested, and the count last."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from lab_app.document.check import CheckDocument, Finding, Severity
from lab_app.document.targets import head, in_words
from lab_app.report.check.matrix import Decided, Folded, counted, folded, rows, size, tested
from lab_app.report.terminal.columns import Columns
from lab_app.report.terminal.layout import Output, beside, console_for, indented, outcome_text, put, ruled, wrapped
from lab_app.text import one_line, printable

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "dim"}
_GAP = 2
#: As wide as half-applied with its sign, at least.
_NARROWEST, _WIDEST = 14, 18
#: Up to so many columns stand beside their revision.
_BESIDE = 4


def screen(document: CheckDocument, output: Output, lab: str = "flask lab") -> None:
    """Print a check on a stream or a rich Console; ``lab`` is how the lab's commands are typed."""
    console = console_for(output)
    put(console, _lines(document, console.width, lab))


def _lines(document: CheckDocument, width: int, lab: str) -> Iterator[Text]:
    yield from _matrix(document, width)
    yield Text()
    if document["findings"]:
        yield from ruled("FINDINGS", "bold", width)
        for finding in document["findings"]:
            yield from _finding(finding, document, width, lab)
            yield Text()
    if document["skipped"]:
        yield from ruled("LEFT OUT", "bold", width)
        for each in document["skipped"]:
            where = " ".join(filter(None, (each["code"], each["revision"])))
            yield from indented(wrapped(f"{where}: {each['because']}", width - 4, hang=2))
        yield Text()
    if document["not_tested"]:
        yield from ruled("NOT TESTED", "bold", width)
        for untested in document["not_tested"]:
            yield from indented(wrapped(f"{untested['what']}: {untested['why']}", width - 4, hang=2))
        yield Text()
    yield from wrapped(_summary(document), width, "bold")


def _matrix(document: CheckDocument, width: int) -> Iterator[Text]:
    """Draw a table; where there are many columns, each revision has a line of its own above what became of it."""
    targets = tested(document)
    if not targets or not document["revisions"]:
        return
    if len(targets) > _BESIDE:
        yield from _below(document, width)
        return
    column = max(_NARROWEST, min(_WIDEST, (width * 3 // 4) // len(targets) - _GAP))
    first = width - (column + _GAP) * len(targets)
    widths = [first, *[column] * len(targets)]
    heads = [[Text(target["title"], style="bold"), *wrapped(head(target), column, "dim")] for target in targets]
    yield from beside([wrapped("REVISION", first, "bold"), *heads], widths, _GAP)
    for row in folded(rows(document)):
        if isinstance(row, Folded) and row.done:
            yield from wrapped(row.sentence, width, "dim", hang=2)
            continue
        blocks = [_decided(each, column) for each in row.decided]
        if isinstance(row, Folded):
            name = [*wrapped(row.span, first, "dim"), Text(row.count, style="dim")]
        else:
            # A long message takes no more lines than there are beside it.
            name = wrapped(row.revision["revision"], first)
            message = wrapped(one_line(row.revision["message"]), first, "dim")
            name += _cut(message, max(1, *(len(block) - len(name) for block in blocks)), first)
        yield from beside([name, *blocks], widths, _GAP)


def _cut(lines: list[Text], most: int, width: int) -> list[Text]:
    """Return the first of several lines; the last of them says that there were more."""
    if len(lines) > most:
        last = lines[most - 1]
        last.truncate(width - 1)
        lines[most - 1] = Text.assemble(last, ("…", last.style))
    return lines[:most]


def _below(document: CheckDocument, width: int) -> Iterator[Text]:
    columns = Columns(tested(document), width)
    yield Text("REVISION", style="bold")
    yield from columns.heads()
    for row in folded(rows(document)):
        if isinstance(row, Folded):
            yield from wrapped(row.sentence if row.done else f"{row.span}  {row.count}", width, "dim", hang=2)
            if row.done:
                continue
        else:
            name = Text.assemble(printable(row.revision["revision"]), "  ", (one_line(row.revision["message"]), "dim"))
            yield from _cut(wrapped(name, width, hang=2), 1, width)
        yield from columns.set(
            [
                [*columns.outcome(each.cell["outcome"]), *_step(each, columns.width)] if each.cell else []
                for each in row.decided
            ]
        )


def _decided(decided: Decided, width: int) -> list[Text]:
    return [outcome_text(decided.cell["outcome"]), *_step(decided, width)] if decided.cell else []


def _step(decided: Decided, width: int) -> list[Text]:
    """Draw the step that decided; the code of a finding breaks after its hyphens."""
    lines = wrapped(decided.step.replace("-", "- "), width - 2)
    return indented(Text(line.plain.replace("- ", "-"), style="dim") for line in lines if decided.step)


def _finding(finding: Finding, document: CheckDocument, width: int, lab: str) -> Iterator[Text]:
    yield from _head(finding, document, width)
    yield from indented(wrapped(f"{finding['title']}.", width - 2))
    if finding["detail"]:
        yield from indented(wrapped(finding["detail"], width - 2))
    if finding["fix"]:
        yield from indented(wrapped(f"Fix: {finding['fix']}", width - 2))
    if finding["scenario"]:
        yield from indented(wrapped(f"More: {lab} show {finding['scenario']}", width - 2, "dim"))


def _head(finding: Finding, document: CheckDocument, width: int) -> list[Text]:
    """Draw what, where and on which engines; the place on a line of its own where there is no room for it."""
    word = Text(f"{finding['severity'].upper()}  ", style=_STYLES[finding["severity"]])
    engines = ", ".join(in_words(finding["engines"] or (), document["targets"]))
    place = one_line(f"{finding['file']}:{finding['line']}") if finding["file"] else ""
    said = [one_line(finding["code"]), one_line(finding["revision"] or "")]
    whole = Text.assemble(word, "  ".join(filter(None, (*said, place, engines))))
    if whole.cell_len <= width:
        return [whole]
    first = Text.assemble(word, "  ".join(filter(None, (*said, engines))))
    return [*wrapped(first, width, hang=2), *indented(wrapped(place, width - 2, "dim"))]


def _summary(document: CheckDocument) -> str:
    return f"{size(document)} in {document['ms'] / 1000:.1f} s: {counted(document)}"
