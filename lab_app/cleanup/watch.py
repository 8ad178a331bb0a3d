"""The promise around every command: whatever ends it, a janitor process removes what it leased."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lab_app.cleanup import janitor
from lab_app.cleanup.journal import note
from lab_app.cleanup.removal import remains, sweep
from lab_app.errors import LabError
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
    removed = sweep(patience=0.0)  # who sweeps now does this, too
    watch = _start_janitor(me)
    os.environ[OWNER] = str(me)
    try:
        yield removed
    finally:
        try:
            _sweep_and_note(me)
        finally:
            os.environ.pop(OWNER)
            if before:
                os.environ[OWNER] = before
            _end_janitor(watch)


def sweep_after(owner: str) -> None:
    """Sweep what a lab process left that is gone: the janitor's work, at which nobody looks on."""
    try:
        _sweep_and_note(Process.parse(owner))
    except Exception as error:  # told where it can be read; standard error is nobody's
        note([f"The janitor of {owner} was stopped by {type(error).__name__}: {error}"])


def _sweep_and_note(owner: Process) -> None:
    # The lab's folder may have gone: that must not hide what the command has found.
    with suppress(LabError, OSError):
        note(filter(remains, sweep(owner)))


def _start_janitor(owner: Process) -> subprocess.Popen[bytes]:
    # -I and -S: it starts in 10 ms without the site folders, and imports the lab only when there is work.
    command = [sys.executable, "-I", "-S", janitor.__file__, str(leases_folder()), str(owner)]
    command.append(str(Path(__file__).parents[2]))
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "LAB_HOME": str(home())},
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
