"""One judge for each engine, kept warm from one judgement to the next: SQLite first, then the servers together."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from lab_app.document.judgement import Judgement
from lab_app.engines import SQLITE
from lab_app.errors import LabError
from lab_app.exercise.declared import Exercise
from lab_app.learn.assemble import Place, assemble
from lab_app.learn.engine_judge import SECONDS, EngineJudge
from lab_app.learn.files import read_files
from lab_app.learn.forking import Forks
from lab_app.learn.lines import Asked
from lab_app.learn.seen import Files, Seen
from lab_app.servers import Server, Servers, Unavailable, Wanted
from lab_app.text import one_line

_BUILT_IN = Server(SQLITE, version=sqlite3.sqlite_version, source="built in", ms=0.0)


class Judges:
    """The judges of one session: SQLite, which is there at once, and the servers as they are found.

    ``wanted`` are the engines that are asked for; SQLite judges in any case. ``limits`` are those of each probe, as
    ``forking`` has them, ``seconds`` what loading and each step may take. A context: at its end
    everything that was made is gone.
    """

    def __init__(
        self,
        wanted: Sequence[Wanted],
        folder: Path,
        say: Callable[[str, str], None] | None = None,
        *,
        limits: Mapping[str, int] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._stack = contextlib.ExitStack()
        self._folder = folder
        self._wanted = [each for each in wanted if each.engine.needs_server]
        self._servers = Servers(self._wanted, say)
        self._forks = Forks(limits)
        self._seconds = seconds
        self._judges: dict[str, EngineJudge] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._stack.callback(self._forks.close)
        self._stack.enter_context(self._servers)
        self._stack.callback(self._close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def sqlite(self) -> EngineJudge:
        """Return SQLite's judge."""
        return self._judge(_BUILT_IN)

    def judge(
        self, place: Place, tell: Callable[[Judgement], None], *, stop: threading.Event | None = None
    ) -> Judgement:
        """Judge a learner's folder; ``tell`` hears what is known each time that something new is.

        ``stop`` ends it early: what is known then is returned, and is not over.
        """
        files, seen = self.first(place, stop)
        asked = [Asked(SQLITE.name, SQLITE.title, sqlite3.sqlite_version, seen)]
        asked += [Asked(each.name, each.title, None, None) for each in self._wanted]
        found = assemble(place, files, seen, asked)
        tell(found)
        if found["state"] != "asking" or not self._wanted:
            return found
        with ThreadPoolExecutor(len(self._wanted)) as pool:
            answers = {
                pool.submit(self.ask, wanted, place.exercise, place.folder, stop): number
                for number, wanted in enumerate(self._wanted, 1)
            }
            for answer in as_completed(answers):
                asked[answers[answer]] = answer.result()
                found = assemble(place, files, seen, asked)
                tell(found)
                if stop and stop.is_set():
                    break
        return found

    def first(self, place: Place, stop: threading.Event | None = None) -> tuple[Files, Seen]:
        """Have SQLite judge a learner's folder."""
        seen = self.sqlite().judge(place.exercise, place.folder, models=True, stop=stop)
        return read_files(place.exercise, place.folder, self._folder), seen

    def ask(self, wanted: Wanted, exercise: Exercise, folder: Path, stop: threading.Event | None = None) -> Asked:
        """Have one server judge a learner's folder, as soon as it is there."""
        server = self._servers.wait(wanted.name)
        if isinstance(server, Unavailable):
            return Asked(wanted.name, wanted.title, None, server)
        seen: Seen | Unavailable
        try:
            seen = self._judge(server, wanted.name).judge(exercise, folder, stop=stop)
        except (LabError, sa.exc.DBAPIError) as error:
            why = str(getattr(error, "orig", None) or error)
            seen = Unavailable(server.engine, one_line(why), "flask lab servers")
        return Asked(wanted.name, wanted.title, server.version, seen)

    def stop(self) -> None:
        """End what the judges are doing for a judgement that is not wanted any more."""
        for judge in list(self._judges.values()):
            judge.stop()

    def _judge(self, server: Server, name: str = SQLITE.name) -> EngineJudge:
        with self._lock:
            if name not in self._judges:
                self._judges[name] = EngineJudge(server, self._forks.start, self._folder, seconds=self._seconds)
            return self._judges[name]

    def _close(self) -> None:
        for judge in self._judges.values():
            judge.close()
