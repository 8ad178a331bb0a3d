"""A check as Markdown for a pull request, and as GitHub's annotations."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lab_app.document.check import CheckDocument, Finding
from lab_app.document.outcomes import SIGNS
from lab_app.document.targets import in_words
from lab_app.report.check.matrix import Decided, Folded, counted, folded, rows, size, tested
from lab_app.report.check.places import in_repository
from lab_app.report.markdown import escaped, fenced
from lab_app.text import one_line, printable

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def to_markdown(document: CheckDocument) -> str:
    """Write the matrix, the findings with their details folded away, what was left out and what was not tested."""
    lines = ["## Migration Lab: check", "", f"**{escaped(f'{size(document)}: {counted(document)}')}**", ""]
    lines += [*_matrix(document), ""]
    for finding in document["findings"]:
        lines += _finding(finding, document)
    if document["skipped"]:
        lines += ["### Left out", ""]
        lines += [
            _item(" ".join(filter(None, (each["code"], each["revision"]))), each["because"])
            for each in document["skipped"]
        ]
        lines += [""]
    if document["not_tested"]:
        lines += ["### Not tested", "", *(_item(each["what"], each["why"]) for each in document["not_tested"])]
    return "\n".join(lines).rstrip() + "\n"


def github_annotations(document: CheckDocument) -> list[str]:
    """Return a workflow command a finding, as GitHub Actions shows them beside the lines."""
    return [
        f"::{_GITHUB[finding['severity']]} file={_property(in_repository(finding, document))},"
        f"line={finding['line'] or 1},title={_property(finding['code'])}"
        f"::{_data(finding['title'])}%0A{_data(finding['detail'])}"
        for finding in document["findings"]
        if finding["file"]
    ]


def _item(what: str, why: str) -> str:
    return f"- {escaped(one_line(what))}: {escaped(one_line(why))}"


def _matrix(document: CheckDocument) -> Iterator[str]:
    targets = tested(document)
    if not targets:
        return
    yield "| Revision | " + " | ".join(escaped(f"{target['title']} {target['version']}") for target in targets) + " |"
    yield "| --- |" + " --- |" * len(targets)
    for row in folded(rows(document)):
        if isinstance(row, Folded) and row.done:
            yield f"| {escaped(row.sentence)} |" + " |" * len(targets)
            continue
        named = (
            (row.span, row.count) if isinstance(row, Folded) else (row.revision["revision"], row.revision["message"])
        )
        name = "<br>".join(escaped(one_line(each)) for each in named if each)
        yield f"| {name} | {' | '.join(map(_decided, row.decided))} |"


def _decided(decided: Decided) -> str:
    if decided.cell is None:
        return ""
    step = f"<br>{escaped(decided.step)}" if decided.step else ""
    return f"{SIGNS[decided.cell['outcome']]} {decided.cell['outcome']}{step}"


def _finding(finding: Finding, document: CheckDocument) -> Iterator[str]:
    """Fold a finding below its summary, which is HTML: in there a star is a star."""
    engines = ", ".join(in_words(finding["engines"] or (), document["targets"]))
    place = f"{finding['file']}:{finding['line']}" if finding["file"] else ""
    words = [finding["code"], finding["revision"] or "", engines]
    head = f"<b>{finding['severity'].upper()}</b> {_html(', '.join(filter(None, words)))}: {_html(finding['title'])}"
    yield f"<details><summary>{head}{f' <code>{_html(place)}</code>' if place else ''}</summary>"
    yield ""
    fix = f"Fix: {finding['fix']}" if finding["fix"] else ""
    yield from fenced("\n".join(filter(None, (finding["detail"], fix))), "text")
    yield ""
    yield "</details>"
    yield ""


def _html(text: str) -> str:
    return escape(one_line(text), quote=False)


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str | None) -> str:
    return _data(text or "").replace(":", "%3A").replace(",", "%2C")
