"""The door by which a worker process comes in: light, because the parent imports it too."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection


def entry(channel: Connection, printed: Connection, engine: str, folder: str) -> None:
    """Begin a worker process; what it prints goes to ``printed``."""
    from lab_app.runner.printed import print_to
    from lab_app.runner.worker import main

    print_to(printed)
    with suppress(KeyboardInterrupt):  # no key was pressed: an attempt has raised it, and its process ends
        main(channel, engine, folder)
