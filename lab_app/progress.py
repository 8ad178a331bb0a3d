"""What happens where while a run goes on: told to a person or to a program on standard error, or to nobody."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, get_args

from lab_app.text import cut, printable

if TYPE_CHECKING:
    from rich.live import Live

#: Characters of a line that a scenario has printed.
_LONGEST_LINE = 1000
State = Literal["searching", "ready", "not up", "running", "finished", "kept"]


@dataclass(frozen=True)
class Event:
    """One line for a program: what a column does now, and how many of its cells are made.

    ``engine`` is the column's name while the run goes on: the engine's, unless a version was asked for. ``kept`` is
    said of the run as a whole, with no engine: its results are where they belong.
    """

    engine: str
    text: str = ""
    state: State = "searching"
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, line: str) -> Event | None:
        """Read the event that ``str()`` wrote; None for any other line."""
        try:
            found = json.loads(line)
            event = cls(**found)
        except (ValueError, TypeError, RecursionError):
            return None
        texts, numbers = (event.engine, event.text, event.state), (event.done, event.total)
        sound = all(type(text) is str for text in texts) and all(type(number) is int for number in numbers)
        return event if sound and event.state in get_args(State) else None


class Progress(Protocol):
    """What a run tells while it goes on, inside ``with``. A server's state is told from a thread of its own, too."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the screen."""

    def server(self, engine: str, text: str, state: State = "searching") -> None:
        """Tell what becomes of an engine's server."""

    def step(self, engine: str, text: str) -> None:
        """Tell what runs on an engine now."""

    def count(self, engine: str, done: int, total: int) -> None:
        """Tell how many of an engine's cells are made; with the last one it is finished."""

    def printed(self, engine: str, line: str) -> None:
        """Tell a line that a scenario has printed while it was run on an engine."""

    def kept(self) -> None:
        """Tell that the results are kept."""


class Lines:
    """Progress for a person: a line an engine, rewritten in place on a terminal; on a pipe only news of the servers."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True, refresh_per_second=10)
            self._live.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live:
            self._live.__exit__(kind, error, at)

    def server(self, engine: str, text: str, state: State = "searching") -> None:  # noqa: ARG002 - a program's
        """Show what becomes of an engine's server; on a pipe, too."""
        if not self._live:
            _say(f"  {engine:12}{printable(text)}")
        self.step(engine, text)

    def step(self, engine: str, text: str) -> None:
        """Show what runs on an engine now."""
        self._lines[engine] = printable(text)
        if self._live:
            from rich.text import Text

            lines = (f"  {name:13} {line}" for name, line in self._lines.items())
            self._live.update(Text("\n".join(lines), overflow="ellipsis", no_wrap=True))

    def count(self, engine: str, done: int, total: int) -> None:
        """Show that an engine is finished; the cells are counted for a program alone."""
        if done == total:
            self.step(engine, "finished")

    def printed(self, engine: str, line: str) -> None:
        """Show what a scenario has printed: whoever wrote the print() looks for it here."""
        if self._live:
            from rich.text import Text

            self._live.console.print(Text(printed_line(engine, line)), soft_wrap=True)
        else:
            _say(printed_line(engine, line))

    def kept(self) -> None:
        """Show nothing: the results themselves come next."""


class Events:
    """Progress for a program that reads standard error: an Event a line."""

    def __init__(self) -> None:
        self._last: dict[str, Event] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def server(self, engine: str, text: str, state: State = "searching") -> None:
        """Tell what becomes of an engine's server."""
        with suppress(BrokenPipeError):  # in a thread of the servers it would end nothing
            self._tell(engine, text=text, state=state)

    def step(self, engine: str, text: str) -> None:
        """Tell what runs on an engine now.

        Raises:
            BrokenPipeError: nobody reads any more, which ends the run.
        """
        self._tell(engine, text=text, state="running")

    def count(self, engine: str, done: int, total: int) -> None:
        """Tell how many of an engine's cells are made.

        Raises:
            BrokenPipeError: nobody reads any more, which ends the run.
        """
        last: dict[str, Any] = {"text": "", "state": "finished"} if done == total else {}
        self._tell(engine, done=done, total=total, **last)

    def printed(self, engine: str, line: str) -> None:
        """Tell what a scenario has printed: as a line that is no event, for the program's own log."""
        _say(printed_line(engine, line))

    def kept(self) -> None:
        """Tell that the results are kept."""
        self._tell("", state="kept")

    def _tell(self, engine: str, **news: Any) -> None:
        self._last[engine] = replace(self._last.get(engine, Event(engine)), **news)
        sys.stderr.write(f"{self._last[engine]}\n")  # in one piece, because threads write here too
        sys.stderr.flush()


class Quiet:
    """Progress for nobody."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def server(self, engine: str, text: str, state: State = "searching") -> None:
        """Tell nobody."""

    def step(self, engine: str, text: str) -> None:
        """Tell nobody."""

    def count(self, engine: str, done: int, total: int) -> None:
        """Tell nobody."""

    def kept(self) -> None:
        """Tell nobody."""

    def printed(self, engine: str, line: str) -> None:
        """Tell nobody."""


def printed_line(engine: str, line: str) -> str:
    """Return a line that a scenario has printed, as it is shown: after the engine's name, and fit for a terminal."""
    return f"  {engine:12}| {cut(printable(line.rstrip()), _LONGEST_LINE)}"


def _say(line: str) -> None:
    """Write a line on standard error; a full disk or a reader that has gone ends no run."""
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")  # in one piece, because threads write here too
        sys.stderr.flush()
