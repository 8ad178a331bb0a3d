"""The servers of one command: looked for at the same time, and ended together."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from itertools import takewhile
from types import TracebackType
from typing import Self

from lab_app.engines import Engine
from lab_app.servers.find import asked_sources, find
from lab_app.servers.search import Search
from lab_app.servers.server import Server, Unavailable
from lab_app.servers.wanted import Wanted

#: Seconds that the end of a command waits for its servers to stop; what is still there then is the janitor's.
STOP_LIMIT = 15.0


class Servers:
    """A server for each engine or ``Wanted``, as far as there is one; a context, at whose end all of them are stopped.

    Each search has a name, which is the engine's where no version is asked for. ``on_progress`` is called with that
    name and a few words, from another thread.

        with Servers(ENGINES) as servers:
            found = servers.wait("mysql")

    Two searches may come out as one: ``postgresql`` and ``postgresql 18`` where 18 is what there is. Then the later
    has the server of the earlier, and ``same_as`` says so.

    Raises:
        LabError: ``LAB_SERVERS`` names a source that does not exist.
    """

    def __init__(self, wanted: Iterable[Engine | Wanted], on_progress: Callable[[str, str], None] | None = None):
        asked = [each if isinstance(each, Wanted) else Wanted(each) for each in wanted]
        self._sources = asked_sources()
        self._ended = threading.Event()
        self._found: dict[Wanted, Future[Server | Unavailable]] = {each: Future() for each in asked}
        self._by_name = {each.name: each for each in self._found}
        self._same: dict[Wanted, Wanted] = {}
        say = on_progress or (lambda _name, _words: None)
        self._threads = [threading.Thread(target=self._hold, args=(each, say), daemon=True) for each in self._found]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def wait(self, name: str) -> Server | Unavailable:
        """Return what a search has found, as soon as it is over.

        Raises:
            KeyError: there is no such search.
        """
        return self._found[self._by_name[name]].result()

    def poll(self, name: str) -> Server | Unavailable | None:
        """Return the same without waiting: None while the search goes on."""
        found = self._found[self._by_name[name]]
        return found.result() if found.done() else None

    def same_as(self, name: str) -> str | None:
        """Return the name of the search whose server this one has come out as; only once it is over."""
        earlier = self._same.get(self._by_name[name])
        return earlier.name if earlier else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(STOP_LIMIT)

    def _hold(self, wanted: Wanted, on_progress: Callable[[str, str], None]) -> None:
        """Run one search's thread: find the server, keep it until the command is over, and stop it."""
        search = Search(wanted, say=lambda words: on_progress(wanted.name, words), ended=self._ended)
        with search.undo:
            try:
                found = find(search, self._sources)
                earlier = self._earlier(wanted, found)
            except BaseException as error:  # it belongs to whoever waits
                self._found[wanted].set_exception(error)
                return
            if earlier:
                self._same[wanted] = earlier
                self._found[wanted].set_result(self._found[earlier].result())
            else:
                self._found[wanted].set_result(found)
                self._ended.wait()

    def _earlier(self, wanted: Wanted, found: Server | Unavailable) -> Wanted | None:
        """Return the search before this one that has the same server, or another one of the same version.

        Each waits only for those before it, so that which of them stays does not depend on which is faster.
        """
        if not isinstance(found, Server):
            return None
        for earlier in takewhile(lambda each: each != wanted, self._found):
            if earlier.engine is wanted.engine:
                other = self._found[earlier].result()
                if isinstance(other, Server) and earlier not in self._same and _are_one(other, found):
                    return earlier
        return None


def _are_one(one: Server, other: Server) -> bool:
    """Tell whether two servers are one column. Of those that are somebody's, each address is one of its own."""
    if one.source == other.source == "given":
        return replace(one, ms=0.0) == replace(other, ms=0.0)
    return one.version == other.version
