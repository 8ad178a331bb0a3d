"""A check as Markdown for a pull request, and as GitHub's annotations."""

from __future__ import annotations

from collections.abc import Iterator

from lab_app.document.check import CheckDocument, Finding
from lab_app.document.outcomes import SIGNS
from lab_app.report.check.matrix import counted, rows
from lab_app.report.markdown import escaped, fenced
from lab_app.text import printable

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def to_markdown(document: CheckDocument) -> str:
    """Write the matrix, the findings with their details folded away, and what was not tested."""
    lines = ["## Migration Lab: check", "", f"**{escaped(counted(document))}**", "", *_matrix(document), ""]
    for finding in document["findings"]:
        lines += _finding(finding, document)
    if document["not_tested"]:
        lines += ["### Not tested", ""]
        lines += [f"- {escaped(each['what'])}: {escaped(each['why'])}" for each in document["not_tested"]]
    return "\n".join(lines).rstrip() + "\n"


def github_annotations(document: CheckDocument) -> list[str]:
    """Return a workflow command a finding, as GitHub Actions shows them beside the lines."""
    return [
        f"::{_GITHUB[finding['severity']]} file={_property(finding['file'])},line={finding['line'] or 1},"
        f"title={_property(finding['code'])}::{_data(finding['title'])}%0A{_data(finding['detail'])}"
        for finding in document["findings"]
        if finding["file"]
    ]


def _matrix(document: CheckDocument) -> Iterator[str]:
    targets = [target for target in document["targets"] if target["up"]]
    yield "| Revision | " + " | ".join(escaped(f"{target['title']} {target['version']}") for target in targets) + " |"
    yield "| --- |" + " --- |" * len(targets)
    for row in rows(document):
        cells = []
        for decided in row.decided:
            if decided.cell is None:
                cells.append("")
                continue
            step = f"<br>{decided.step}" if decided.step and decided.cell["outcome"] != "done" else ""
            cells.append(f"{SIGNS[decided.cell['outcome']]} {decided.cell['outcome']}{step}")
        name = f"{escaped(row.revision['revision'])}<br>{escaped(row.revision['message'])}"
        yield f"| {name} | {' | '.join(cells)} |"


def _finding(finding: Finding, document: CheckDocument) -> Iterator[str]:
    titles = {target["name"]: target["title"] for target in document["targets"]}
    engines = ", ".join(titles.get(name, name) for name in finding["engines"] or ())
    place = f" <code>{escaped(finding['file'])}:{finding['line']}</code>" if finding["file"] else ""
    head = f"**{finding['severity'].upper()}** {escaped(finding['code'])} {escaped(finding['revision'] or '')}{place}"
    yield f"<details><summary>{head} {escaped(engines)}: {escaped(finding['title'])}</summary>"
    yield ""
    yield from fenced(
        "\n".join(filter(None, (finding["detail"], f"Fix: {finding['fix']}" if finding["fix"] else ""))), "text"
    )
    yield ""
    yield "</details>"
    yield ""


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str | None) -> str:
    return _data(text or "").replace(":", "%3A").replace(",", "%2C")
