"""What happens where, on standard error, while a run goes on."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.live import Live


class Progress:
    """One line an engine: rewritten in place on a terminal, and one print for each new server elsewhere."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._lines: dict[str, str] = {}
        self._live: Live | None = None

    def __enter__(self) -> Progress:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True, refresh_per_second=10)
            self._live.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live:
            self._live.__exit__(kind, error, at)

    def server(self, engine: str, text: str) -> None:
        """Say what becomes of an engine's server; kept on a pipe too."""
        if not self._quiet and not self._live:
            print(f"  {engine:12}{text}", file=sys.stderr, flush=True)  # noqa: T201
        self.step(engine, text)

    def step(self, engine: str, text: str) -> None:
        """Say what runs on an engine now."""
        self._lines[engine] = text
        if self._live:
            from rich.text import Text

            lines = (f"  {name:12}{line}" for name, line in self._lines.items())
            self._live.update(Text("\n".join(lines), overflow="ellipsis", no_wrap=True))
