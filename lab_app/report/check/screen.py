"""A check on a terminal: the matrix, the findings, what was not tested, and the count last."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from lab_app.document.check import CheckDocument, Finding, Severity
from lab_app.report.check.matrix import RevisionRow, counted, rows
from lab_app.report.terminal.layout import Output, beside, console_for, indented, outcome_text, put, ruled, wrapped

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "dim"}
_GAP = 2
_WIDEST = 18


def screen(document: CheckDocument, output: Output) -> None:
    """Print a check on a stream or a rich Console."""
    console = console_for(output)
    put(console, _lines(document, console.width))


def _lines(document: CheckDocument, width: int) -> Iterator[Text]:
    yield from _matrix(document, width)
    if document["findings"]:
        yield Text()
        yield from ruled("FINDINGS", "bold", width)
        for finding in document["findings"]:
            yield from _finding(finding, document, width)
            yield Text()
    if document["not_tested"]:
        yield from ruled("NOT TESTED", "bold", width)
        for each in document["not_tested"]:
            yield from indented(wrapped(f"{each['what']}: {each['why']}", width - 4, hang=2))
        yield Text()
    yield from wrapped(_summary(document), width, "bold")


def _matrix(document: CheckDocument, width: int) -> Iterator[Text]:
    targets = [target for target in document["targets"] if target["up"]]
    across = max(1, len(targets))
    column = min(_WIDEST, (width * 3 // 4) // across - _GAP)
    first = width - (column + _GAP) * across
    heads = [wrapped(f"{target['title']} {target['version'] or ''}".strip(), column, "bold") for target in targets]
    yield from beside([wrapped("REVISION", first, "bold"), *heads], [first, *[column] * across], _GAP)
    for row in rows(document):
        yield from beside(_row(row, first), [first, *[column] * across], _GAP)


def _row(row: RevisionRow, first: int) -> list[list[Text]]:
    revision = row.revision
    blocks = [wrapped(revision["revision"][:first], first) + wrapped(revision["message"], first - 2, "dim")]
    for decided in row.decided:
        if decided.cell is None:
            blocks.append([])
            continue
        lines = [outcome_text(decided.cell["outcome"])]
        if decided.step and decided.cell["outcome"] != "done":
            lines.append(Text(f"  {decided.step}", style="dim"))
        blocks.append(lines)
    return blocks


def _finding(finding: Finding, document: CheckDocument, width: int) -> Iterator[Text]:
    titles = {target["name"]: target["title"] for target in document["targets"]}
    place = f"{finding['file']}:{finding['line']}" if finding["file"] else ""
    engines = ", ".join(titles.get(name, name) for name in finding["engines"] or ())
    head = "  ".join(filter(None, (finding["code"], finding["revision"] or "", place, engines)))
    yield from wrapped(
        Text.assemble((f"{finding['severity'].upper()}  ", _STYLES[finding["severity"]]), head), width, hang=2
    )
    yield from indented(wrapped(f"{finding['title']}.", width - 2))
    if finding["detail"]:
        yield from indented(wrapped(finding["detail"], width - 2))
    if finding["fix"]:
        yield from indented(wrapped(f"Fix: {finding['fix']}", width - 2))
    if finding["scenario"]:
        yield from indented(wrapped(f"More: flask lab show {finding['scenario']}", width - 2, "dim"))


def _summary(document: CheckDocument) -> str:
    engines = sum(target["up"] for target in document["targets"])
    revisions = len(document["revisions"])
    return (
        f"{revisions} revision{'' if revisions == 1 else 's'} on {engines} engine{'' if engines == 1 else 's'} "
        f"in {document['ms'] / 1000:.1f} s: {counted(document)}"
    )
