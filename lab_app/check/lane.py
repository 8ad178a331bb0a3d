"""One engine's side of a check: its scratch databases, the probe that acts in them, and what is read of them."""

from __future__ import annotations

import contextlib
import re
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from lab_app.check.answers import Answer, Failure
from lab_app.check.databases import Database, database
from lab_app.check.ignored import without
from lab_app.check.limits import LOAD_SECONDS, step_seconds
from lab_app.check.observe import MAIN, VersionTable, observe, slot_of
from lab_app.check.probe_process import ProbeProcess, started_by
from lab_app.check.project.understood import Understood
from lab_app.check.touched import is_plain, is_recorded, touched, with_children
from lab_app.evidence.state import State
from lab_app.servers import Server

T = TypeVar("T")
#: Moments that are remembered: before a revision, after it, and after its downgrade, what is read is the same twice.
_STATES = 4

#: Variables whose values are addresses of databases, where an application reads them.
ADDRESS = re.compile(r"(DATABASE|DB|SQL|POSTGRES|PG|MARIA)\w*(UR[IL]|DSN)$|^DSN$|^DATABASE$")


class Lane:
    """One target: a probe that is kept alive over all steps, and replaced when it hangs or dies.

    ``name`` is the target's in the document. ``blocked`` is the revision at which the walk had to stop here, if any.
    ``rolls_back``: a step that fails leaves nothing, as the project's env.py configures Alembic.
    """

    def __init__(self, name: str, server: Server, project: Understood, folder: Path) -> None:
        self.name = name
        self.server = server
        self.engine = server.engine
        self.blocked: str | None = None
        self.rolls_back = False
        self.version_table = VersionTable()
        self._project = project
        self._folder = folder
        self._databases: dict[str, Database] = {MAIN: database(server, folder)}
        self._probe: ProbeProcess | None = None
        self._step_seconds = project.seconds or step_seconds()
        self._put: tuple[str, ...] = ()
        self._given_up = False
        self._kept: State | None = None
        self._states: deque[State] = deque(maxlen=_STATES)
        #: What may be another one than it was when it was seen; None for anything.
        self._touched: set[str] | None = None
        #: The files of the revisions, by their ids.
        self.files: dict[str, str] = {}

    def start(self) -> Answer:
        """Start the probe and return what came of loading the project.

        An application that had decided for another engine before it was given the scratch database's address is loaded
        once more, with the address in those variables in which it looked for one: what it decides, it decides by them.
        """
        loaded = self._loaded()
        read = [name for name in loaded.said.get("variables", ()) if ADDRESS.search(name)]
        put = [name for name in read if name not in self._project.variables]
        if not loaded.said.get("decided_before") or not put or self._put:
            return loaded
        self._put = tuple(put)
        assert self._probe is not None  # noqa: S101 - for the type checker: it was just started
        self._probe.close()
        for each in self._databases.values():
            each.anew()
        again = self._loaded()
        if again.failure:  # what the variable wants is not an address after all
            self._put = ()
            self._probe.close()
            return self._loaded()
        return again

    def give_up(self) -> None:
        """End the step that is being done, and do no other one: the walk is over."""
        self._given_up = True
        if self._probe:
            self._probe.close()

    def _loaded(self) -> Answer:
        if self._given_up:
            return Answer(Failure("Stopped", None, "the walk was stopped", "", None, "crashed"))
        url = self._databases[MAIN].url
        self._probe = ProbeProcess(
            started_by(self._project.interpreter),
            self._project.told(url, self._folder / "bytecode", self._put),
            self._slot,
            f"the probe of {self.engine.title}",
            self._project.environment(url),
            self._folder / f"temporary-{self.name}",
        )
        answer = self._probe.loaded(self._project.seconds or LOAD_SECONDS)
        answer.said["put"] = list(self._put)
        return answer

    def do(self, what: str, **more: Any) -> Answer:
        """Have the probe do a step; one that hung or died is replaced by a new one for the next step."""
        if self._probe is None or not self._probe.alive:
            loaded = self._restarted()
            if loaded.failure:
                return loaded
        assert self._probe is not None  # noqa: S101 - for the type checker: it was just started
        answer = self._probe.do(what, self._step_seconds, **more)
        file = self.files.get(more.get("revision", ""))
        one = what in ("up", "down") and file is not None and is_recorded(file)
        self._touch(touched(answer, self._seen) if one and self._seen else None)
        return answer

    def read(self) -> State:
        """Read what is in the lane's databases now: what may have been touched since it was read last."""
        touched = self._touched
        state = self.again(lambda: observe(self._observers(), self.version_table, self._states, touched))
        self._states.appendleft(state)
        self._touched = set()
        return without(state, self._project.ignored)

    @property
    def _seen(self) -> State | None:
        """What was read last."""
        return self._states[0] if self._states else None

    def observer(self, slot: str = MAIN) -> sa.Connection:
        """Return the observer's connection to one of the databases, in autocommit."""
        self._touch(None)
        return self._databases[slot].observer()

    def writer(self, table: str) -> sa.Connection:
        """Return a new connection, with a transaction of its own, to write to the database that a table is in."""
        seen = self._seen
        known = seen is not None and table in seen.schema and is_plain(seen.schema)
        self._touch(with_children({table}, seen.schema) if seen and known else None)
        return self._databases[self.slot_of(table)].writer()

    def writer_to(self, slot: str) -> sa.Connection:
        """Return a new connection, with a transaction of its own, to write to one of the databases."""
        self._touch(None)
        return self._databases[slot].writer()

    def slot_of(self, table: str) -> str:
        """Return the slot of the database that a table is in, by its name in what was read."""
        return slot_of(table, self._databases)

    def in_its_database(self, table: str) -> str:
        """Return what a table is called in the database that it is in: that of a bind without the bind's name."""
        slot = self.slot_of(table)
        return table if slot == MAIN else table.removeprefix(f"{slot}.")

    @property
    def title(self) -> str:
        """The engine's title, for a person."""
        return self.engine.title

    def again(self, read: Callable[[], T]) -> T:
        """Read, and once more when the connection was ended by what a migration did."""
        try:
            return read()
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return read()

    def anew(self) -> None:
        """Make all the databases anew, under the same names."""
        self._touch(None)
        for each in self._databases.values():
            each.anew()

    def keep(self, state: State) -> None:
        """Remember the databases as they are; ``state`` is what was read of them."""
        for slot, each in self._databases.items():
            each.keep(self._same(slot, state))
        self._kept = state

    def restore(self) -> None:
        """Bring back what was remembered."""
        now = self._read_if_possible()
        for slot, each in self._databases.items():
            each.restore(self._same(slot, now))
        self._touch(None)

    @property
    def left_out(self) -> list[str]:
        """What could not be remembered of the databases, by kind and name."""
        return sorted({name for each in self._databases.values() for name in each.left_out})

    @property
    def slots(self) -> list[str]:
        """The slots of the lane's databases, the main one first."""
        return list(self._databases)

    @property
    def printed(self) -> list[str]:
        """The last lines that the project printed."""
        return self._probe.printed if self._probe else []

    def close(self) -> None:
        """End the probe and remove the databases; what cannot be removed now is left to its lease."""
        if self._probe:
            self._probe.close()
        for each in self._databases.values():
            with contextlib.suppress(sa.exc.DBAPIError):
                each.close()

    def _touch(self, tables: Collection[str] | None) -> None:
        """Note which tables may be other ones now than they were when they were read; None for any."""
        self._touched = None if tables is None or self._touched is None else self._touched | {*tables}

    def _same(self, slot: str, state: State | None) -> set[str]:
        """Return the tables of one database that are as they were when it was remembered."""
        kept = self._kept
        if kept is None or state is None:
            return set()
        same = {
            name
            for name, table in state.schema.items()
            if name in state.rows and kept.schema.get(name) == table and kept.rows.get(name) == state.rows[name]
        }
        return {name.removeprefix(f"{slot}.") for name in same if self.slot_of(name) == slot}

    def _read_if_possible(self) -> State | None:
        """Read where that saves copying; nothing where a migration has taken the database itself away."""
        if self.engine.copy_database or not self.engine.needs_server:
            return None
        try:
            return self.read()
        except sa.exc.DBAPIError:
            return None

    def _restarted(self) -> Answer:
        if self._probe:
            self._probe.close()
        return self.start()

    def _slot(self, slot: str, _original: str) -> str:
        """Make a scratch database for a bind, or whatever else the project connects to, and return its address."""
        if slot not in self._databases:
            self._databases[slot] = database(self.server, self._folder)
        return self._project.address(self._databases[slot].url)

    def _observers(self) -> dict[str, sa.Connection]:
        return {slot: each.observer() for slot, each in self._databases.items()}
