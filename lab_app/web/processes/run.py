"""One run at a time for the whole web server: a command of the lab as a child process, from its start to its end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from lab_app.document.merge import Shown
from lab_app.progress import Event
from lab_app.web.processes.child import Child, Children
from lab_app.web.processes.command import without_paths

State = Literal["running", "stopping", "finished", "failed", "stopped"]


class Busy(Exception):  # noqa: N818 - it is an answer
    """A run goes on already: ``run`` is that one."""

    def __init__(self, run: Run) -> None:
        super().__init__(run.asked.title)
        self.run = run


@dataclass(frozen=True)
class Asked:
    """What a person asked for: the words after ``flask lab``, what to call it, and who it was.

    ``scenarios`` are the names that the words name, none for all of them. ``by`` is the browser's session, empty for
    the lab itself. ``before`` is what the pages showed then.
    """

    words: tuple[str, ...]
    title: str
    scenarios: tuple[str, ...] = ()
    by: str = ""
    address: str = ""
    before: Shown | None = None

    @property
    def survey(self) -> bool:
        """Whether servers are looked for, and no scenario is run."""
        return self.words[0] == "servers"


@dataclass(frozen=True)
class Run:
    """A run as it is at one moment; a later moment is another object.

    ``lanes`` has the last event of each engine, ``found`` what was said of its server when it was ready. ``failure``
    is the one line of a run that failed.
    """

    number: int
    asked: Asked
    began: float = field(default_factory=time.monotonic)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: float | None = None
    state: State = "running"
    lanes: Mapping[str, Event] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    kept: bool = False
    failure: str = ""

    @property
    def over(self) -> bool:
        """Whether the command has ended."""
        return self.ended is not None

    @property
    def seconds(self) -> float:
        """How long it has gone on, or went on."""
        return (self.ended or time.monotonic()) - self.began


class Runs:
    """The run that goes on, or the last one. Safe for the threads of a web server."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._commands = Children()
        self._last: Run | None = None
        self._child: Child | None = None

    @property
    def last(self) -> Run | None:
        """The run that goes on, or else the one before; None when there was none."""
        return self._last

    @property
    def closed(self) -> bool:
        """Whether the web server is about to end."""
        return self._commands.closed

    def start(self, asked: Asked) -> Run:
        """Start a command of the lab.

        Raises:
            Busy: a run goes on already.
            LabError: no process can be started, or the web server is about to end.
        """
        plain: list[str] = []
        with self._changed:
            if self._last and not self._last.over:
                raise Busy(self._last)
            self._child = self._commands.start(asked.words)
            self._last = run = Run(self._last.number + 1 if self._last else 1, asked)
            self._changed.notify_all()
        self._child.follow(partial(self._take, plain), partial(self._end, plain))
        return run

    def stop(self, number: int | None = None) -> None:
        """Tell the run that goes on to end; one that cleans up for too long is killed.

        With ``number`` only that run is meant: a late click ends no other one.
        """
        with self._changed:
            run, child = self._last, self._child
            if not run or not child or run.state != "running" or number not in (None, run.number):
                return
            self._change(state="stopping")
        child.stop()

    def wait(self, seen: Run | None, seconds: float) -> Run | None:
        """Return the run as soon as it is another than ``seen``, or ``seen`` when so many seconds have passed."""
        with self._changed:
            self._changed.wait_for(lambda: self._last is not seen or self.closed, seconds)
            return self._last

    def dismiss(self) -> None:
        """Let go of everybody who waits, for good: the web server is about to end. A signal handler may call it."""
        with self._changed:
            self._commands.closed = True
            self._changed.notify_all()

    def close(self) -> None:
        """End the run that goes on and wait until it has cleaned up: the web server is about to end."""
        self.dismiss()
        self.stop()
        self._commands.close()

    def _take(self, plain: list[str], line: str) -> None:
        """Take an event; another line is for the web server's terminal, and the last one is kept."""
        if event := Event.parse(line):
            self._show(event)
        elif line.strip():
            plain[:] = [line]
            with suppress(OSError):  # a terminal that is gone stops no run
                sys.stderr.write(line)

    def _show(self, event: Event) -> None:
        with self._changed:
            run = self._last
            if run is None or run.over:
                return
            if event.state == "kept":
                self._change(kept=True)
                return
            found = {**run.found, event.engine: event.text} if event.state == "ready" else run.found
            self._change(lanes={**run.lanes, event.engine: event}, found=found)

    def _end(self, plain: list[str], status: int) -> None:
        with self._changed:
            assert self._last is not None  # noqa: S101 - the run that has ended
            state, failure = _outcome(self._last, status, plain)
            self._change(state=state, failure=failure, ended=time.monotonic())

    def _change(self, **news: object) -> None:
        """Replace the run by a later one; the condition is held."""
        assert self._last is not None  # noqa: S101 - there is a run to change
        self._last = replace(self._last, **news)  # type: ignore[arg-type]
        self._changed.notify_all()


def _outcome(run: Run, status: int, plain: list[str]) -> tuple[State, str]:
    """Tell what a run came to, and the one line of one that failed."""
    if run.kept and status in (0, 1):
        return "finished", ""
    if run.state == "stopping":
        return "stopped", ""
    return "failed", without_paths(plain[0]) if plain else f"it ended with status {status} and said nothing"
