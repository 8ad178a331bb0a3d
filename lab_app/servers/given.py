"""Servers that are given by URLs in the environment. They are somebody's: only scratch databases are made there."""

import os
from contextlib import suppress
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from lab_app.engines import Engine
from lab_app.servers.connection import connect, driver_message, identified, in_plain
from lab_app.servers.drivers import Cursor, driver_of, rows
from lab_app.servers.scratch import create, drop, is_there, lease_database, new_name
from lab_app.servers.search import NoServer, Search, example
from lab_app.servers.server import Server

#: Hosts that are this machine: nobody listens on the way.
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def find(search: Search) -> Server:
    """Return the first server that the engine's variable names which answers and is of the version that is wanted.

    Raises:
        NoServer: the variable is not set, or each of its servers is of another version. Where one of them cannot be
            used, and none of the others is taken, this ends the search. Each is told.
    """
    refusals: list[NoServer] = []
    for url, label in _addresses(search):
        try:
            return _usable(url, label, search)
        except NoServer as none:
            refusals.append(none)
    reason = "; ".join(none.reason for none in refusals) or f"{search.engine.url_variable} is not set"
    unusable = [none.fix for none in refusals if none.final]
    raise NoServer(reason, "".join(unusable[:1]), final=bool(unusable))


def urls(engine: Engine) -> list[str]:
    """Return the URLs that the engine's variable holds, separated by blanks, each once."""
    value = os.environ.get(engine.url_variable, "").strip()
    parts = list(dict.fromkeys(value.split()))
    # A blank that is part of one URL separates nothing.
    return parts if all("://" in part for part in parts) else [value]


def at(engine: Engine, address: str) -> Server:
    """Return the given server with this address; nobody is asked.

    Raises:
        NoServer: the engine's variable does not name it.
    """
    for url in urls(engine):
        with suppress(NoServer):
            server = read_url(engine, url, engine.url_variable)
            if server.address == address:
                return server
    raise NoServer(f"{engine.url_variable} does not point to {address} now")


def read_url(engine: Engine, url: str, label: str) -> Server:
    """Return the server of a URL. Its database is not kept: the lab makes its own beside it.

    No part of a URL that does not parse is shown, because any part of it may be the password; ``label`` says which
    it is.

    Raises:
        NoServer: it does not parse or names another driver.
    """
    parts = _split(url)
    if parts is None:
        fix = f"{example(engine)} with special characters percent-encoded"
        raise NoServer(f"{label} does not parse as a URL", fix, final=True)
    if parts.scheme != engine.driver:
        reason = f"{label} begins with {parts.scheme}:// and the lab's driver is {engine.driver}"
        raise NoServer(reason, example(engine), final=True)
    host, port, socket, query = _where(engine, parts)
    if not (host or socket) or not parts.username:
        missing = "user" if host or socket else "host"
        raise NoServer(f"{label} names no {missing}", example(engine), final=True)
    return Server(
        engine,
        version="",
        source="given",
        ms=0.0,
        host=host,
        port=port,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        query=query,
        socket=socket,
    )


def _where(engine: Engine, parts: SplitResult) -> tuple[str, int, str, str]:
    """Return host, port, socket and the other options of an address, wherever in it they are written.

    The drivers take a socket's place as an option, PostgreSQL's also as the host, and as options host and port.
    """
    options = parse_qsl(parts.query)
    named = dict(options)
    place = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])  # hostname is in small letters
    if engine.socket_option == "host" and place.startswith("/"):
        named["host"] = place
    socket = named.get(engine.socket_option, "")
    host = named.get("host", "") or unquote(parts.hostname or "")
    if engine.socket_option == "host" and not socket.startswith("/"):
        socket = ""
    port = named["port"] if named.get("port", "").isdecimal() else parts.port or engine.port
    left = [(name, value) for name, value in options if name not in ("host", "port", engine.socket_option)]
    query = urlencode(left, quote_via=quote, safe="/")
    return "" if socket else host, int(port), socket, parts.query if left == options else query


def _addresses(search: Search) -> list[tuple[str, str]]:
    """Return the URLs to try, each with what to call it: the variable, or the address by its number."""
    found, place = urls(search.engine), search.wanted.place
    variable = search.engine.url_variable
    labels = (
        [f"address {n} of {variable}" for n in range(1, len(found) + 1)] if len(found) > 1 else [variable] * len(found)
    )
    every = list(zip(found, labels, strict=True))
    return every[place - 1 : place] if place else every


def _usable(url: str, label: str, search: Search) -> Server:
    """Return the server of a URL, once it has answered.

    Raises:
        NoServer: it is of another version; or, as ``final``, it cannot be used.
    """
    server = read_url(search.engine, url, label)
    search.say(f"asking {server.address}")
    try:
        with connect(server) as cursor:
            answered = identified(server, cursor)
            if search.wanted.accepts(answered.version):
                _check_may_create(server, cursor)
    except NoServer as none:
        variable = search.engine.url_variable
        fix = none.fix or f"start it, correct {variable}, or unset {variable}"
        raise NoServer(f"{label}: {none.reason}", fix, final=True) from None
    search.check(f"{label}: {server.address}", answered.version)
    # An URL that says anything of its own is used as it is.
    return in_plain(answered) if answered.host in _HERE and not answered.query else answered


def _split(url: str) -> SplitResult | None:
    """Return the URL's parts, or None when it is none, or when an @ or # of the password cut it in the wrong place."""
    try:
        parts = urlsplit(url)
        whole = "://" in url and parts.port != 0
    except ValueError:
        return None
    return parts if whole and not parts.fragment and "@" not in parts.path + parts.query else None


def _check_may_create(server: Server, cursor: Cursor) -> None:
    question = driver_of(server.engine).may_create
    try:
        may = rows(cursor, question)[0][0] if question else _creates(server, cursor)
        refusal = "" if may else "no such privilege"
    except Exception as error:  # a driver's own kind
        refusal = driver_message(server, error)
    if refusal:
        raise NoServer(f"{server.user} may not create databases at {server.address} ({refusal})")


def _creates(server: Server, cursor: Cursor) -> bool:
    """Make an empty scratch database and drop it.

    Raises:
        Exception: the driver's error, where that is refused.
    """
    name = new_name()
    held = lease_database(server, name)
    try:
        create(cursor.execute, server.engine, name)
        drop(cursor.execute, server.engine, name)
    finally:
        # Nothing is leased for a database that never was; of one that nobody can look for, the lease stays.
        with suppress(Exception):
            if held and not is_there(cursor, server.engine, name):
                held.release()
    return True
