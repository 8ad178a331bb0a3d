"""The long runs of the catalogue: they go on at low priority while other tests run, and are asked for last."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from commands import FLASK, REPOSITORY

from lab_app.cleanup import guard
from lab_app.document.file import load
from lab_app.document.types import Document
from lab_app.leases import Process, lease

#: Stories of every kind: workflow, locks, lost rows, generated ids, wide tables; in no order of the catalogue's.
MIXED = (
    "version_control",
    "multiple_heads_merge_branches",
    "json_differs",
    "batch_parent_cascade_deletes_children",
    "add_age",
)
#: The fixtures that wait for such a run.
_WAITING = {"catalogue_run", "mixed_run"}
_LIMIT = 900.0


class Run:
    """A run of the lab as a command of its own, which goes on beside the tests."""

    def __init__(self, process: subprocess.Popen[str], out: Path, log: Path) -> None:
        self._process = process
        self._out = out
        self._log = log

    def document(self) -> Document:
        """What it has found, as soon as it is over."""
        self._process.wait(_LIMIT)
        assert self._out.stat().st_size, self._log.read_text(encoding="utf-8")
        return load(self._out)


@contextmanager
def started(folder: Path, environment: dict[str, str], *words: str) -> Iterator[Run]:
    """``flask lab run`` with these words; it is ended with the block."""
    out, log = folder / "document.json", folder / "log"
    command = ["nice", "-n", "10", *FLASK, "run", *words, "--quiet", "--format", "json"]
    with guard(), out.open("w") as found, log.open("w") as said:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=found,
            stderr=said,
            text=True,
            process_group=0,  # a session of its own would have a share of the processors of its own, too
        )
        identity = Process.of(process.pid)
        held = lease("process", "a run for the tests", process=str(identity), signal="15")
        # Collected when it ends: a dead child would puzzle the tests that look at this process's children.
        Thread(target=process.wait, daemon=True).start()
        try:
            yield Run(process, out, log)
        finally:
            identity.stop(15, 20.0)
            process.wait()
            held.release()


def waits(test: pytest.Item) -> bool:
    """Whether a test needs what such a run has found."""
    return bool(_WAITING & {*getattr(test, "fixturenames", ())})
