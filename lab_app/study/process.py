"""The process between a page and the app under study: it gets an engine, then answers one line by another."""

from __future__ import annotations

import logging
import os
import select
import threading
from typing import TextIO

from lab_app.cleanup import guard
from lab_app.engines import BY_NAME
from lab_app.errors import LabError
from lab_app.evidence.errors import one_line
from lab_app.servers import Server, Servers
from lab_app.study.app import StudentApp
from lab_app.study.database import scratch_database
from lab_app.study.protocol import (
    Add,
    Answered,
    Closed,
    Downgrade,
    Failed,
    Look,
    NotStarted,
    Ready,
    Reply,
    Reset,
    Starting,
    Upgrade,
    decode,
    encode,
)

_PAUSE = 0.05


def attend(engine: str, idle: float) -> None:
    """Run the app on an engine and answer standard input until it closes, or until nobody asks for ``idle`` seconds.

    Everything that was made is gone when it returns or raises.

    Raises:
        LabError: there is no such engine.
    """
    if engine not in BY_NAME:
        raise LabError(f"There is no engine {engine!r}. Type one of {', '.join(BY_NAME)}.")
    logging.disable(logging.CRITICAL)
    with _Output() as output, guard():
        try:
            _Session(engine, idle, output).run()
        except EOFError:
            return
        except LabError as error:
            output.say(NotStarted(str(error), fix=""))


class _Output:
    """Standard output, taken away from everything else in this process: what Alembic prints goes to standard error."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> _Output:
        self._out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()

    def say(self, reply: Reply) -> None:
        """Write one line; progress comes from another thread."""
        with self._lock:
            print(encode(reply), file=self._out, flush=True)


class _Input:
    """Standard input, read without a thread: one that waits there would hold the end of the process up."""

    def __init__(self) -> None:
        self._heard = b""

    def line(self, seconds: float) -> bytes | None:
        """Read the next whole line, or None when nothing more comes for so many seconds.

        Raises:
            EOFError: at the end.
        """
        while b"\n" not in self._heard:
            if not self.listen(seconds):
                return None
        line, _, self._heard = self._heard.partition(b"\n")
        return line

    def listen(self, seconds: float) -> bool:
        """Tell whether anything more comes within so many seconds; it is kept.

        Raises:
            EOFError: at the end.
        """
        if not select.select([0], [], [], seconds)[0]:
            return False
        piece = os.read(0, 65536)
        if not piece:
            raise EOFError
        self._heard += piece
        return True


class _Session:
    def __init__(self, engine: str, idle: float, output: _Output) -> None:
        self._engine = BY_NAME[engine]
        self._idle = idle
        self._say = output.say
        self._input = _Input()

    def run(self) -> None:
        with Servers([self._engine], lambda _engine, words: self._say(Starting(words))) as servers:
            while (found := servers.poll(self._engine.name)) is None:
                self._input.listen(_PAUSE)  # a page that has gone ends the wait
            if not isinstance(found, Server):
                self._say(NotStarted(found.reason, found.fix))
                return
            with scratch_database(found) as database:
                app = StudentApp(database.url, database.renew)
                app.begin()
                self._say(Ready(self._engine.title, found.version, found.source))
                self._answer(app)

    def _answer(self, app: StudentApp) -> None:
        while (line := self._input.line(self._idle)) is not None:
            try:
                _do(app, line)
                self._say(Answered(app.look()))
            except (BrokenPipeError, EOFError):
                raise
            except Exception as error:  # a server that went away is told; the page may close this, or ask again
                self._say(Failed(one_line(error)))
        self._say(Closed(f"Nobody asked it anything for {self._idle / 60:g} minutes."))


def _do(app: StudentApp, line: bytes) -> None:
    """Do what a line wishes.

    Raises:
        ValueError: it is no wish.
    """
    match decode(line):
        case Look():
            pass
        case Reset():
            app.reset()
        case Upgrade():
            app.upgrade()
        case Downgrade():
            app.downgrade()
        case Add(name, course, age):
            app.add(name=name, course=course, age=age)
        case reply:
            raise ValueError(f"no wish: {reply}")
