"""A function of a scenario becomes a revision file: what a person reads there is what Alembic runs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_FILE = '''"""{message}

Revision ID: {revision}
Revises: {parent}
"""
from alembic import op
import sqlalchemy as sa

revision = {revision!r}
down_revision = {parent!r}
branch_labels = None
depends_on = None


{functions}
'''
#: What the env.py of several databases calls, as Flask-Migrate's template has it.
_DISPATCH = """def {way}(engine_name):
    globals()[f"{way}_{{engine_name}}"]()"""
_Function = Callable[[], None]


@dataclass(frozen=True)
class RevisionFile:
    """A revision file to be written: where, its number, the one that it follows, and its message."""

    path: Path
    revision: str
    parent: str | None
    message: str


class Revision:
    """A revision file that a scenario wrote, with its ``downgrade`` still to be given.

    Used as ``@revision.downgrade`` over a function of that name; without it, stepping back does nothing. In a project
    of several databases ``binds`` are the keys of the others: ``@revision.upgrade_of("analytics")`` and
    ``@revision.downgrade_of("analytics")`` add a function for one of them. What is not given does nothing.
    """

    def __init__(
        self, file: RevisionFile, binds: tuple[str, ...] | None, upgrade: _Function, bind: str | None = None
    ) -> None:
        self.path = file.path
        self.revision = file.revision
        self._file = file
        self._binds = binds
        #: By name: a function's text, and its line in the scenario's file.
        self._functions: dict[str, tuple[str, int]] = {}
        self._add(upgrade, "upgrade", bind)

    def downgrade(self, function: _Function) -> Revision:
        """Add the way back to the file."""
        return self._add(function, "downgrade", None)

    def upgrade_of(self, bind: str) -> Callable[[_Function], Revision]:
        """Add what is done in a bind's database."""
        return lambda function: self._add(function, "upgrade", bind)

    def downgrade_of(self, bind: str) -> Callable[[_Function], Revision]:
        """Add the way back in a bind's database."""
        return lambda function: self._add(function, "downgrade", bind)

    def _add(self, function: _Function, way: str, bind: str | None) -> Revision:
        if bind is not None and bind not in (self._binds or ()):
            known = ", ".join(self._binds or ()) or "none: migrations/ is of one database"
            raise ValueError(f"there is no bind {bind!r} for {function.__name__}(), but {known}")
        name = way if self._binds is None else f"{way}_{bind or ''}"
        self._functions[name] = function_source(function, name)
        file, functions = self._file, "\n\n\n".join(self._texts())
        self._text = _FILE.format(message=file.message, revision=file.revision, parent=file.parent, functions=functions)
        file.path.write_text(self._text, encoding="utf-8")
        return self

    def line(self, written: int) -> int | None:
        """Tell where the scenario says what stands in a line of the file; None where it says nothing of it."""
        for source, first in self._functions.values():
            begins = self._text[: self._text.index(source)].count("\n") + 1
            if begins <= written <= begins + source.count("\n"):
                return first + written - begins
        return None

    def _texts(self) -> list[str]:
        """Return the functions of the file, in its order."""
        ways, names, dispatch = ("upgrade", "downgrade"), ["upgrade", "downgrade"], []
        if self._binds is not None:
            dispatch = [_DISPATCH.format(way=way) for way in ways]
            names = [f"{way}_{bind}" for bind in ("", *self._binds) for way in ways]
        nothing = {name: (f"def {name}():\n    pass", 0) for name in names}
        return dispatch + [source for source, _ in (nothing | self._functions).values()]


def function_source(function: Callable[[], None], name: str) -> tuple[str, int]:
    """Return the source of a nested function without its decorators, under another name, and its line in its file.

    Raises:
        TypeError: it reaches for a variable outside itself, which a revision file cannot hold.
    """
    if function.__code__.co_freevars:
        outside = ", ".join(function.__code__.co_freevars)
        raise TypeError(f"{function.__name__}() uses {outside} from outside: a revision file holds only its own text")
    found, first = inspect.getsourcelines(function)
    source = textwrap.dedent("".join(found))
    [definition] = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    lines = source.splitlines()[definition.lineno - 1 : definition.end_lineno]
    lines[0] = lines[0].replace(f"def {function.__name__}(", f"def {name}(", 1)
    return "\n".join(lines), first + definition.lineno - 1
