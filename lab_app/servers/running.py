"""The servers of one command: looked for at the same time, and ended together."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from lab_app.engines import Engine
from lab_app.servers.find import asked_sources, find
from lab_app.servers.search import Search
from lab_app.servers.server import Server, Unavailable

#: Seconds that the end of a command waits for its servers to stop; what is still there then is the janitor's.
STOP_LIMIT = 15.0


class Servers:
    """A server for each engine, as far as there is one; a context, at whose end everything started is stopped.

    ``on_progress`` is called with an engine and a few words, from another thread.

        with Servers(ENGINES) as servers:
            found = servers.wait("mysql")

    Raises:
        LabError: ``LAB_SERVERS`` names a source that does not exist.
    """

    def __init__(self, engines: Iterable[Engine], on_progress: Callable[[Engine, str], None] | None = None):
        engines = tuple(engines)
        self._sources = asked_sources()
        self._ended = threading.Event()
        self._found: dict[str, Future[Server | Unavailable]] = {engine.name: Future() for engine in engines}
        say = on_progress or (lambda _engine, _words: None)
        self._threads = [threading.Thread(target=self._hold, args=(engine, say), daemon=True) for engine in engines]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def wait(self, name: str) -> Server | Unavailable:
        """Return the named engine's server, as soon as its search is over.

        Raises:
            KeyError: the engine was not asked for.
        """
        return self._found[name].result()

    def poll(self, name: str) -> Server | Unavailable | None:
        """Return the same without waiting: None while the search goes on."""
        found = self._found[name]
        return found.result() if found.done() else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(STOP_LIMIT)

    def _hold(self, engine: Engine, on_progress: Callable[[Engine, str], None]) -> None:
        """Run one engine's thread: find the server, keep it until the command is over, and stop it."""
        search = Search(engine, say=lambda words: on_progress(engine, words), ended=self._ended)
        with search.undo:
            try:
                found = find(search, self._sources)
            except BaseException as error:  # it belongs to whoever waits
                self._found[engine.name].set_exception(error)
            else:
                self._found[engine.name].set_result(found)
                self._ended.wait()
