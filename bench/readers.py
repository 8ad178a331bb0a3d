"""People who read the pages: each opens one, reads it for a while, and opens the next."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from itertools import count
from threading import Event, Lock, Thread
from types import TracebackType

_LIMIT = 30.0


class Readers:
    """So many readers at once, a thread each, from the beginning of the block to its end.

    Every other one keeps its connection, as a browser does; the others make a new one for each page. ``seconds`` has
    the time of each page, ``errors`` a line for each that did not come, or not with status 200.
    """

    def __init__(self, port: int, pages: Sequence[str], readers: int, pause: float) -> None:
        self.seconds: list[float] = []
        self.errors: list[str] = []
        self._port = port
        self._pages = pages
        self._pause = pause
        self._lock = Lock()
        self._enough = Event()
        self._threads = [Thread(target=self._read, args=(number,), daemon=True) for number in range(readers)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join(_LIMIT)

    def _read(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_LIMIT)
        keeps = number % 2 == 0
        for place in count(number):
            self._open(connection, self._pages[place % len(self._pages)])
            if not keeps:
                connection.close()
            if self._enough.wait(self._pause):
                break
        connection.close()

    def _open(self, connection: http.client.HTTPConnection, page: str) -> None:
        begin = time.perf_counter()
        try:
            connection.request("GET", page)
            answer = connection.getresponse()
            answer.read()
            error = "" if answer.status == 200 else f"{page}: {answer.status}"
        except (OSError, http.client.HTTPException) as failure:
            connection.close()
            error = f"{page}: {type(failure).__name__}"
        with self._lock:
            self.seconds.append(time.perf_counter() - begin)
            self.errors += [error] if error else []
