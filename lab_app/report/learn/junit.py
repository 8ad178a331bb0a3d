"""A judgement as JUnit XML: a test case for each line of the list and each engine, for what collects a class's work."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from lab_app.document.judgement import EngineLine, Judgement, Line
from lab_app.text import printable


def judgement_junit(found: Judgement) -> str:
    """Write one suite: failed is the line that is not met, skipped those that were not looked at and engines not up."""
    name = found["exercise"]["name"]
    cases = [_case_of_line(line, name, found) for line in found["checks"]]
    cases += [_case_of_engine(engine, name) for engine in found["engines"]]
    suite = ET.Element(
        "testsuite",
        name=f"migration-lab learn {name}",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors="0",
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
        timestamp=found["recorded_at"],
    )
    suite.extend(cases)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    # A pupil's text may hold a control character, and XML has no way to write one.
    return '<?xml version="1.0" encoding="utf-8"?>\n' + printable(ET.tostring(root, encoding="unicode")) + "\n"


def _case_of_line(line: Line, name: str, found: Judgement) -> ET.Element:
    case = ET.Element("testcase", name=printable(line["says"]), classname=name)
    if line["progress"] == "failed":
        failure = ET.SubElement(case, "failure", message=printable(found["sentence"]), type=found["state"])
        surprise = found["surprise"]
        if surprise:
            failure.text = printable(f"seen: {surprise['seen'] or surprise['said']}\nwanted: {surprise['wanted']}")
    elif line["progress"] != "passed":
        ET.SubElement(case, "skipped", message="not looked at yet")
    return case


def _case_of_engine(engine: EngineLine, name: str) -> ET.Element:
    case = ET.Element("testcase", name=engine["title"], classname=f"{name}.engines")
    if engine["progress"] == "failed":
        message = printable(engine["detail"] or engine["outcome"] or "")
        ET.SubElement(case, "failure", message=message, type=engine["outcome"] or "")
    elif engine["progress"] != "passed":
        ET.SubElement(case, "skipped", message=printable(engine["detail"] or "not asked yet"))
    return case
