"""All findings of a walk, in one place: the kinds, in the order in which a reader should meet them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lab_app.check.evidence import Walked
from lab_app.check.findings.differing_rows import differing_rows
from lab_app.check.findings.differing_schemas import differing_schemas
from lab_app.check.findings.downgrades import downgrades
from lab_app.check.findings.ends import ends
from lab_app.check.findings.failures import failures
from lab_app.check.findings.found import Findings, Found
from lab_app.check.findings.history import history
from lab_app.check.findings.middle import middle
from lab_app.check.findings.predictions import predictions
from lab_app.check.findings.rows import rows
from lab_app.check.findings.run_itself import run_itself
from lab_app.check.findings.silence import silence
from lab_app.check.findings.starts import needs_a_start
from lab_app.document.check import Finding

#: A module a kind.
_KINDS: tuple[Callable[[Walked], Iterable[Found]], ...] = (
    history,
    needs_a_start,
    rows,
    failures,
    silence,
    downgrades,
    run_itself,
    differing_rows,
    differing_schemas,
    ends,
    predictions,
    middle,
)

#: Where a value is changed on some engines, it differs from the others: that is one cause.
_DIFFER_BY = {"engines-differ": ("rows-changed", "value-invented")}


def find(walked: Walked) -> list[Finding]:
    """Return everything that is found, one cause once, the worst first."""
    findings = Findings()
    for kind in _KINDS:
        findings.add(*kind(walked))
    findings.fold(_DIFFER_BY)
    return findings.documents(revision.revision for revision in walked.revisions)
