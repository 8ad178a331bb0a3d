"""The pages behind Waitress, a server that is fit to be left running."""

import errno
import os
import resource
import signal
import sys
from collections.abc import Collection

import click
import waitress

from lab_app.errors import LabError
from lab_app.web.pages.runs import wanted
from lab_app.web.processes.run import Runs
from lab_app.web.site import create_site

HOST = "127.0.0.1"
PORT = 8080
HOW = "LAB_WEB_PORT=8090 flask lab web"
#: More than pages that watch a run (run_events.STREAMS), each of which keeps a thread.
THREADS = 24
#: Connections at once. One that is slow costs a descriptor and no thread, so that many of them keep nobody out.
CONNECTIONS = 1000
#: Files and pipes of the server itself, beside its connections.
_OWN_FILES = 100
#: Bytes of a form that are taken in; what is longer than security.py allows, and not by much, gets a page that says so.
_LONGEST_BODY = 1 << 20


def serve(host: str = HOST, port: int | None = None, run: Collection[str] | None = None) -> None:
    """Serve the pages until Ctrl-C, after printing their link. The port is LAB_WEB_PORT, or 8080, unless given.

    ``run`` are scenarios to run once as soon as the pages are there; none of them are all of them.

    Raises:
        LabError: the port is no port or is taken, or the host is not this computer's.
    """
    number = _port(str(port) if port is not None else os.environ.get("LAB_WEB_PORT") or str(PORT))
    app = create_site()
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=number,
            threads=THREADS,
            connection_limit=_connections(),
            asyncore_use_poll=True,  # select() takes no descriptor above 1023
            max_request_body_size=_LONGEST_BODY,
            channel_request_lookahead=1,  # or nothing would be read, not even that a browser has gone
        )
    except (OSError, ValueError) as error:  # Waitress says ValueError for a host that has no address
        raise LabError(_why_not(host, number, error)) from None
    click.echo(f"http://{HOST if host == '0.0.0.0' else host}:{number}  (Ctrl-C ends it)")  # noqa: S104
    runs: Runs = app.extensions["lab_runs"]
    _end_in_good_order(runs)
    try:
        if run is not None:
            runs.start(wanted(run, app.extensions["lab_results"].current()))
        server.run()
    finally:
        if runs.last and not runs.last.over:
            click.echo(f"Stopping what runs: {runs.last.asked.title}", err=True)
        runs.close()


def _connections() -> int:
    """Return how many connections there may be, after having as many files open as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OWN_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return CONNECTIONS
    most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(most - _OWN_FILES, most // 2)


def _end_in_good_order(runs: Runs) -> None:
    """On Ctrl-C and SIGTERM let the pages that watch a run go first: Waitress waits for their threads."""

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.default_int_handler)  # a second one does not wait
        runs.dismiss()
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _port(written: str) -> int:
    if not (written.isascii() and written.isdigit() and 0 < int(written) < 65536):
        raise LabError(f"{written!r} is no port. Type a number from 1 to 65535: {HOW}")
    return int(written)


def _why_not(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Take another one: {HOW}"
    return f"Nothing can listen on {host}:{port}: {error}. Type {HOW}"
