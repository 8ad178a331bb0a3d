"""What a source hands over: a server that has answered a query, or the reason why there is none."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from lab_app.address import of_file
from lab_app.engines import Engine


@dataclass(frozen=True)
class Server:
    """One running database of an engine; for SQLite, the library itself.

    ``version`` is the server's own word, shortened to digits and dots. ``source`` is one of given,
    compose, local, embedded, container, built in. ``ms`` is how long it took to find or start it. ``socket`` is a
    place in the file system where it listens, instead of host and port. The password is never part of ``repr()``.
    """

    engine: Engine
    version: str
    source: str
    ms: float
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    query: str = field(default="", repr=False)
    socket: str = ""

    @property
    def address(self) -> str:
        """Where it listens, for a screen: no user, no password."""
        if self.socket:
            return self.engine.socket_file.format(socket=self.socket, port=self.port)
        return f"{self.host}:{self.port}" if self.engine.needs_server else "in this process"

    def options(self, limit: int | None = None) -> dict[str, str]:
        """Return what the address says beyond login and place, once each; the lab's own limits are added to it."""
        limits = self.engine.statement_limit.format(seconds=limit) if limit else ""
        found: dict[str, str] = {}
        for name, value in parse_qsl("&".join(part for part in (self.query, limits) if part)):
            # PostgreSQL's is one text of settings, of which the last one counts.
            found[name] = f"{found[name]} {value}" if name == "options" and name in found else value
        if self.socket:
            found[self.engine.socket_option] = self.socket
        return found

    def url(self, database: str, limit: int | None = None) -> str:
        """Return the SQLAlchemy address of a database on it, driver spelt out; for SQLite a file's path.

        ``limit`` ends each statement after so many seconds. It holds the password: never print it.
        """
        if not self.engine.needs_server:
            return of_file(database)
        login = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f"{host}:{self.port}"
        if self.socket:  # PostgreSQL's file there is called by the port
            place = f":{self.port}"
        query = urlencode(self.options(limit), quote_via=quote, safe="/")
        return f"{self.engine.driver}://{login}@{place}/{database}" + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Unavailable:
    """An engine that could not be had: why, in one sentence, and the command that fixes it."""

    engine: Engine
    reason: str
    fix: str
    ms: float = 0.0
