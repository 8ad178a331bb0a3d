"""A check as a page shows it: a title, what was understood, the matrix, the findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lab_app.document.check import CheckDocument, Finding
from lab_app.document.outcomes import WORST_FIRST
from lab_app.document.targets import in_words
from lab_app.document.types import TargetRecord
from lab_app.report.check.matrix import Folded, RevisionRow, counted, folded, rows, size, tested

_RISK = WORST_FIRST[:3]
#: The packages of a project whose versions are told, as they are called.
_PACKAGES = {"flask-migrate": "Flask-Migrate", "alembic": "Alembic", "sqlalchemy": "SQLAlchemy"}


@dataclass(frozen=True)
class FindingView:
    """A finding with its engines in words, its place, and its detail a sentence a line."""

    finding: Finding
    engines: str
    place: str

    @property
    def detail(self) -> list[str]:
        """The reason and the values, a paragraph each."""
        return self.finding["detail"].splitlines()


@dataclass(frozen=True)
class CheckView:
    """A document with what a page says of it; ``rows`` are those of the matrix, ``whole`` all of them."""

    document: CheckDocument
    targets: tuple[TargetRecord, ...]
    whole: list[RevisionRow]
    rows: list[RevisionRow | Folded]
    findings: list[FindingView]

    @property
    def title(self) -> str:
        """The project, how many revisions, and on what."""
        return f"{self.document['project']['name']}: {size(self.document)}"

    @property
    def counted(self) -> str:
        """How much was found."""
        return counted(self.document)

    @property
    def recorded_at(self) -> datetime:
        """When the check was done."""
        return datetime.fromisoformat(self.document["recorded_at"])

    @property
    def risk(self) -> str:
        """How many revisions put data at risk, in a sentence; nothing where none does.

        One that changes rows by what it says, and of which nothing is found, does not.
        """
        count = sum(
            row.found and any(each.cell and each.cell["outcome"] in _RISK for each in row.decided) for row in self.whole
        )
        if not count:
            return ""
        return f"{count} revision{' puts' if count == 1 else 's put'} data at risk."

    @property
    def facts(self) -> dict[str, str]:
        """What was understood of the project."""
        project, theirs = self.document["project"], self.document["theirs"]
        versions = [f"{title} {theirs[name]}" for name, title in _PACKAGES.items() if name in theirs]
        facts = {
            "Application": project["app"] or "none",
            "Migrations": project["migrations"] or "",
            "Its Python": ", ".join([theirs.get("python", ""), *versions]),
            "Database URL through": project["url_through"],
            "Left by loading it": ", ".join(project["started"]["left"]),
            "Programs that it started": ", ".join(project["started"]["programs"]),
            "Refused before it was touched": ", ".join(project["started"]["refused"]),
        }
        return {name: value for name, value in facts.items() if value}


def view(document: CheckDocument) -> CheckView:
    """Return a document as a page shows it."""
    whole = rows(document)
    findings = [
        FindingView(
            finding,
            ", ".join(in_words(finding["engines"] or (), document["targets"])),
            f"{finding['file']}:{finding['line']}" if finding["file"] else "",
        )
        for finding in document["findings"]
    ]
    return CheckView(document, tested(document), whole, list(folded(whole)), findings)
