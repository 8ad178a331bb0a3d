"""The promise around every command: whatever ends it, a janitor process removes what it leased."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lab_app.cleanup import janitor
from lab_app.cleanup.removal import sweep
from lab_app.home import home
from lab_app.leases.lease_file import OWNER, leases_folder
from lab_app.leases.process import Process


@contextmanager
def guard() -> Iterator[list[str]]:
    """Sweep what dead labs left, yield what was removed, and answer for everything leased inside.

    At the end what is still leased is removed here; after a kill the janitor does it. A guard inside a guard of
    the same process does nothing.

    Raises:
        LabError: the lab's folder cannot be written.
    """
    me, before = Process.of(os.getpid()), os.environ.get(OWNER)
    if before == str(me):
        yield []
        return
    removed = sweep()
    watch = _start_janitor(me)
    os.environ[OWNER] = str(me)
    try:
        yield removed
    finally:
        sweep(me)
        os.environ.pop(OWNER)
        if before:
            os.environ[OWNER] = before
        _end_janitor(watch)


def _start_janitor(owner: Process) -> subprocess.Popen[bytes]:
    # -I and -S: it starts in 10 ms without the site folders, and imports the lab only when there is work.
    command = [sys.executable, "-I", "-S", janitor.__file__, str(leases_folder()), str(owner)]
    above = Path(__file__).parents[2]
    paths = os.pathsep.join(filter(None, [str(above), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "LAB_HOME": str(home()), "PYTHONPATH": paths},
        start_new_session=True,  # neither Ctrl-C nor a kill of the group reaches it
    )
    assert process.stdin is not None  # noqa: S101 - for the type checker: it was asked for
    # A forked worker must not hold the pipe open after the lab is gone.
    os.register_at_fork(after_in_child=process.stdin.close)
    return process


def _end_janitor(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None  # noqa: S101
    process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=2)
