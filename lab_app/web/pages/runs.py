"""Run again here: one run at a time, its progress while it goes on, and what it changed."""

import secrets
from collections.abc import Collection

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from lab_app.document.merge import Shown
from lab_app.engines import ENGINES
from lab_app.report.run_comparison import RunComparison, compare_run
from lab_app.web.pages import run_events
from lab_app.web.pages.matrix import results_cache
from lab_app.web.problems import unknown
from lab_app.web.processes.run import Asked, Busy, Run, Runs

runs_pages = Blueprint("runs", __name__)

#: The word that stands for every scenario, in the form and in ``flask lab web --run``.
ALL = "all"
_RUN = ("run", "--events", "--format", "json")
Answer = Response | AnyResponse | tuple[str, int]


def runs() -> Runs:
    """Return the one run of the server."""
    found: Runs = current_app.extensions["lab_runs"]
    return found


def wanted(names: Collection[str], shown: Shown | None, by: str = "", address: str = "") -> Asked:
    """Describe the run of some scenarios, or of all for no names; ``shown`` is what it is compared with afterwards."""
    titles = {scenario["name"]: scenario["title"] for scenario in shown.document["scenarios"]} if shown else {}
    title = ", ".join(titles.get(name, name) for name in names) or "every scenario"
    words = (*_RUN, "--", *names) if names else (*_RUN, "--all")
    return Asked(words, title, tuple(names), by, address, shown)


def begin(asked: Asked) -> Answer:
    """Start a run and go to its page; while another goes on, say who runs what."""
    try:
        runs().start(asked)
    except Busy as busy:
        return render_template("busy.html", run=busy.run, who=who(busy.run.asked)), 409
    return redirect(url_for("runs.index"), 303)


def visitor() -> str:
    """Return what tells this browser's session from another's."""
    return str(session.setdefault("visitor", secrets.token_hex(8)))


def who(asked: Asked) -> str:
    """Tell who started a run, in the eyes of the one who asks."""
    if not asked.by:
        return "the lab itself, when it started"
    return "you" if asked.by == session.get("visitor") else f"another browser ({asked.address})"


@runs_pages.post("/run")
def start() -> Answer:
    """Run one scenario, or all of them."""
    name, shown = request.form.get("scenario", ""), results_cache().current()
    known = shown.origins if shown else {}
    if name != ALL and name not in known:
        raise unknown("scenario", name, known, "/scenario")
    return begin(wanted(() if name == ALL else (name,), shown, visitor(), request.remote_addr or ""))


@runs_pages.get("/run")
def index() -> Response:
    """Show the run that goes on, or what the last one changed."""
    run = runs().last
    page = render_template(
        "run.html",
        run=run,
        who=who(run.asked) if run else "",
        lines=_lines(run) if run else [],
        since=_since(run) if run else None,
    )
    return Response(page, headers={"Cache-Control": "no-store"})


@runs_pages.post("/run/stop")
def stop() -> Answer:
    """Tell the run that the page showed to end."""
    number = request.form.get("number", "")
    runs().stop(int(number) if number.isascii() and number.isdigit() else 0)
    return redirect(url_for("runs.index"), 303)


@runs_pages.get("/run/events")
def events() -> Answer:
    """Send the progress of the run as it happens."""
    if not run_events.slots.acquire(blocking=False):
        return "Too many pages watch this run. Load the page again to see where it is.\n", 503
    gone = request.environ.get("waitress.client_disconnected", lambda: False)
    body = Response(
        run_events.stream(runs(), gone),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
    body.call_on_close(run_events.slots.release)
    return body


def _lines(run: Run) -> list[dict[str, str | int]]:
    """Return a line for each lane, with its title; an engine of which nothing was heard yet has one, too."""
    return [
        {"engine": lane, "title": lane.replace(engine.name, engine.title, 1), **run_events.told(run, lane)}
        for engine in ENGINES
        for lane in [name for name in run.lanes if name.split()[0] == engine.name] or [engine.name]
    ]


def _since(run: Run) -> RunComparison | None:
    """Tell what a finished run of scenarios changed."""
    after = results_cache().current() if run.state == "finished" and not run.asked.survey else None
    return compare_run(run.asked.before, after, run.asked.scenarios, run.started_at) if after else None
