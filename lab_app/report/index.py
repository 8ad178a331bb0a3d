"""scenarios/README.md: every scenario by what it comes to, written from the recorded results."""

from lab_app.evidence.cell import SIGNS, WORST_FIRST, Document
from lab_app.report.matrix import VERDICTS, Verdict, matrix
from lab_app.report.stories import Story, stories

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
    told = sorted(stories(view), key=lambda story: story.scenario["name"])
    for verdict in VERDICTS:
        if found := [story for story in told if story.verdict == verdict]:
            parts.append(_table(_HEADINGS[verdict], found))
    return "\n".join([*parts, left_out]).rstrip() + "\n"


def _table(heading: str, told: list[Story]) -> str:
    lines = [f"## {heading}", "", "| scenario | what it shows | level | outcomes |", "| --- | --- | --- | --- |"]
    for story in told:
        seen = {cell["outcome"] for row in story.rows for cell in row.ran}
        words = [word for word in WORST_FIRST if word in seen]
        signs = ", ".join(f"{SIGNS[word]} {word}" for word in words)
        name, title = story.scenario["name"], story.scenario["title"].replace("|", "\\|")
        lines.append(f"| [{name}]({name}.py) | {title} | {story.scenario['level']} | {signs} |")
    return "\n".join([*lines, ""])
