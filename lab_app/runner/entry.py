"""The door by which a worker process comes in: light, because the parent imports it too."""

from __future__ import annotations

from multiprocessing.connection import Connection


def entry(channel: Connection, engine: str, folder: str) -> None:
    """Begin a worker process."""
    from lab_app.runner.worker import main

    main(channel, engine, folder)
