"""A server that is given by a URL in the environment. It is somebody's: only scratch databases are made on it."""

import os
from urllib.parse import SplitResult, unquote, urlsplit

from lab_app.engines import Engine
from lab_app.servers.connection import connect, identified, words
from lab_app.servers.drivers import Cursor, driver_of, rows
from lab_app.servers.scratch import create, drop, lease_database, new_name
from lab_app.servers.search import NoServer, Search, example
from lab_app.servers.server import Server


def find(search: Search) -> Server:
    """Return the server that the engine's variable names, once it has answered.

    Raises:
        NoServer: the variable is not set; or, ending the search, its server cannot be used.
    """
    server = address(search.engine)
    search.say(f"asking {server.address}")
    try:
        with connect(server) as cursor:
            answered = identified(server, cursor)
            _check_may_create(server, cursor)
    except NoServer as none:
        variable = search.engine.url_variable
        fix = none.fix or f"start it, correct {variable}, or unset {variable}"
        raise NoServer(f"{variable}: {none.reason}", fix, final=True) from None
    return answered


def address(engine: Engine) -> Server:
    """Tell where the engine's variable points; nobody is asked.

    Raises:
        NoServer: as ``find`` does.
    """
    url = os.environ.get(engine.url_variable, "").strip()
    if not url:
        raise NoServer(f"{engine.url_variable} is not set")
    return read_url(engine, url)


def read_url(engine: Engine, url: str) -> Server:
    """Return the server of a URL. Its database is not kept: the lab makes its own beside it.

    No part of a URL that does not parse is shown, because any part of it may be the password.

    Raises:
        NoServer: it does not parse or names another driver.
    """
    parts = _split(url)
    if parts is None:
        reason = f"{engine.url_variable} does not parse as a URL"
        raise NoServer(reason, f"{example(engine)} with special characters percent-encoded", final=True)
    if parts.scheme != engine.driver:
        reason = f"{engine.url_variable} begins with {parts.scheme}:// and the lab's driver is {engine.driver}"
        raise NoServer(reason, example(engine), final=True)
    if not parts.hostname or not parts.username:
        missing = "user" if parts.hostname else "host"
        raise NoServer(f"{engine.url_variable} names no {missing}", example(engine), final=True)
    return Server(
        engine,
        version="",
        source="given",
        ms=0.0,
        host=unquote(parts.hostname),
        port=parts.port or engine.port,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        query=parts.query,
    )


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
        refusal = words(server, error)
    if refusal:
        raise NoServer(f"{server.user} may not create databases at {server.address} ({refusal})")


def _creates(server: Server, cursor: Cursor) -> bool:
    """Make an empty scratch database and drop it.

    Raises:
        Exception: the driver's error, where that is refused.
    """
    name = new_name()
    held = lease_database(server, name)
    create(cursor.execute, server.engine, name)
    drop(cursor.execute, server.engine, name)
    if held:
        held.release()
    return True
