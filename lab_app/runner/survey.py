"""Which servers can be had on this machine: found or started, asked for their version, and let go again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lab_app.cleanup import guard
from lab_app.document.survey import SURVEY_SCHEMA, ServerLine, Survey
from lab_app.progress import Progress
from lab_app.runner.found import server_line
from lab_app.servers import Servers, Wanted


def survey(wanted: Sequence[Wanted], progress: Progress) -> Survey:
    """Look for each server that is wanted, and return what was found, in that order; those that are one, once.

    Raises:
        LabError: a source or an address cannot be used as it stands.
    """
    lines: list[ServerLine] = []
    with guard(), Servers(wanted, progress.server) as servers:
        for each in wanted:
            found = servers.wait(each.name)
            if not servers.same_as(each.name):
                lines.append(server_line(each, found))
            progress.count(each.name, 1, 1)
    return {"schema": SURVEY_SCHEMA, "looked_at": datetime.now(UTC).isoformat(timespec="seconds"), "servers": lines}
