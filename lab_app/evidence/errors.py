"""An engine's own words: the class, the code and the whole text of an error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy.exc

from lab_app.evidence.types import ErrorRecord

#: Characters of an error's text that are kept.
LONGEST = 4000


def record_error(error: BaseException) -> ErrorRecord:
    """Record the error as the driver raised it, without SQLAlchemy's wrapping.

    ``code`` is the SQLSTATE (psycopg2), the error number (PyMySQL) or the error name (sqlite3), and None for an error
    that no engine raised (Alembic's NotImplementedError, a ValueError).
    """
    origin: BaseException = error
    if isinstance(error, sqlalchemy.exc.DBAPIError) and isinstance(error.orig, BaseException):
        origin = error.orig
    return {"class": type(origin).__name__, "code": _code(origin), "message": shortened(_text(origin))}


def shortened(text: str) -> str:
    """Return what an error says, cut where it repeats what it was given: a value or a statement of any length."""
    left = len(text) - LONGEST
    return text if left <= 0 else f"{text[:LONGEST]} … {left:,} more characters"


def one_line(error: BaseException) -> str:
    """Return an error's class and the first line of what it says, if it says anything."""
    lines = shortened(str(error).strip()).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


@contextlib.contextmanager
def alembic_errors() -> Iterator[None]:
    """Let Alembic's own error out of the SystemExit that Flask-Migrate's functions make of it.

    Raises:
        alembic.util.CommandError: what Alembic refused.
    """
    try:
        yield
    except SystemExit as exit_:
        raise (exit_.__context__ or exit_) from None


def _code(error: BaseException) -> str | None:
    # psycopg2: pgcode; sqlite3 (Python 3.11): sqlite_errorname.
    for attribute in ("pgcode", "sqlite_errorname"):
        code = getattr(error, attribute, None)
        if code:
            return str(code)
    if error.args and isinstance(error.args[0], int):
        return str(error.args[0])
    return None


def _text(error: BaseException) -> str:
    if error.args and isinstance(error.args[0], int) and len(error.args) > 1:
        return str(error.args[1]).strip()
    return str(error).strip()
