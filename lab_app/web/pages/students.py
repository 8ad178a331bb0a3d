"""The app under study on a chosen engine: it fails, it is migrated, it answers."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from lab_app.engines import BY_NAME, ENGINES, Engine
from lab_app.errors import LabError
from lab_app.study.protocol import Add, Downgrade, Look, Reset, Upgrade, Wish
from lab_app.web.pages.students_view import View
from lab_app.web.problems import unknown
from lab_app.web.processes.students import StudentProcesses

students_pages = Blueprint("students", __name__, url_prefix="/students")

#: Seconds after which a page of an engine that is being started looks again.
_AGAIN = 1
_LONGEST = 200


def student_processes() -> StudentProcesses:
    """Return the server's processes that run the app."""
    found: StudentProcesses = current_app.extensions["lab_students"]
    return found


@students_pages.get("")
def index() -> str:
    """Offer the engines."""
    children = {engine.name: student_processes().child(engine.name) for engine in ENGINES}
    return render_template("students_index.html", engines=ENGINES, children=children)


@students_pages.get("/<name>")
def engine(name: str) -> ResponseReturnValue:
    """Show the app on one engine, or how to have it there."""
    return _page(_engine(name))


@students_pages.post("/<name>/open")
def open_(name: str) -> Response:
    """Start the app on an engine; its page tells how far that is."""
    student_processes().open(_engine(name).name)
    return _back(name)


@students_pages.post("/<name>/close")
def close(name: str) -> Response:
    """End the app on an engine, and drop its database."""
    student_processes().close(_engine(name).name)
    return redirect(url_for("students.index"), 303)


@students_pages.post("/<name>/upgrade")
def upgrade(name: str) -> Response:
    """Go one revision up."""
    return _do(name, Upgrade())


@students_pages.post("/<name>/downgrade")
def downgrade(name: str) -> Response:
    """Go one revision down."""
    return _do(name, Downgrade())


@students_pages.post("/<name>/reset")
def reset(name: str) -> Response:
    """Start over."""
    return _do(name, Reset())


@students_pages.post("/<name>/add")
def add(name: str) -> ResponseReturnValue:
    """Insert a student, or say what in the form is wrong."""
    chosen = _engine(name)
    try:
        student = _student()
    except LabError as error:
        return _page(chosen, str(error), 400)
    return _do(name, student)


def _engine(name: str) -> Engine:
    if name not in BY_NAME:
        raise unknown("engine", name, BY_NAME)
    return BY_NAME[name]


def _student() -> Add:
    """Read the student of the form.

    Raises:
        LabError: no student can be like that.
    """
    texts = {field: request.form.get(field, "").strip() for field in ("name", "course", "age")}
    if long := [field for field, text in texts.items() if len(text) > _LONGEST]:
        raise LabError(f"The {long[0]} has {len(texts[long[0]])} characters. Type at most {_LONGEST}.")
    if not texts["name"]:
        raise LabError("The student has no name. Type one.")
    return Add(texts["name"], texts["course"] or None, _age(texts["age"]))


def _age(text: str) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        raise LabError(f"{text!r} is no age. Type a whole number, or nothing.") from None


def _do(name: str, wish: Wish) -> Response:
    """Ask the app for something, and go back to its page, which tells what came of it."""
    child = student_processes().child(_engine(name).name)
    if child and child.ready and not child.ended:
        with suppress(LabError):  # its page says why it has ended
            child.ask(wish)
    return _back(name)


def _back(name: str) -> Response:
    return redirect(url_for("students.engine", name=name), 303)


def _page(chosen: Engine, problem: str = "", status: int = 200) -> tuple[str, int, dict[str, str]]:
    child = student_processes().child(chosen.name)
    shown = {"engine": chosen, "engines": ENGINES, "problem": problem, "child": child}
    if not child or child.ended:
        return render_template("students_closed.html", **shown), status, {}
    if not child.ready:
        # A header, which every browser heeds: no script is needed, and the page's markup stays what it is.
        return render_template("students_starting.html", **shown), status, {"Refresh": str(_AGAIN)}
    try:
        answer = child.ask(Look())
    except LabError as error:
        return render_template("students_closed.html", **shown | {"problem": str(error)}), status, {}
    return render_template("students.html", view=View(chosen.title, answer), **shown), status, {}
