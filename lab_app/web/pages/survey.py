"""The engines' servers: where each comes from, and what to type for one that is not up."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request

from lab_app.document.merge import Origin
from lab_app.document.survey import ServerLine, called, last_survey, line_of
from lab_app.engines import ENGINES
from lab_app.web.pages.matrix import results_cache
from lab_app.web.pages.runs import Answer, begin, visitor
from lab_app.web.processes.command import without_paths
from lab_app.web.processes.run import Asked

survey_pages = Blueprint("servers", __name__)

_LOOK = ("servers", "--events", "--format", "json")


@dataclass(frozen=True)
class Found:
    """What is known of the servers: how, when, and a line for each engine."""

    how: str
    when: datetime
    lines: list[ServerLine]


@survey_pages.get("/servers")
def index() -> str:
    """Show each engine as it was found last."""
    return render_template(
        "servers.html", found=_found(), called=called, engines=[each for each in ENGINES if each.needs_server]
    )


@survey_pages.post("/servers/look")
def look() -> Answer:
    """Look for the servers now."""
    return begin(Asked(_LOOK, "looking for the servers", by=visitor(), address=request.remote_addr or ""))


def _found() -> Found | None:
    """Return the newest that is known on this machine, or else what was recorded elsewhere."""
    shown, survey = results_cache().current(), last_survey()
    found = [_of_run(origin) for origin in shown.own[:1] or shown.recorded[:1]] if shown else []
    mine = [each for each in found if each.how != "recorded"]
    if survey:
        mine.append(Found("looked for", datetime.fromisoformat(survey["looked_at"]), survey["servers"]))
    newest = max(mine, key=lambda each: each.when, default=None) or (found[0] if found else None)
    return newest and Found(newest.how, newest.when, [_line(line) for line in newest.lines])


def _of_run(origin: Origin) -> Found:
    lines = [line_of(target) for target in origin.targets]
    return Found("run" if origin.own else "recorded", origin.recorded_at, lines)


def _line(line: ServerLine) -> ServerLine:
    """Return a line as the page shows it: no path of the machine."""
    reason = line["reason"]
    return {**line, "reason": without_paths(reason) if reason else None}
