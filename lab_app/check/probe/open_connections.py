"""Connections that a step leaves open, in a session of its own or a global: closed, or they would hold locks."""

import contextlib


class OpenConnections:
    """Knows every driver's connection that SQLAlchemy made since the last step."""

    def __init__(self):
        self._made = []

    def install(self):
        """Listen to all engines there will ever be."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "connect", lambda connection, _record: self._made.append(connection))

    def close(self):
        """Close what is open, but for a database in memory: that would be gone."""
        made, self._made = self._made, []
        for connection in made:
            if _in_memory(connection):
                self._made.append(connection)
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
