"""The first page: every scenario on every target, as far as the address asks for it."""

from itertools import combinations

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup

from lab_app.document.matrix import Matrix
from lab_app.document.merge import Shown
from lab_app.document.types import LEVELS
from lab_app.errors import LabError
from lab_app.report.markdown import matrix_table
from lab_app.report.scenario_view import scenario_views
from lab_app.report.selection import SHOWN, Selection, selection
from lab_app.web.results_cache import ResultsCache

matrix_pages = Blueprint("matrix", __name__)

#: Of more targets than these, two are picked from lists: there would be too many pairs to choose by a link.
_FEW = 4


def results_cache() -> ResultsCache:
    """Return the server's cache of result documents."""
    found: ResultsCache = current_app.extensions["lab_results"]
    return found


def asked() -> tuple[Selection, Shown]:
    """Return what the address of the request asks for, and the results that it asks it of.

    Raises:
        LabError: there are no results, or the address says what cannot be.
    """
    wishes = selection(request.args)
    shown = results_cache().current(recorded_only=wishes.run == "recorded")
    if shown is None:
        raise LabError("There are no results yet. Type: flask lab run --all")
    return wishes, shown


@matrix_pages.get("/")
def index() -> str:
    """Show the matrix."""
    wishes, shown = asked()
    view = wishes.of(shown.view)
    targets = shown.view.targets
    return render_template(
        "matrix.html",
        wishes=wishes,
        shown=shown,
        view=view,
        table=_table(view, shown, wishes),
        counts=_counts(wishes, shown),
        levels=LEVELS,
        pairs=[] if len(targets) > _FEW else list(combinations(targets, 2)),
        pick=len(targets) > _FEW,
        problems=results_cache().problems,
    )


@matrix_pages.get("/matrix.md")
def markdown() -> Response:
    """Show the same as Markdown."""
    wishes, shown = asked()
    return Response(matrix_table(wishes.of(shown.view)), content_type="text/plain; charset=utf-8")


@matrix_pages.get("/healthz")
def healthz() -> dict[str, str]:
    """Answer that the pages are served; results and servers are not looked at."""
    return {"status": "ok"}


def _table(view: Matrix, shown: Shown, wishes: Selection) -> Markup:
    template = current_app.jinja_env.get_template("lab/matrix.html")
    query = wishes.query

    def address(name: str) -> str:
        return f"/scenario/{name}{query}"

    def inside(name: str) -> str:
        return f"/scenario/{name}{query}#"

    def copy(name: str) -> str:
        return f"/scenario/{name}.md{query}"

    drawn: Markup = template.module.table(scenario_views(view), view.targets, address, inside, shown.origins, copy)  # type: ignore[attr-defined]
    return drawn


def _counts(wishes: Selection, shown: Shown) -> dict[str, int]:
    """Count how many attempts each of the links all, differ and data at risk would show."""
    rows = wishes.but(show="all").of(shown.view).rows
    return {show: sum(map(shows, rows)) for show, shows in SHOWN.items()}
