"""The pages as one Flask app, apart from the app under study."""

from flask import Blueprint, Flask
from jinja2 import ChoiceLoader

from lab_app.report.page.jinja import STATIC, loader, prepare
from lab_app.web.pages.checks import checks_pages
from lab_app.web.pages.learn import learn_pages
from lab_app.web.pages.matrix import matrix_pages
from lab_app.web.pages.runs import runs_pages
from lab_app.web.pages.save import save_pages
from lab_app.web.pages.scenario import scenario_pages
from lab_app.web.pages.students import students_pages
from lab_app.web.pages.survey import survey_pages
from lab_app.web.problems import handle
from lab_app.web.processes.mirrors import Mirrors
from lab_app.web.processes.run import Runs
from lab_app.web.processes.students import StudentProcesses
from lab_app.web.results_cache import ResultsCache
from lab_app.web.security import secure

_PAGES = (matrix_pages, scenario_pages, learn_pages, save_pages, checks_pages, runs_pages, survey_pages, students_pages)


def create_site() -> Flask:
    """Make the app that serves the pages. Nothing is read or started before the first request."""
    site = Flask("lab_app.web", static_url_path="/static/web")
    secure(site)
    handle(site)
    site.extensions["lab_results"] = ResultsCache()
    site.extensions["lab_runs"] = runs = Runs()
    site.extensions["lab_mirrors"] = Mirrors()
    site.extensions["lab_students"] = StudentProcesses()
    look = Blueprint("look", __name__, static_folder=STATIC, static_url_path="/static/lab")
    for pages in (look, *_PAGES):
        site.register_blueprint(pages)
    site.jinja_loader = ChoiceLoader([site.jinja_loader, loader()] if site.jinja_loader else [loader()])
    prepare(site.jinja_env)
    site.jinja_env.globals["running"] = lambda: runs.last is not None and not runs.last.over
    return site
