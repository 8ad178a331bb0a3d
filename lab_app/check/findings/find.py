"""All findings of a walk, in one place: the kinds, in the order in which a reader should meet them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lab_app.check.evidence import Walked
from lab_app.check.findings.failures import failures
from lab_app.check.findings.found import Findings, Found
from lab_app.document.check import Finding

#: A module a kind.
_KINDS: tuple[Callable[[Walked], Iterable[Found]], ...] = (failures,)


def find(walked: Walked) -> list[Finding]:
    """Return everything that is found, one cause once, the worst first."""
    findings = Findings()
    for kind in _KINDS:
        findings.add(*kind(walked))
    return findings.documents(revision.revision for revision in walked.revisions)
