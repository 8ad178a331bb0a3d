"""The baselines of the engines of a preview, each put in the place of the one that its shadow has."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from lab_app.engines import Engine
from lab_app.runner.baseline import CREATED


class EngineBaselines:
    """Writes the baseline revision of each engine, once, and lends it to a project whose database is another's.

    ``made`` returns the migrations folder of an engine before the attempts.
    """

    def __init__(self, shadow: Engine, made: Callable[[Engine], Path]) -> None:
        self._shadow = shadow
        self._made = made

    @contextlib.contextmanager
    def of(self, engine: Engine, versions: Path) -> Iterator[None]:
        """Have the engine's own baseline among a project's revisions inside the block, unless it was edited there."""
        lent: dict[Path, bytes] = {}
        for own in (self._made(engine) / "versions").glob("*.py"):
            there, shadow = versions / own.name, self._made(self._shadow) / "versions" / own.name
            if there.is_file() and _undated(there) == _undated(shadow) != _undated(own):
                lent[there] = there.read_bytes()
                there.write_bytes(own.read_bytes())
        try:
            yield
        finally:
            for there, content in lent.items():
                there.write_bytes(content)


def _undated(file: Path) -> str:
    return CREATED.sub("", file.read_text(encoding="utf-8"))
