"""Every statement that goes through SQLAlchemy, with the line of the revision that sent it."""

import os
import re
import threading
import time

from .failure import chain, said

#: How many statements of a step are kept, and how much of each.
_KEPT = 5000
_LENGTH = 4000
_CHANGES = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(create|alter|drop|rename|comment|truncate|insert|update|delete|replace|merge|with)\b",
    re.IGNORECASE | re.DOTALL,
)
#: SQLAlchemy itself asks for what may be missing, and takes the error for an answer.
_QUESTIONS = re.compile(r"\s*(DESCRIBE|SHOW|PRAGMA)\b", re.IGNORECASE)


class CutError(Exception):
    """The connection was cut in the middle of a revision, as the walk asked."""


class OtherThreadError(Exception):
    """A statement of a thread that the application started by itself."""


class Recorder:
    """Listens to all engines there will ever be, through class-level events.

    What a thread of the application sends while revisions run is kept out, and noted: it would be taken for theirs.
    """

    def __init__(self, places, notes):
        self._places = places
        self._notes = notes
        self._thread = threading.get_ident()
        self._cut_after = None
        self._errors = []
        self.statements = []

    def install(self):
        """Listen from now on."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        event.listen(Engine, "handle_error", self._failed)

    def begin(self, cut_after=None):
        """Begin a step; the connection is cut after so many of the revision's changes, when the walk asks."""
        self.statements = []
        self._errors = []
        self._cut_after = cut_after

    def end(self):
        """End a step: nothing is cut any more."""
        self._cut_after = None

    def swallowed(self, error):
        """Return the errors that a revision caught and went on from; ``error`` is what ended the step, if anything."""
        ended = {id(each) for known in chain(error) for each in (known, getattr(known, "orig", None))}
        return [
            found
            for found, original in self._errors
            if id(original) not in ended and (found["at"] or {}).get("revision")
        ]

    def _before(self, connection, _cursor, sql, parameters, context, many):
        if len(self.statements) >= _KEPT:
            return
        place = self._places.here()
        if threading.get_ident() != self._thread and not self._notes.loading and not _of_a_command(place):
            self._notes.add("thread", sql.strip().split(None, 1)[0].upper())
            raise OtherThreadError(
                "migration-lab lets no thread of the application send statements while revisions run"
            )
        record = {
            "sql": sql[:_LENGTH],
            "at": place,
            "changes": bool(place and place["revision"] and _CHANGES.match(sql)),
            "count": len(parameters) if many else 1,
            "rows": None,
            "ms": None,
        }
        self.statements.append(record)
        if context is not None:
            context._migration_lab = (record, time.perf_counter())

    def _after(self, connection, cursor, sql, _parameters, context, _many):
        record, begun = getattr(context, "_migration_lab", (None, 0.0))
        if record is not None:
            record["ms"] = round((time.perf_counter() - begun) * 1000, 2)
            record["rows"] = getattr(cursor, "rowcount", None)
        if self._cut_after is not None and _CHANGES.match(sql) and (self._places.here() or {}).get("revision"):
            self._cut_after -= 1
            if self._cut_after <= 0:
                self._cut_after = None
                _driver_connection(connection).close()
                raise CutError("the connection was cut here")

    def _failed(self, context):
        original = context.original_exception
        if _QUESTIONS.match(context.statement or ""):
            return
        found = {
            "class": type(original).__name__,
            "message": said(original),
            "sql": (context.statement or "")[:_LENGTH],
            "at": self._places.here(),
        }
        self._errors.append((found, original))


def _of_a_command(place):
    """Tell whether a thread works for a revision, or for env.py, which may run Alembic in one of its own."""
    return place is not None and (place["revision"] or os.path.basename(place["file"]) == "env.py")


def _driver_connection(connection):
    fairy = connection.connection
    return getattr(fairy, "dbapi_connection", None) or fairy.connection
