"""scenarios/README.md: every scenario by what it comes to, written from the recorded results."""

from pathlib import Path

from lab_app.document.keep import write_whole
from lab_app.document.matrix import AGREEMENTS, Agreement, matrix
from lab_app.document.outcomes import SIGNS, WORST_FIRST
from lab_app.document.targets import kind
from lab_app.document.types import Document
from lab_app.folders import scenarios_folder
from lab_app.report.scenario_view import ScenarioView, scenario_views

_HEADINGS: dict[Agreement, str] = {
    "data at risk": "Data at risk",
    "differ": "The {kind} differ",
    "all agree": "All agree",
    "not compared": "Not compared",
}
_HEAD = """# The scenarios

{count} stories, {attempts} attempts, on {targets}.
A scenario stands under the worst that one of its attempts comes to; the words are those of the [README](../README.md).
`make scenario NAME=...` runs one and shows its evidence; `make record` runs them all and writes this page.
"""


def scenario_index(document: Document, left_out: str = "") -> str:
    """Write the page as Markdown: groups by agreement, a table each; ``left_out`` is put at the end as it is."""
    view = matrix(document)
    targets = ", ".join(f"{target['title']} {target['version']}" for target in view.targets if target["up"])
    parts = [_HEAD.format(count=view.scenarios, attempts=len(view.rows), targets=targets)]
    told = sorted(scenario_views(view), key=lambda story: story.scenario["name"])
    for agreement in AGREEMENTS:
        if found := [story for story in told if story.agreement == agreement]:
            parts.append(_table(_HEADINGS[agreement].format(kind=kind(view.targets)), found))
    return "\n".join([*parts, left_out]).rstrip() + "\n"


def _table(heading: str, told: list[ScenarioView]) -> str:
    lines = [f"## {heading}", "", "| scenario | what it shows | level | outcomes |", "| --- | --- | --- | --- |"]
    for story in told:
        seen = {cell["outcome"] for row in story.rows for cell in row.ran}
        words = [word for word in WORST_FIRST if word in seen]
        signs = ", ".join(f"{SIGNS[word]} {word}" for word in words)
        name, title = story.scenario["name"], story.scenario["title"].replace("|", "\\|")
        lines.append(f"| [{name}]({name}.py) | {title} | {story.scenario['level']} | {signs} |")
    return "\n".join([*lines, ""])


def write_index(document: Document) -> Path:
    """Write the page beside the scenarios, with what is not told and why at its end, and return its path.

    Raises:
        LabError: the file cannot be written.
    """
    page = scenarios_folder() / "README.md"
    write_whole(page, index_text(document))
    return page


def index_text(document: Document) -> str:
    """Return the whole page."""
    left_out = scenarios_folder() / "left_out.md"
    return scenario_index(document, left_out.read_text(encoding="utf-8") if left_out.exists() else "")
