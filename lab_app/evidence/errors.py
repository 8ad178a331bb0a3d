"""An engine's own words: the class, the code and the whole text of an error."""

from __future__ import annotations

import sqlalchemy.exc

from lab_app.evidence.cell import ErrorRecord


def record_error(error: BaseException) -> ErrorRecord:
    """The error as the driver raised it, without SQLAlchemy's wrapping.

    ``code`` is the SQLSTATE (psycopg2), the error number (PyMySQL) or the error name (sqlite3), and None for an error
    that no engine raised (Alembic's NotImplementedError, a ValueError).
    """
    origin: BaseException = error
    if isinstance(error, sqlalchemy.exc.DBAPIError) and isinstance(error.orig, BaseException):
        origin = error.orig
    return {"class": type(origin).__name__, "code": _code(origin), "message": _text(origin)}


def one_line(error: BaseException) -> str:
    """An error's class and the first line of what it says, if it says anything."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


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
