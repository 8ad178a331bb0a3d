"""The page's side of the app under study: one process an engine, each asked one thing at a time."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass

from lab_app.errors import LabError
from lab_app.study.protocol import (
    Answer,
    Answered,
    Closed,
    Failed,
    NotStarted,
    Ready,
    Reply,
    Starting,
    Wish,
    decode,
    encode,
)
from lab_app.web.processes.child import Children
from lab_app.web.processes.command import without_paths

#: Seconds that one request may take; a statement of the app is ended before.
ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Ended:
    """Why the app cannot be asked any more, and what to type; ``fix`` may be empty."""

    reason: str
    fix: str


class StudentProcess:
    """One process that runs the app under study on an engine; it ends when its input closes, kill -9 of us included.

    While it starts, ``words`` says what it does. ``ready`` is set when it can be asked, ``ended`` when it has ended or
    is about to.

    Raises:
        LabError: no process can be started, or the web server is about to end.
    """

    def __init__(self, engine: str, children: Children) -> None:
        self.words = "starting"
        self.ready: Ready | None = None
        self.ended: Ended | None = None
        self._turn = threading.Lock()
        self._replies: queue.SimpleQueue[Answered | Failed] = queue.SimpleQueue()
        self._process = children.start(("students", engine), talks=True)
        self._process.follow(self._hear, self._over)

    def ask(self, wish: Wish) -> Answer:
        """Return its answer to one wish.

        Raises:
            LabError: it has ended, or ends now because it failed or did not answer in time.
        """
        if not self._turn.acquire(timeout=ANSWER_SECONDS):
            raise LabError("The app is busy with another request. Load the page again.")
        try:
            if self._process.say(encode(wish)):
                match self._replies.get(timeout=ANSWER_SECONDS):
                    case Answered(answer):
                        return answer
                    case Failed(reason):
                        self._end(reason)
            raise LabError(self.ended.reason if self.ended else "It ended.")
        except queue.Empty:
            reason = f"It gave no answer within {ANSWER_SECONDS:g} s."
            self._end(reason)
            raise LabError(reason) from None
        finally:
            self._turn.release()

    def leave(self) -> None:
        """Have it end, without waiting for that."""
        self._end("It was closed.")

    def _end(self, reason: str, fix: str = "") -> None:
        """Have it end. What is said first of its end is why."""
        self.ended = self.ended or Ended(without_paths(reason), fix)
        self._process.stop()

    def _hear(self, line: str) -> None:
        try:
            self._take(decode(line))
        except ValueError as error:
            self._end(f"It said what it should not: {error}")

    def _take(self, reply: Reply | Wish) -> None:
        match reply:
            case Starting(words):
                self.words = words
            case Ready():
                self.ready = reply
            case NotStarted(reason, fix):
                self._end(reason, fix)
            case Closed(reason):
                self._end(reason)
            case Answered() | Failed():
                self._replies.put(reply)
            case wish:
                raise ValueError(f"no reply: {wish}")

    def _over(self, status: int) -> None:
        self._end(f"Its process ended unasked, with status {status}.")
        self._replies.put(Failed("It ended."))  # to one who waits for an answer


class StudentProcesses:
    """The processes of one web server, by their engines; all of them end with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children = Children()
        self._open: dict[str, StudentProcess] = {}

    def child(self, engine: str) -> StudentProcess | None:
        """Return the engine's child, as long as nobody has closed it; it may have ended by itself."""
        return self._open.get(engine)

    def open(self, engine: str) -> None:
        """Start a child for the engine, unless one lives.

        Raises:
            LabError: no process can be started, or the web server is about to end.
        """
        with self._lock:
            there = self._open.get(engine)
            if not there or there.ended:
                self._open[engine] = StudentProcess(engine, self._children)

    def close(self, engine: str) -> None:
        """Let the engine's child go, without waiting for its end."""
        with self._lock:
            if there := self._open.pop(engine, None):
                there.leave()

    def close_all(self) -> None:
        """End every child, and wait for it: when this returns none is there, and none is started again."""
        self._children.close()
