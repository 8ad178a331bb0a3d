"""The status page: the engines and the last results, read from one JSON file with every server down or up."""

import os
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import SecurityError

from lab_app.errors import LabError
from lab_app.evidence.cell import SIGNS
from lab_app.report.document import load
from lab_app.report.matrix import matrix
from lab_app.results import latest, recorded

pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static/lab")

#: Nothing but the lab's own stylesheet: what a database or a scenario wrote cannot become a script.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@pages.record_once
def answer_to_known_names(state: BlueprintSetupState) -> None:
    """Refuse requests under other host names, so that a web page elsewhere cannot read this one (DNS rebinding)."""
    allowed = os.environ.get("LAB_ALLOWED_HOSTS", "").replace(",", " ").split()
    state.app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost", *allowed]


@pages.app_errorhandler(SecurityError)
def unknown_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Say which setting lets another name in."""
    text = "This page answers to 127.0.0.1 and localhost. Another name: LAB_ALLOWED_HOSTS=name flask lab web\n"
    return text, 400, {"Content-Type": "text/plain; charset=utf-8"}


@pages.after_app_request
def add_headers(response: Response) -> Response:
    """Send the security headers with every answer, errors and static files too."""
    response.headers.update(HEADERS)
    return response


@pages.get("/")
def index() -> str:
    """Show the engines and the matrix of the last results, or the command that makes some."""
    try:
        path = Path(current_app.config.get("LAB_RESULTS") or latest())
        own = path.exists()
        document = load(path) if own else recorded()
    except LabError as error:
        return render_template("status.html", problem=f"{str(error).rstrip('.')}.")
    if document is None:
        return render_template("status.html", problem="There are no results yet.")
    return render_template("status.html", document=document, matrix=matrix(document), signs=SIGNS, own=own)


@pages.get("/healthz")
def healthz() -> dict[str, str]:
    """Answer that the pages are served; results and servers are not looked at."""
    return {"status": "ok"}
