"""One scenario with all its evidence: the targets side by side, why, and the better way."""

from flask import Blueprint, Response, render_template, request, url_for

from lab_app.document.merge import Shown
from lab_app.report.headline import headline, proof
from lab_app.report.markdown import to_markdown
from lab_app.report.next_command import command
from lab_app.report.prediction import prediction
from lab_app.report.scenario_view import ScenarioView, next_difference, scenario_views
from lab_app.web.pages.matrix import asked
from lab_app.web.pages.present import address, present
from lab_app.web.problems import unknown

scenario_pages = Blueprint("scenario", __name__, url_prefix="/scenario")


@scenario_pages.get("/<name>")
def scenario(name: str) -> str:
    """Show a scenario, or with ``?present=1`` what there is to guess in it, for a projector.

    The address carries the matrix's selection, for the way back and the next difference.
    """
    wishes, shown = asked()
    story = _story(shown, name)
    targets = shown.origins[name].targets
    guess = prediction(story, targets)
    if request.args.get("present"):
        return present(story, guess, wishes)
    return render_template(
        "scenario.html",
        wishes=wishes,
        story=story,
        targets=targets,
        origin=shown.origins[name],
        guess=guess,
        present=address(name, wishes, 1),
        finding=headline(story, targets),
        proof=proof(story),
        next=next_difference(scenario_views(wishes.of(shown.view)), name),
        commands=[command("scenario", wording, name) for wording in ("make", "flask lab")],
        copy=lambda attempt: url_for("scenario.markdown", name=name, attempt=attempt),
    )


@scenario_pages.get("/<name>.md")
def markdown(name: str) -> Response:
    """Show the same as Markdown; with ``?attempt=`` only that row."""
    _, shown = asked()
    story = _story(shown, name)
    document = shown.only([name]).document
    attempts = [row.attempt["name"] for row in story.rows]
    if only := request.args.get("attempt"):
        if only not in attempts:
            raise unknown("attempt", only, attempts)
        document = {**document, "cells": [cell for cell in document["cells"] if cell["attempt"] == only]}
    return Response(to_markdown(document), content_type="text/plain; charset=utf-8")


def _story(shown: Shown, name: str) -> ScenarioView:
    found = next((story for story in scenario_views(shown.view) if story.scenario["name"] == name), None)
    if found is None:
        raise unknown("scenario", name, shown.origins)
    return found
