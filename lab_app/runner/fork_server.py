"""The process that workers are forked from: started early, ended with the run, its socket in the lab's own folder."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from lab_app.home import place, writing
from lab_app.leases import Lease, lease

CONTEXT = multiprocessing.get_context("forkserver")
#: The longest path that a socket of this system can have, and what multiprocessing adds to its folder's.
_SOCKET_PATH, _ADDED = 91, 20
#: What must go when the process goes: the folder of its socket, and the number of that folder when it is open.
_made: list[tuple[Path, Lease, int]] = []


def warm_up() -> None:
    """Start it, unless it runs: it does the heavy imports once, beside whatever else starts.

    Raises:
        LabError: the lab's folder cannot be written.
    """
    CONTEXT.set_forkserver_preload(["lab_app.runner.preload", "lab_app.runner.worker"])
    if not _made:
        _make_folder()
        atexit.register(cool_down)
    # Alembic walks sets: with one seed two runs send their statements in one order.
    with _environment(PYTHONHASHSEED="0"):
        forkserver.ensure_running()


def cool_down() -> None:
    """End it, and remove the folder of its socket."""
    server: Any = forkserver._forkserver  # multiprocessing has no name for its end
    if getattr(server, "_forkserver_pid", None):
        with contextlib.suppress(OSError):
            # It has nothing to tidy up: every worker has ended, and the resource tracker is a process of its own.
            os.kill(server._forkserver_pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            server._stop()
    atexit.unregister(cool_down)
    while _made:
        folder, held, handle = _made.pop()
        _config().pop("tempdir", None)
        shutil.rmtree(folder, ignore_errors=True)
        held.release()
        if handle >= 0:
            os.close(handle)


def _make_folder() -> None:
    """Have multiprocessing put its socket into a folder of the lab's own, which is leased: a kill leaves it there.

    Where the path is too long for a socket, it goes by the number of the open folder; without /proc multiprocessing
    keeps its own folder.
    """
    with writing():
        folder = Path(tempfile.mkdtemp(prefix="fork-", dir=place("runs")))
    held = lease("folder", "a folder of scratch files", path=str(folder))
    handle, known_as = -1, str(folder)
    if len(os.fsencode(known_as)) + _ADDED > _SOCKET_PATH:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        known_as = f"/proc/self/fd/{handle}"
    _made.append((folder, held, handle))
    if Path(known_as).is_dir():
        _config()["tempdir"] = known_as


def _config() -> dict[str, Any]:
    found: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]  # as above
    return found


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
