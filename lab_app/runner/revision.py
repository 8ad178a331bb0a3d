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
        self._upgrade, line = function_source(upgrade, "upgrade")
        self._lines: dict[int, int] = {}
        self._write("def downgrade():\n    pass")
        self._note(self._upgrade, line)

    def downgrade(self, function: Callable[[], None]) -> Revision:
        """Add the way back to the file."""
        downgrade, line = function_source(function, "downgrade")
        self._write(downgrade)
        self._note(downgrade, line)
        return self

    def line(self, written: int) -> int | None:
        """Tell where the scenario says what stands in a line of the file; None where it says nothing of it."""
        return self._lines.get(written)

    def _note(self, source: str, line: int) -> None:
        begins = self._text[: self._text.index(source)].count("\n") + 1
        self._lines |= {begins + number: line + number for number in range(source.count("\n") + 1)}

    def _write(self, downgrade: str) -> None:
        self._text = _FILE.format(
            message=self._message,
            revision=self.revision,
            parent=self._parent,
            upgrade=self._upgrade,
            downgrade=downgrade,
        )
        self.path.write_text(self._text, encoding="utf-8")


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
