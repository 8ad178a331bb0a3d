"""The pages behind Waitress, a server that is fit to be left running."""

import errno
import os

import click
import waitress

from lab_app import create_app
from lab_app.errors import LabError

HOST = "127.0.0.1"
PORT = 8080
HOW = "LAB_WEB_PORT=8090 flask lab web"


def serve(host: str = HOST, port: int | None = None) -> None:
    """Serve the pages until Ctrl-C, after printing their link. The port is LAB_WEB_PORT, or 8080, unless given.

    Raises:
        LabError: the port is no port or is taken, or the host is not this computer's.
    """
    number = _port(str(port) if port is not None else os.environ.get("LAB_WEB_PORT") or str(PORT))
    # The pages read a file: in a read-only container there must be no attempt to make an SQLite file's folder.
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://"})
    try:
        server = waitress.create_server(app, host=host, port=number)
    except (OSError, ValueError) as error:  # Waitress says ValueError for a host that has no address
        raise LabError(_why_not(host, number, error)) from None
    click.echo(f"http://{HOST if host == '0.0.0.0' else host}:{number}  (Ctrl-C ends it)")  # noqa: S104
    server.run()


def _port(written: str) -> int:
    if not (written.isascii() and written.isdigit() and 0 < int(written) < 65536):
        raise LabError(f"{written!r} is no port. Type a number from 1 to 65535: {HOW}")
    return int(written)


def _why_not(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Take another one: {HOW}"
    return f"Nothing can listen on {host}:{port}: {error}. Type {HOW}"
