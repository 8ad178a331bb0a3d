"""A function of a scenario becomes a revision file: what a person reads there is what Alembic runs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
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


{upgrade}


{downgrade}
'''


class Revision:
    """A revision file that a scenario wrote, with its ``downgrade`` still to be given.

    Used as ``@revision.downgrade`` over a function of that name; without it, stepping back does nothing.
    """

    def __init__(
        self, path: Path, revision: str, parent: str | None, message: str, upgrade: Callable[[], None]
    ) -> None:
        self.path = path
        self.revision = revision
        self._parent = parent
        self._message = message
        self._upgrade = function_source(upgrade, "upgrade")
        self._write("def downgrade():\n    pass")

    def downgrade(self, function: Callable[[], None]) -> Revision:
        """Add the way back to the file."""
        self._write(function_source(function, "downgrade"))
        return self

    def _write(self, downgrade: str) -> None:
        text = _FILE.format(
            message=self._message,
            revision=self.revision,
            parent=self._parent,
            upgrade=self._upgrade,
            downgrade=downgrade,
        )
        self.path.write_text(text, encoding="utf-8")


def function_source(function: Callable[[], None], name: str) -> str:
    """Return the source of a nested function without its decorators, under another name.

    Raises:
        TypeError: it reaches for a variable outside itself, which a revision file cannot hold.
    """
    if function.__code__.co_freevars:
        outside = ", ".join(function.__code__.co_freevars)
        raise TypeError(f"{function.__name__}() uses {outside} from outside: a revision file holds only its own text")
    source = textwrap.dedent(inspect.getsource(function))
    [definition] = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    lines = source.splitlines()[definition.lineno - 1 : definition.end_lineno]
    lines[0] = lines[0].replace(f"def {function.__name__}(", f"def {name}(", 1)
    return "\n".join(lines)
