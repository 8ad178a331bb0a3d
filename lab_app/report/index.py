"""scenarios/README.md: every scenario by what it comes to, written from the recorded results."""

from lab_app.evidence.cell import SIGNS, Document, ScenarioRecord
from lab_app.report.matrix import VERDICTS, Row, Verdict, matrix

_HEADINGS: dict[Verdict, str] = {
    "data at risk": "Data at risk",
    "differ": "The engines differ",
    "all agree": "All agree",
    "not compared": "Not compared",
}
_HEAD = """# The scenarios

{count} stories, {attempts} attempts, on {engines}.
A scenario stands under the worst that one of its attempts comes to; the words are those of the [README](../README.md).
`make scenario NAME=...` runs one and shows its evidence; `make record` runs them all and writes this page.
"""


def scenario_index(document: Document, left_out: str = "") -> str:
    """The page as Markdown: groups by verdict, a table each; ``left_out`` is put at the end as it is."""
    view = matrix(document)
    engines = ", ".join(f"{engine['title']} {engine['version']}" for engine in document["engines"] if engine["up"])
    parts = [_HEAD.format(count=view.scenarios, attempts=len(view.rows), engines=engines)]
    rows: dict[str, list[Row]] = {}
    for row in view.rows:
        rows.setdefault(row.scenario["name"], []).append(row)
    for verdict in VERDICTS:
        found = [record for record in document["scenarios"] if _worst(rows[record["name"]]) == verdict]
        if found:
            parts.append(_table(_HEADINGS[verdict], found, rows))
    return "\n".join([*parts, left_out]).rstrip() + "\n"


def _worst(rows: list[Row]) -> Verdict:
    return min((row.verdict for row in rows), key=VERDICTS.index)


def _table(heading: str, scenarios: list[ScenarioRecord], rows: dict[str, list[Row]]) -> str:
    lines = [f"## {heading}", "", "| scenario | what it shows | level | outcomes |", "| --- | --- | --- | --- |"]
    for record in sorted(scenarios, key=lambda record: record["name"]):
        words = dict.fromkeys(cell["outcome"] for row in rows[record["name"]] for cell in row.ran)
        signs = ", ".join(f"{SIGNS[word]} {word}" for word in words)
        name = record["name"]
        title = record["title"].replace("|", "\\|")
        lines.append(f"| [{name}]({name}.py) | {title} | {record['level']} | {signs} |")
    return "\n".join([*lines, ""])
