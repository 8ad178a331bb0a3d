"""A check as one HTML file that opens from disk, without a network: matrix, findings, and the evidence below."""

from __future__ import annotations

from dataclasses import dataclass

from lab_app.document.check import CheckDocument
from lab_app.document.targets import labels, slug
from lab_app.report.check.evidence import Step, steps
from lab_app.report.check.matrix import RevisionRow
from lab_app.report.check.view import CheckView, view
from lab_app.report.page.one_file import environment


@dataclass(frozen=True)
class Chapter:
    """The steps of one revision on one target; ``place`` is the id that its cell of the matrix leads to."""

    place: str
    title: str
    steps: list[Step]


def to_html(document: CheckDocument) -> str:
    """Return the HTML text; the evidence is that of revisions of which there is something to say."""
    shown = view(document)
    chapters = _chapters(shown)

    def address(revision: str, target: str) -> str:
        chapter = chapters.get((revision, target))
        return f"#{chapter.place}" if chapter else ""

    return environment().get_template("lab/check_file.html").render(check=shown, chapters=chapters, address=address)


def _chapters(shown: CheckView) -> dict[tuple[str, str], Chapter]:
    called = labels(shown.document["targets"])
    found = {}
    alone = {row.revision["revision"] for row in shown.rows if isinstance(row, RevisionRow)}
    for number, row in enumerate(shown.whole, 1):
        for decided in row.decided if row.revision["revision"] in alone and not row.done else ():
            revision, target = row.revision["revision"], decided.target
            done = steps(shown.document, revision, target)
            title = f"{revision} on {called[target]}"
            found[revision, target] = Chapter(f"revision-{number}-{slug(target)}", title, done)
    return found
