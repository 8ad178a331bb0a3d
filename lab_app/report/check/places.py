"""Where a finding is in the repository: what shows findings beside the lines of a change knows no other paths."""

from __future__ import annotations

import posixpath

from lab_app.document.check import CheckDocument, Finding


def in_repository(finding: Finding, document: CheckDocument) -> str:
    """Return the file of a finding as seen from the repository's root.

    One about the whole project is shown where its migrations are configured.
    """
    project = document["project"]
    file = finding["file"] or f"{project['migrations'] or 'migrations'}/env.py"
    return posixpath.normpath(posixpath.join(project["inside"], file))
