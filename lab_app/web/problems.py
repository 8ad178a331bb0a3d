"""Pages for what goes wrong: one clear line, what to do next, and never a path or a traceback."""

import difflib
from collections.abc import Iterable

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound, SecurityError

from lab_app.errors import LabError

_NEAR = 3
_WORDS = {
    404: "There is no such page.",
    405: "This address is for the buttons of a page.",
    413: "That is too much for one form.",
    500: "The lab made a mistake here. Its terminal says more.",
}


class Unknown(NotFound):
    """A name that there is not, with the nearest that there are, and the address that their pages are below."""

    def __init__(self, kind: str, name: str, near: list[str], base: str | None = None) -> None:
        super().__init__(f"There is no {kind} called {name!r}.")
        self.near = near
        self.base = base


def unknown(kind: str, name: str, known: Iterable[str], base: str | None = None) -> Unknown:
    """Make the exception to raise for a scenario, an engine or another thing that is not there; it becomes a 404 page.

    ``base`` is the address that their pages are below, where it is not the request's own.
    """
    names = list(known)
    return Unknown(kind, name, difflib.get_close_matches(name, names, n=_NEAR, cutoff=0.4) or names[:_NEAR], base)


def handle(app: Flask) -> None:
    """Answer errors with the lab's own page; an exception keeps its traceback in the server's log."""
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(LabError, _refused)
    app.register_error_handler(HTTPException, _http)


def page(line: str, status: int, near: Iterable[str] = ()) -> tuple[str, int]:
    """Return the page of a problem: its line, and addresses that may have been meant."""
    return render_template("problem.html", line=line, near=list(near), status=status), status


def _unknown_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    text = "This page answers to 127.0.0.1 and localhost. Another name: LAB_ALLOWED_HOSTS=name flask lab web\n"
    return text, 400, {"Content-Type": "text/plain; charset=utf-8"}


def _old_form(_error: CSRFError) -> tuple[str, int]:
    line = "This form is not of this server's making, or older than it: load its page again, and press again."
    return page(line, 400)


def _refused(error: LabError) -> tuple[str, int]:
    return page(str(error), 400)


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    if isinstance(error, Unknown):
        base = request.path.rsplit("/", 1)[0] if error.base is None else error.base
        return page(str(error.description), status, [f"{base}/{name}" for name in error.near])
    return page(_WORDS.get(status, error.name), status)
