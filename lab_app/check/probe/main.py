"""The probe's life: it is told about the project, loads it behind the guard, and does one step after the other."""

import contextlib
import gc
import os
import re
import sys
import time

from . import locks
from .channel import Channel, end
from .engines import Engines
from .failure import failure
from .guard import Guard
from .logging_once import LoggingOnce
from .open_connections import OpenConnections
from .places import Places
from .process import limit_memory, tell_where_it_ends
from .project import Project, versions
from .recorder import Recorder
from .scratches import Notes, Scratches
from .settings import Settings
from .steps import Steps
from .surroundings import kept

#: Variables that may hold an address of a database.
_ADDRESSES = re.compile(r"DATABASE|SQLALCHEMY|(^|_)DB(_|$)|_UR[IL]$|DSN")
#: Steps in which code of revisions runs.
_RUN_REVISIONS = ("up", "down", "upgrade", "downgrade")


def main():
    """Serve the walk until it closes its end."""
    channel = Channel()
    tell_where_it_ends()
    limit_memory()
    told = channel.receive()
    if told is None:
        return
    os.chdir(told["folder"])
    sys.path[0] = told["folder"]
    os.environ.update(told["environment"])
    # What an application starts, and what it does not, may depend on what was typed.
    sys.argv = ["alembic", "upgrade", "head"] if told["ini"] else ["flask", "db", "upgrade"]
    probe = Probe(channel, told)
    channel.send(probe.load())
    while True:
        message = channel.receive()
        if message is None:
            end()
        channel.send(probe.perform(message))


class Probe:
    """Everything that is installed around a project, and the project."""

    def __init__(self, channel, told):
        self._told = told
        self._read = []
        self._places = Places()
        self._notes = Notes(self._places)
        self._scratches = Scratches(channel, told["url"])
        self._engines = Engines(self._scratches, self._places, self._notes)
        self._settings = Settings(self._scratches, self._engines, self._notes, told["settings"])
        self._recorder = Recorder(self._places, self._notes)
        self._open = OpenConnections()
        self._project = Project(told)
        self._steps = Steps(self._project, self._scratches)

    def load(self):
        """Install the guard, then load the project: no way leads to an application without the guard."""
        begun = time.perf_counter()
        answer = {"error": None, "python": sys.version.split()[0], "versions": {}}
        try:
            answer["versions"] = versions()
            self._watch_environment()
            self._engines.install()
            self._recorder.install()
            locks.install()
            LoggingOnce().install()
            self._open.install()
            self._settings.install()
            Guard(self._scratches, self._notes, self._told["allowed"]).install()
            self._recorder.begin()
            self._project.load()
            self._places.versions = self._project.versions
            answer.update(directory=os.path.abspath(self._project.script.dir), versions_folders=self._places.versions)
            answer.update(self._project.describe(), schemas=self._project.schemas())
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the project's, too
            answer["error"] = failure(error, self._places)
        self._close()
        self._notes.loading = False
        sys.dont_write_bytecode = False
        sys.pycache_prefix = self._told["cache"]
        # What was loaded stays: looking through it again was half of a step's time.
        gc.collect()
        gc.freeze()
        answer.update(
            statements=self._recorder.statements,
            notes=self._notes.take(),
            variables=self._read,
            has_app=self._project.app is not None,
            through_settings=self._settings.seen,
            decided_before=self._settings.decided_before,
            slots=self._scratches.slots,
            ms=round((time.perf_counter() - begun) * 1000, 1),
        )
        return answer

    def perform(self, message):
        """Do one step and return what came of it."""
        begun = time.perf_counter()
        self._recorder.begin(message.get("cut_after"))
        answer, raised = {"error": None}, None
        # What env.py and the modules that it imports do to the process stays: they do it once in each command.
        with kept(self._notes) if message["do"] in _RUN_REVISIONS else contextlib.nullcontext():
            try:
                with self._project.inside():
                    answer.update(getattr(self._steps, message["do"])(message))
            except BaseException as error:  # as above; flask_migrate itself ends in SystemExit
                raised = error
                answer["error"] = failure(error, self._places)
        self._recorder.end()
        answer["swallowed"] = self._recorder.swallowed(raised)
        self._close()
        answer.update(
            statements=self._recorder.statements,
            notes=self._notes.take(),
            ms=round((time.perf_counter() - begun) * 1000, 1),
        )
        return answer

    def _close(self):
        """Let go of sessions and connections: one that is held would stop the walk's own."""
        database = self._project.database()
        if database is not None:
            try:
                with self._project.inside():
                    database.session.remove()
            except Exception as error:  # an application whose session cannot be removed has none that holds a lock
                self._notes.add("session", repr(error)[:200])
        self._engines.dispose()
        self._open.close()

    def _watch_environment(self):
        """Note which variables the application reads that may hold an address."""
        kind = type(os.environ)
        real, probe = kind.__getitem__, self

        def getitem(environment, name):
            if probe._notes.loading and isinstance(name, str) and _ADDRESSES.search(name) and name not in probe._read:
                probe._read.append(name)
            return real(environment, name)

        kind.__getitem__ = getitem
