"""Connections that a step leaves open, in a session of its own or a global: closed, or they would hold locks."""

import contextlib
import threading


class OpenConnections:
    """Knows every driver's connection that SQLAlchemy made since the last step, and the thread that made it."""

    def __init__(self):
        self._made = []

    def install(self):
        """Listen to all engines there will ever be."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "connect", self._note)

    def _note(self, connection, _record):
        self._made.append((connection, threading.current_thread()))

    def close(self):
        """Close what is open, but for a database in memory, which would be gone, and what another thread is using.

        Closing a connection of SQLite's in the middle of another thread's statement ends the process.
        """
        made, self._made = self._made, []
        for connection, thread in made:
            used = thread is not threading.current_thread() and thread.is_alive()
            if used or _in_memory(connection):
                self._made.append((connection, thread))
                continue
            with contextlib.suppress(Exception):  # it has been closed already, or its thread is another one
                connection.close()


def _in_memory(connection):
    if type(connection).__module__.partition(".")[0] != "sqlite3":
        return False
    try:
        return not connection.execute("PRAGMA database_list").fetchone()[2]
    except Exception:  # it has been closed already
        return False
