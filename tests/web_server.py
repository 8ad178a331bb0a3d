"""A real web server of the lab, for those who read its pages: a browser, or a plain connection."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from commands import FLASK, REPOSITORY, alone

from lab_app.cleanup import guard
from lab_app.leases import Process, lease

#: Seconds that a server has to start or to end.
_PATIENCE = 30.0


@dataclass(frozen=True)
class Site:
    """A web server of the lab that runs: its address, its number, and its lab folder."""

    address: str
    pid: int
    home: Path


@contextmanager
def served(home: Path, *words: str, cwd: Path = REPOSITORY) -> Iterator[Site]:
    """``flask lab web`` in a folder, on a free port, with SQLite alone and a lab folder of its own; then ended."""
    port = free_port()
    log = home.with_suffix(".log")
    with ExitStack() as stack:
        stack.enter_context(guard())
        process = subprocess.Popen(
            [*FLASK, "web", *words],
            env=alone(home) | {"LAB_WEB_PORT": str(port)},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stack.enter_context(log.open("w")),
            text=True,
            start_new_session=True,
        )
        identity = Process.of(process.pid)
        held = lease("process", "the web server of a test", process=str(identity), signal="15")
        stack.callback(held.release)
        stack.callback(process.wait, _PATIENCE)
        stack.callback(identity.stop, signal.SIGTERM, _PATIENCE)
        assert _first_line(process).startswith(f"http://127.0.0.1:{port} "), log.read_text()
        yield Site(f"http://127.0.0.1:{port}", process.pid, home)


def _first_line(process: subprocess.Popen[str]) -> str:
    """What the server prints as soon as it can be asked; nothing when it takes too long, for then it is killed."""
    assert process.stdout
    late = Timer(_PATIENCE, process.kill)
    late.start()
    try:
        return process.stdout.readline()
    finally:
        late.cancel()


def free_port() -> int:
    """A port of this computer that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
