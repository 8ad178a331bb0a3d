"""The checks that were kept: a list, each as matrix and findings, and the evidence of one revision on one engine."""

from flask import Blueprint, render_template, url_for

from lab_app.document.checks import kept, kept_as
from lab_app.document.targets import labels, slug
from lab_app.report.check.evidence import steps
from lab_app.report.check.view import CheckView, view
from lab_app.web.pages.matrix import results_cache
from lab_app.web.problems import unknown

checks_pages = Blueprint("checks", __name__, url_prefix="/checks")


@checks_pages.get("")
def index() -> str:
    """List the checks, the newest first."""
    return render_template("checks.html", kept={name: view(document) for name, document in kept().items()})


@checks_pages.get("/<name>")
def check(name: str) -> str:
    """Show one check."""

    def address(revision: str, target: str) -> str:
        return url_for("checks.evidence", name=name, revision=revision, target=slug(target))

    return render_template("check.html", check=_view(name), address=address, stories=_stories())


@checks_pages.get("/<name>/<path:revision>/<target>")
def evidence(name: str, revision: str, target: str) -> str:
    """Show what one revision did on one engine, step by step."""
    shown = _view(name)
    row = next((row for row in shown.whole if row.revision["revision"] == revision), None)
    if row is None:
        revisions = [each.revision["revision"] for each in shown.whole]
        raise unknown("revision", revision, revisions, base=f"/checks/{name}")
    found = next((each for each in shown.targets if slug(each["name"]) == target), None)
    if found is None:
        raise unknown("engine", target, [slug(each["name"]) for each in shown.targets])
    return render_template(
        "check_evidence.html",
        check=shown,
        name=name,
        row=row,
        target=found,
        called=labels(shown.targets),
        steps=steps(shown.document, revision, found["name"]),
        findings=[each for each in shown.findings if each.finding["revision"] == revision],
    )


def _view(name: str) -> CheckView:
    document = kept_as(name)
    if document is None:
        raise unknown("check", name, kept(), base="/checks")
    return view(document)


def _stories() -> dict[str, tuple[str, str]]:
    """Return the address and the title of each scenario by its name."""
    shown = results_cache().current()
    scenarios = shown.document["scenarios"] if shown else []
    return {each["name"]: (url_for("scenario.scenario", name=each["name"]), each["title"]) for each in scenarios}
