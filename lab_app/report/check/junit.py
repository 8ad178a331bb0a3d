"""A check as JUnit XML: a test case for each revision on each engine, failed by what was found there."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from lab_app.document.check import CheckDocument, Finding
from lab_app.report.check.matrix import Decided, RevisionRow, rows
from lab_app.text import printable


def to_junit(document: CheckDocument) -> str:
    """Write one suite; what is about the whole project is a test case of its own. Times in seconds."""
    cases = [_case(document, row, decided) for row in rows(document) for decided in row.decided]
    cases += [_project(finding) for finding in document["findings"] if finding["revision"] is None]
    suite = ET.Element(
        "testsuite",
        name="migration-lab check",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors="0",
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
        time=f"{document['ms'] / 1000:.3f}",
        timestamp=document["recorded_at"],
    )
    suite.extend(cases)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(document: CheckDocument, row: RevisionRow, decided: Decided) -> ET.Element:
    revision = row.revision["revision"]
    ms = decided.cell["ms"] if decided.cell else 0.0
    name = printable(f"{revision} {decided.target}")
    case = ET.Element("testcase", name=name, classname="migrations", time=f"{ms / 1000:.3f}")
    errors = [finding for finding in document["findings"] if finding["severity"] == "error"]
    found = [each for each in errors if each["revision"] == revision and decided.target in (each["engines"] or ())]
    if decided.cell is None or decided.cell["outcome"] == "not run":
        ET.SubElement(case, "skipped", message=printable(decided.cell["reason"] if decided.cell else "not run"))
    elif found:
        failure = ET.SubElement(case, "failure", message=printable(found[0]["title"]), type=printable(found[0]["code"]))
        failure.text = printable("\n\n".join(map(_text, found)))
    return case


def _project(finding: Finding) -> ET.Element:
    case = ET.Element("testcase", name=printable(finding["code"]), classname="project", time="0.000")
    if finding["severity"] == "error":
        failure = ET.SubElement(case, "failure", message=printable(finding["title"]), type=printable(finding["code"]))
        failure.text = printable(_text(finding))
    return case


def _text(finding: Finding) -> str:
    place = f" ({finding['file']}:{finding['line']})" if finding["file"] else ""
    fix = f"Fix: {finding['fix']}" if finding["fix"] else ""
    return "\n".join(filter(None, (f"{finding['code']}: {finding['title']}{place}", finding["detail"], fix)))
