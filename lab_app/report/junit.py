"""JUnit XML: a test case for each cell, so that a CI server shows the lab as it shows tests."""

from xml.etree import ElementTree as ET

from lab_app.document.matrix import expected_words
from lab_app.document.targets import slug
from lab_app.document.types import Cell, Document
from lab_app.report import details
from lab_app.report.values import rows_told
from lab_app.text import printable


def to_junit(document: Document) -> str:
    """Write one suite: failed where the observed is not the expected, skipped where nothing ran. Times in seconds.

    An error is where a scenario's own Python is wrong.
    """
    cells = document["cells"]
    mistaken = [cell for cell in cells if cell.get("mistake")]
    missing = [cell for cell in cells if cell["outcome"] == "not run" and not cell.get("mistake")]
    wrong = [cell for cell in cells if cell["outcome"] != "not run" and not cell["as_expected"]]
    suite = ET.Element(
        "testsuite",
        name="migration-lab",
        tests=str(len(cells)),
        failures=str(len(wrong)),
        errors=str(len(mistaken)),
        skipped=str(len(missing)),
        time=_seconds(document["ms"]),
        timestamp=document["recorded_at"],
    )
    suite.extend(map(_case, cells))
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    # Once more as a whole: names are somebody's text, too, and XML has no way to write a control character.
    return '<?xml version="1.0" encoding="utf-8"?>\n' + printable(ET.tostring(root, encoding="unicode")) + "\n"


def _case(cell: Cell) -> ET.Element:
    name = f"{cell['scenario']}-{cell['attempt']}-{slug(cell['target'])}"
    case = ET.Element("testcase", name=name, classname=cell["scenario"], time=_seconds(cell["ms"]))
    if cell.get("mistake"):
        ET.SubElement(case, "error", message=printable(cell["reason"]))
    elif cell["outcome"] == "not run":
        fix = f": {cell['fix']}" if cell["fix"] else ""
        ET.SubElement(case, "skipped", message=printable(cell["reason"] + fix))
    elif not cell["as_expected"]:
        message = f"observed {cell['outcome']}, expected {expected_words(cell)}"
        failure = ET.SubElement(case, "failure", message=message, type=cell["outcome"])
        failure.text = printable("\n".join(_evidence(cell)))
    return case


def _evidence(cell: Cell) -> list[str]:
    expected = cell["expected"]
    lines = [
        f"observed: {cell['outcome']:<14} {cell['finding'] or cell['reason']}",
        f"expected: {expected_words(cell):<14} {expected['reason'] if expected else ''}".rstrip(),
        *(f"typed:    {step}" for step in cell["steps"]),
    ]
    for sql in details.statements(cell):
        lines.append(sql.text + ("  -- failed here" if sql.failed else ""))
    if cell["error"]:
        lines += [details.error_name(cell["error"]), cell["error"]["message"]]
    return [*lines, f"rows: {rows_told(cell)}"]


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.3f}"
