"""Whether a server is why a cell could not be made: a doubt, and the questions that settle it."""

from __future__ import annotations

import time

from lab_app.document.types import Cell
from lab_app.engines import Engine
from lab_app.servers import NoServer, Server
from lab_app.servers.health import Checkup, answers, takes_databases
from lab_app.servers.scratch import ScratchNames

#: Seconds of silence after which a worker's server is asked whether it still answers, and between two questions.
_QUIET = 2.0


class Doubt:
    """A cell that was not made, or whose error may be the server's and not the attempt's.

    ``again`` says that it is worth another try on a server that is well; ``cell`` is what the first one came to.
    """

    def __init__(self, reason: str, *, again: bool, cell: Cell | None = None) -> None:
        self.reason = reason
        self.again = again
        self.cell = cell
        self._checkup: Checkup | None = None

    def ask(self, server: Server, before: ScratchNames, after: ScratchNames) -> None:
        """Begin to ask the server, and have it drop the databases of the worker that has ended."""

        def and_drop(trouble: NoServer | None) -> None:
            if not trouble:
                before.let_go()

        self._checkup = takes_databases(server, after.take(1)[0], then=and_drop)

    @property
    def over(self) -> bool:
        """Whether the server has answered, or nobody waits for it any longer."""
        return self._checkup is None or self._checkup.over

    @property
    def trouble(self) -> NoServer | None:
        """What is wrong with the server, once this is over."""
        return self._checkup.trouble if self._checkup else None


class Silence:
    """A worker that says nothing: its statement may be slow, or its server may have stopped to answer anybody."""

    def __init__(self) -> None:
        self._checkup: Checkup | None = None
        self._asked = 0.0

    def trouble(self, server: Server, seconds: float) -> NoServer | None:
        """Return what is wrong with the server of a worker that has been silent for so long, when that is known."""
        if seconds < _QUIET:
            self._checkup = None
        elif self._checkup is None or (self._checkup.over and time.monotonic() > self._asked + _QUIET):
            if self._checkup and self._checkup.trouble:
                return self._checkup.trouble
            self._checkup, self._asked = answers(server), time.monotonic()
        elif self._checkup.over:
            return self._checkup.trouble
        return None


def of_its_server(cell: Cell, engine: Engine) -> bool:
    """Tell whether a cell's error is one by which a server is given up, and was not foreseen."""
    read = cell["first_query"]
    errors = [None if cell["as_expected"] else cell["error"], read["error"] if read else None]
    return any(
        error is not None
        and ((error["code"] or error["class"]) in engine.lost or "No space left" in error["message"])
        and "timed out" not in error["message"]  # PyMySQL's word for the lab's own time limit
        for error in errors
    )
