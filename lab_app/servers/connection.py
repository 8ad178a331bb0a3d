"""A connection within a time limit, and what a server says of itself; without SQLAlchemy, which is slow to import."""

import os
import queue
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from lab_app.servers.drivers import STATEMENT_LIMIT, Connection, Cursor, driver_of
from lab_app.servers.search import NoServer
from lab_app.servers.server import Server

#: Seconds for everything that connecting takes: looking up the host, the port, the login.
LIMIT = 4.0


@contextmanager
def connect(server: Server, limit: float = LIMIT, patience: float = STATEMENT_LIMIT + 2) -> Iterator[Cursor]:
    """Yield a cursor in autocommit on the server's maintenance database; it is closed at the end.

    Raises:
        NoServer: the host is unknown, nothing listens there, nobody answers within ``limit`` seconds, the server
            refuses to be connected to or to do what is asked of it, it is silent in the block for so long that the
            block takes more than ``patience`` seconds, the URL has an option that the driver does not know. Its one
            line holds no password.
    """
    answer: queue.SimpleQueue[Connection | NoServer] = queue.SimpleQueue()
    # A thread, because no driver has one time limit for all of it; a name server alone may take longer.
    threading.Thread(target=lambda: answer.put(_attempt(server, limit)), daemon=True).start()
    try:
        connection = answer.get(timeout=limit)
    except queue.Empty:
        raise NoServer(f"{server.address} did not answer within {limit:g} s") from None
    if isinstance(connection, NoServer):
        raise connection
    cut = threading.Event()
    timer = threading.Timer(patience, _cut, (driver_of(server.engine).fileno(connection), cut))
    timer.daemon = True
    timer.start()
    try:
        with connection.cursor() as cursor:
            yield cursor
    except driver_of(server.engine).errors() as error:
        if cut.is_set():
            raise NoServer(f"{server.address} did not answer within {patience:g} s") from None
        said = driver_message(server, error)
        raise NoServer(f"{server.engine.title} at {server.address} refuses: {said}", answered=True) from None
    finally:
        timer.cancel()
        with suppress(Exception):  # it may be lost already
            connection.close()


def _cut(handle: int, cut: threading.Event) -> None:
    """End a connection under the driver that waits for its answer: no driver does that for every kind of silence."""
    cut.set()
    with suppress(OSError), socket.socket(fileno=os.dup(handle)) as line:
        line.shutdown(socket.SHUT_RDWR)


def ask(server: Server, limit: float = LIMIT) -> Server:
    """Return the same server with its version, once it has answered a query.

    Raises:
        NoServer: as ``connect`` does, and when the server is another engine than its address says.
    """
    with connect(server, limit) as cursor:
        return identified(server, cursor)


def identified(server: Server, cursor: Cursor) -> Server:
    """Return the same server with its version.

    Raises:
        NoServer: it is another engine than its address says.
    """
    engine, version = driver_of(server.engine).identify(cursor)
    if engine is not server.engine:
        fix = f"export {engine.url_variable}={engine.driver}://… for it"
        raise NoServer(f"{server.address} is {engine.title} {version}, not {server.engine.title}", fix)
    return replace(server, version=version)


def ask_nearby(server: Server, limit: float = LIMIT) -> Server:
    """Do the same for a server on this machine: without TLS where it allows that, which saves 20 ms a connection."""
    return in_plain(ask(server, limit), limit)


def in_plain(answered: Server, limit: float = LIMIT) -> Server:
    """Return a server that has answered without TLS, where it allows that.

    The first login has TLS: MySQL's caching_sha2_password then knows the account, and takes it in plain as well
    (https://dev.mysql.com/doc/refman/9.7/en/caching-sha2-pluggable-authentication.html).
    """
    try:
        return ask(replace(answered, query=driver_of(answered.engine).without_tls), limit)
    except NoServer:
        return answered


def listening(host: str, port: int) -> bool:
    """Tell whether anything takes connections there now; this says nothing about what it is."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0


def driver_message(server: Server, error: Exception) -> str:
    """Return one line of what the driver or the server said, in its own words, without the password."""
    said = str(error.args[-1]) if error.args else type(error).__name__
    # libpq puts the address in front, which the reason names already.
    first = re.sub(r"^connection to server at .*? failed: ", "", said.strip().partition("\n")[0])
    return first.replace(server.password, "***") if server.password else first


def _attempt(server: Server, limit: float) -> Connection | NoServer:
    try:
        return driver_of(server.engine).connect(server, limit)
    except Exception as error:  # drivers also raise RuntimeError, TypeError, ValueError and UnicodeError here
        if (why := _unreachable(server, limit)) is not None:
            return NoServer(why)
        said = driver_message(server, error)
        return NoServer(f"{server.engine.title} at {server.address} refuses: {said}", answered=True)


def _unreachable(server: Server, limit: float) -> str | None:
    """Tell the reason in one line, when it is one of the network's. The drivers word it differently each."""
    try:
        _reach(server, limit)
    except (socket.gaierror, UnicodeError):
        return f"no host is called {server.host}"
    except (ConnectionRefusedError, FileNotFoundError):
        return f"nothing listens on {server.address}"
    except OSError as network:
        return f"{server.address} cannot be reached ({network.strerror or 'no answer'})"
    return None


def _reach(server: Server, limit: float) -> None:
    """Connect to where it listens and hang up.

    Raises:
        OSError: nothing listens there, or it cannot be reached.
    """
    if not server.socket:
        socket.create_connection((server.host, server.port), limit).close()
        return
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(limit)
        line.connect(server.address)
