"""The page's side of the app under study: one process an engine, each asked one thing at a time."""

from __future__ import annotations

import atexit
import queue
import subprocess
import threading
import time
from contextlib import suppress
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
from lab_app.web.processes.command import command, without_paths

#: Seconds that one request may take; a statement of the app is ended before.
ANSWER_SECONDS = 60.0
#: Seconds that a process has to drop its database and stop its server; then it is killed, and its janitor does it.
STOP_SECONDS = 20.0


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
        LabError: no process can be started.
    """

    def __init__(self, engine: str) -> None:
        self.words = "starting"
        self.ready: Ready | None = None
        self.ended: Ended | None = None
        self._turn = threading.Lock()
        self._replies: queue.SimpleQueue[Answered | Failed] = queue.SimpleQueue()
        self._process = command(("students", engine), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin and self._process.stdout  # noqa: S101, PT018 - for the type checker
        self._input, self._output = self._process.stdin, self._process.stdout
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def lives(self) -> bool:
        """Whether its process still runs."""
        return self._process.poll() is None

    def ask(self, wish: Wish) -> Answer:
        """Return its answer to one wish.

        Raises:
            LabError: it has ended, or ends now because it failed or did not answer in time.
        """
        if not self._turn.acquire(timeout=ANSWER_SECONDS):
            raise LabError("The app is busy with another request. Load the page again.")
        try:
            if self._send(wish):
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

    def wait(self, seconds: float) -> None:
        """Wait for its end, at most so long, and kill it then."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))
        self._process.kill()

    def _end(self, reason: str, fix: str = "") -> None:
        """Have it end: its input is closed, and what has not ended a while later is killed."""
        if self.ended is None:
            self.ended = Ended(without_paths(reason), fix)
            late = threading.Timer(STOP_SECONDS, self._process.kill)
            late.daemon = True
            with suppress(RuntimeError):  # no thread starts when Python itself ends: close_all() waits and kills
                late.start()
        with suppress(OSError):
            self._input.close()

    def _send(self, wish: Wish) -> bool:
        try:
            self._input.write(f"{encode(wish)}\n")
            self._input.flush()
        except (OSError, ValueError):  # ValueError: it was closed meanwhile
            return False
        return True

    def _listen(self) -> None:
        for line in self._output:
            try:
                self._take(decode(line))
            except ValueError as error:
                self._end(f"It said what it should not: {error}")
        status = self._process.wait()
        self._end(f"Its process ended unasked, with status {status}.")
        self._replies.put(Failed("It ended."))

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


class StudentProcesses:
    """The children of one web server, by their engines; all of them end with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: dict[str, StudentProcess] = {}
        self._leaving: list[StudentProcess] = []
        self._over = False

    def child(self, engine: str) -> StudentProcess | None:
        """Return the engine's child, as long as nobody has closed it; it may have ended by itself."""
        return self._children.get(engine)

    def open(self, engine: str) -> None:
        """Start a child for the engine, unless one lives.

        Raises:
            LabError: no process can be started, or the web server is about to end.
        """
        with self._lock:
            if self._over:
                raise LabError("The web server is about to end. Type flask lab web")
            if not self._children and not self._leaving:
                atexit.register(self.close_all)
            self._dismiss(engine, ended=True)
            if engine not in self._children:
                self._children[engine] = StudentProcess(engine)

    def close(self, engine: str) -> None:
        """Let the engine's child go, without waiting for its end."""
        with self._lock:
            self._dismiss(engine)

    def close_all(self) -> None:
        """End every child, and wait for it: when this returns none is there, and none is started again."""
        with self._lock:
            self._over = True
            for engine in list(self._children):
                self._dismiss(engine)
            deadline = time.monotonic() + STOP_SECONDS
            for child in self._leaving:
                child.wait(deadline - time.monotonic())
            self._leaving.clear()
            atexit.unregister(self.close_all)

    def _dismiss(self, engine: str, *, ended: bool = False) -> None:
        child = self._children.get(engine)
        if child and (child.ended or not ended):
            child.leave()
            self._leaving = [each for each in self._leaving if each.lives] + [child]
            del self._children[engine]
