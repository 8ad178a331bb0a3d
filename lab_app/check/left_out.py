"""Findings that are not to fail a check: of revisions that are not judged, skipped by the project, known already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab_app.document.check import Finding, Skipped
from lab_app.document.checks import load


@dataclass(frozen=True)
class Skip:
    """What a project leaves out, and why: a code, of one revision or of all."""

    code: str
    revision: str | None
    because: str

    def fits(self, finding: Finding) -> bool:
        """Tell whether it is about a finding."""
        return self.code == finding["code"] and self.revision in (None, finding["revision"])


def sort_out(
    findings: Sequence[Finding],
    counts: Callable[[Finding], bool],
    skips: Sequence[Skip],
    known: Mapping[str, str],
) -> tuple[list[Finding], list[Skipped]]:
    """Return the findings that count, and those that are left out with the reason.

    ``counts`` tells of a finding whether it is about the revisions that are judged; of the others, their number is
    told, by code. ``known`` are fingerprints, and where each is known from.
    """
    told: list[Finding] = []
    skipped: list[Skipped] = []
    others = Counter(finding["code"] for finding in findings if not counts(finding))
    for finding in filter(counts, findings):
        because = next((skip.because for skip in skips if skip.fits(finding)), known.get(finding["fingerprint"]))
        if because is None:
            told.append(finding)
        else:
            skipped.append({"code": finding["code"], "revision": finding["revision"], "because": because})
    for code, number in others.items():
        because = f"{number} finding{' is' if number == 1 else 's are'} not about the new revisions"
        skipped.append({"code": code, "revision": None, "because": because})
    return told, skipped


def known_from(file: Path) -> dict[str, str]:
    """Return the fingerprints of an earlier check's document, with a reason to leave them out.

    Raises:
        LabError: it cannot be read, or is no document of a check.
    """
    return {finding["fingerprint"]: f"known from {file.name}" for finding in load(file)["findings"]}
