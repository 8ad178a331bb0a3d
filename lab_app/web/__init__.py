"""The lab's pages: they read result documents, and ask commands of the lab to do what is to be done."""

from flask import Blueprint, Flask
from jinja2 import ChoiceLoader

from lab_app.report.page.jinja import STATIC, loader, prepare
from lab_app.web.child import Runs
from lab_app.web.matrix import matrix_pages
from lab_app.web.problems import handle
from lab_app.web.runs import runs_pages
from lab_app.web.save import save_pages
from lab_app.web.scenario import scenario_pages
from lab_app.web.security import secure
from lab_app.web.servers import servers_pages
from lab_app.web.shelf import Shelf
from lab_app.web.students import students_pages


def install(app: Flask) -> None:
    """Give an app the lab's pages. Nothing is read or started before the first request."""
    secure(app)
    handle(app)
    app.extensions["lab_shelf"] = Shelf()
    app.extensions["lab_runs"] = runs = Runs()
    site = Blueprint(
        "site", __name__, template_folder="templates", static_folder="static", static_url_path="/static/web"
    )
    look = Blueprint("look", __name__, static_folder=STATIC, static_url_path="/static/lab")
    for pages in (site, look, matrix_pages, scenario_pages, save_pages, runs_pages, servers_pages, students_pages):
        app.register_blueprint(pages)
    app.jinja_loader = ChoiceLoader([app.jinja_loader, loader()] if app.jinja_loader else [loader()])
    prepare(app.jinja_env)
    app.jinja_env.globals["running"] = lambda: runs.last is not None and not runs.last.over
