"""A learner's folder is judged again on every save, in a thread of its own, until nobody wants to know any more."""

from __future__ import annotations

import threading
from collections.abc import Callable

import sqlalchemy as sa

from lab_app.document.judgement import Judgement
from lab_app.errors import LabError
from lab_app.learn.assemble import Place
from lab_app.learn.files import look
from lab_app.learn.judging import Judges
from lab_app.text import one_line

#: Seconds between two looks at the times of the files.
TICK = 0.33
#: Seconds that a folder must rest: an editor saves in several steps, and flask db writes file and database.
_REST = 0.05

#: Hears that judging begins (None), a judgement, or why there can be none.
Hear = Callable[[Judgement | LabError | None], None]


class Saves:
    """Judges a place whenever a file in it changes; ``hear`` is told each judgement, and what is known on the way.

    A context: at its end the thread is over. It may be sent to another place.
    """

    def __init__(self, place: Place, judges: Judges, hear: Hear) -> None:
        self._place = place
        self._judges = judges
        self._hear = hear
        self._moved = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Saves:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._moved.set()
        self._thread.join()

    def go_to(self, place: Place) -> None:
        """Judge another place from now on."""
        self._place = place
        self.again()

    def again(self) -> None:
        """Judge once more, though nothing has been saved."""
        self._moved.set()

    def _run(self) -> None:
        while not self._over.is_set():
            self._moved.clear()
            place, seen, stale = self._place, look(self._place.folder), threading.Event()
            watcher = threading.Thread(target=self._watch, args=(place, seen, stale), daemon=True)
            watcher.start()
            self._judge(place, stale)
            watcher.join()

    def _judge(self, place: Place, stale: threading.Event) -> None:
        def tell(found: Judgement | LabError | None) -> None:
            if not stale.is_set():
                self._hear(found)

        tell(None)
        try:
            self._judges.judge(place, tell, stop=stale)
        except LabError as error:
            tell(error)
        except (OSError, sa.exc.SQLAlchemyError) as error:
            tell(LabError(f"It could not be judged: {one_line(str(error))}. Save once more."))

    def _watch(self, place: Place, seen: object, stale: threading.Event) -> None:
        """Wait until a file is saved, or this judgement is not wanted any more; then end what is being judged."""
        while not (self._moved.wait(TICK) or self._over.is_set()):  # the end may come just before it is cleared
            if look(place.folder) != seen:
                break
        stale.set()
        self._judges.stop()
        before = None
        while not self._over.is_set() and before != (before := look(place.folder)):
            self._over.wait(_REST)
