"""The project of a preview: an SQLite database stands for those that are not there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from lab_app.runner.connections import ApplicationDatabase
from lab_app.runner.project import Project


class ShadowProject(Project):
    """A project whose database is brought up to date only when something looks at it: most previews never do."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        #: Why there is nothing in the database, where SQLite could not hold what the scenario begins with.
        self.failure: Exception | None = None
        self._waiting: list[tuple[Callable[..., Any], dict[str, Any]]] = []

    def later(self, function: Callable[..., Any], **options: Any) -> None:
        """Run one of Flask-Migrate's functions before the database is looked at next; what SQLite refuses is none."""
        self._waiting.append((function, options))

    def settle(self) -> None:
        """Run what waits, now: what it depends on is about to change."""
        waiting, self._waiting = self._waiting, []
        for function, options in waiting:
            with contextlib.suppress(Exception):
                self.command(function, **options)

    def migrate(self, message: str) -> None:
        """Compare the models with the database, if what is there is what the scenario begins with."""
        if self.failure:
            raise self.failure
        super().migrate(message)

    @contextlib.contextmanager
    def app(self) -> Iterator[ApplicationDatabase]:
        """Yield the database of a fresh application, up to date."""
        self.settle()
        with super().app() as db:
            yield db
