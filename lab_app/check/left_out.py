"""Findings that are not to fail a check: of revisions that are not judged, skipped by the project, known already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    judged: Collection[str] | None,
    skips: Sequence[Skip],
    known: Mapping[str, str],
) -> tuple[list[Finding], list[Skipped]]:
    """Return the findings that count, and those that are left out with the reason.

    ``judged`` are revisions; what is about none of them, and not about the whole project, is not told at all.
    ``known`` are fingerprints, and where each is known from.
    """
    told: list[Finding] = []
    skipped: list[Skipped] = []
    for finding in findings:
        if judged is not None and finding["revision"] not in (None, *judged):
            continue
        because = next((skip.because for skip in skips if skip.fits(finding)), known.get(finding["fingerprint"]))
        if because is None:
            told.append(finding)
        else:
            skipped.append({"code": finding["code"], "revision": finding["revision"], "because": because})
    return told, skipped


def known_from(file: Path) -> dict[str, str]:
    """Return the fingerprints of an earlier check's document, with a reason to leave them out.

    Raises:
        LabError: it cannot be read, or is no document of a check.
    """
    return {finding["fingerprint"]: f"known from {file.name}" for finding in load(file)["findings"]}
