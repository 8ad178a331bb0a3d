"""One engine's search for a server: what a source is given, and how it says that it has none."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from lab_app.engines import Engine
from lab_app.errors import LabError
from lab_app.servers.wanted import Wanted


class NoServer(LabError):  # noqa: N818 - it is an answer
    """A source has no server: why, in words that fit behind a name, and what to type.

    ``final`` ends the search, because the person asked for this very server. ``answered`` says that a server is
    there, and has said no in words of its own.
    """

    def __init__(self, reason: str, fix: str = "", *, final: bool = False, answered: bool = False):
        super().__init__(f"{reason}: {fix}" if fix else reason)
        self.reason = reason
        self.fix = fix
        self.final = final
        self.answered = answered


class SearchEnded(Exception):  # noqa: N818 - no error: the command is over
    """The command ended while a server was still being started."""


@dataclass
class Search:
    """What a source works with: what is wanted, a place for progress, and what to undo at the end.

    ``undo`` is unwound when the command is over, also when it is over in the middle of a start.
    """

    wanted: Wanted
    say: Callable[[str], None]
    ended: threading.Event = field(default_factory=threading.Event)
    undo: ExitStack = field(default_factory=ExitStack)

    @property
    def engine(self) -> Engine:
        """The engine that is wanted."""
        return self.wanted.engine

    def check(self, what: str, version: str) -> None:
        """See that a server is of the version that is wanted; ``what`` says in the reason whose version it is.

        Raises:
            NoServer: it is of another.
        """
        if not self.wanted.accepts(version):
            raise NoServer(f"{what} is {self.engine.title} {version}, not {self.wanted.version}")

    def pause(self, seconds: float) -> None:
        """Wait a moment.

        Raises:
            SearchEnded: the command is over.
        """
        if self.ended.wait(seconds):
            raise SearchEnded


def example(engine: Engine) -> str:
    """Tell what to type so that the engine is given by a URL."""
    return f"export {engine.url_variable}={engine.driver}://user:password@host:{engine.port}/"
