"""Commands run as a person would run them, timed from the outside, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench import reaper
from lab_app.errors import LabError

ROOT = Path(__file__).resolve().parents[1]
FLASK = str(Path(sys.executable).with_name("flask"))
CONSOLE = str(Path(sys.executable).with_name("migration-lab"))
#: Seconds that a command gets to clean up when the bench is stopped.
_PATIENCE = 20.0


@dataclass(frozen=True)
class Finished:
    """A command that has ended: how long it took, its process's start included, and what it printed.

    ``cpu`` has the CPU seconds of everything that it started; None where the system does not tell.
    """

    seconds: float
    printed: str
    cpu: float | None = None


def script(name: str) -> list[str]:
    """Return the command that runs a module of this package."""
    return [sys.executable, "-m", f"bench.{name}"]


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    said: str = "",
    folder: Path = ROOT,
    allowed: Sequence[int] = (0,),
    watch: Callable[[int], AbstractContextManager[object]] = nullcontext,
    path: Path = ROOT,
) -> Finished:
    """Run a command, and all that it starts, to the end, with ``said`` on its standard input.

    ``path`` is where its Python finds modules beside its own.
    ``watch`` is entered meanwhile, with the number of the process below which all of them are.

    Raises:
        LabError: its exit status is not an allowed one; with the last line of what it wrote.
    """
    with tempfile.TemporaryFile() as answer:
        through = [sys.executable, "-I", "-S", reaper.__file__, str(answer.fileno()), *command]
        with started(through, environment, folder, keep=[answer.fileno()], path=path) as process, watch(process.pid):
            printed, errors = process.communicate(said)
        answer.seek(0)
        found = json.loads(answer.read() or "{}")
    status = found.get("status", process.returncode)
    if not found or status not in allowed:
        last = (errors.strip() or printed.strip() or "it said nothing").splitlines()[-1]
        raise LabError(f"{Path(command[0]).name} {' '.join(command[1:4])} exits with {status}: {last}")
    return Finished(found["seconds"], printed, found["cpu"])


@contextmanager
def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path = ROOT,
    errors: IO[str] | int = subprocess.PIPE,
    keep: Sequence[int] = (),
    path: Path = ROOT,
) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group of its own; when the block is left early, all that is in it is ended.

    ``errors`` is where its standard error goes, ``keep`` the open files that it is given.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        pass_fds=keep,
        text=True,
        start_new_session=True,  # Ctrl-C is for the bench, which ends the command in order
    )
    try:
        yield process
    except BaseException:
        end(process)
        raise


def end(process: subprocess.Popen[str]) -> None:
    """Ask the group to end, as `kill` does, so that the lab cleans up; insist when it does not."""
    for number, patience in ((signal.SIGTERM, _PATIENCE), (signal.SIGKILL, 2.0)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
