"""Scenario files in a process of their own, for commands that need no worker: what they do ends no command."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from lab_app.errors import LabError
from lab_app.runner.printed import Printed, print_to

T = TypeVar("T")
#: Told which file comes next.
Begin = Callable[[str], None]
_TICK = 0.5


def apart(function: Callable[[Begin], T], seconds: float, tell: Callable[[str], None]) -> T:
    """Return what a function returns in a process of its own, whose printing is told line by line.

    The function says which scenario file it begins with; each of them has so many seconds.

    Raises:
        LabError: the function has raised one, or its process has died or was too slow, with the file it was at.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    printed = Printed(tell)
    process = context.Process(target=_answer, args=(ours, theirs, printed.end, function), daemon=True)
    process.start()
    theirs.close()
    printed.end.close()
    try:
        returned: T = _answered(ours, printed, seconds)
        return returned
    finally:
        process.kill()
        process.join()
        printed.close()


def _answered(channel: Connection, printed: Printed, seconds: float) -> Any:
    at, deadline = "The scenarios", time.monotonic() + seconds
    while time.monotonic() < deadline:
        heard: list[Any] = wait([channel] if printed.over else [channel, printed], _TICK)  # type: ignore[list-item]
        if printed in heard:
            printed.read()
        if channel in heard:
            try:
                word, said = channel.recv()
            except (EOFError, OSError):
                raise LabError(unreadable(at, "its process died")) from None
            if word == "failed":
                raise LabError(said)
            if word == "done":
                return said
            at, deadline = said, time.monotonic() + seconds
    raise LabError(unreadable(at, f"no end within {seconds:g} s"))


def unreadable(where: str, why: str) -> str:
    """Say that a scenario file ends the process that reads it, or never ends itself."""
    return f"{where} cannot be read: {why}. Only declare at the top of the file, and do the rest in an attempt."


def _answer(ours: Connection, channel: Connection, end: Connection, function: Callable[[Begin], Any]) -> None:
    ours.close()
    os.setsid()  # Ctrl-C is for the command, which ends this process
    print_to(end)
    threading.Thread(target=_end_with, args=(channel,), daemon=True).start()
    begun = ["The scenarios"]

    def begin(path: str) -> None:
        begun.append(path)
        channel.send(("at", path))

    try:
        channel.send(("done", function(begin)))
    except LabError as error:
        channel.send(("failed", str(error)))
    except BaseException as error:  # an attempt's sys.exit() ends its own process, and is told
        channel.send(("failed", f"{_place(begun[-1], error)}: {type(error).__name__}: {error}".removesuffix(": ")))


def _place(path: str, error: BaseException) -> str:
    """Name a scenario's file, and the line in it that an error came from."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).name == Path(path).name]
    return f"{path}:{lines[-1]}" if lines else path


def _end_with(channel: Connection) -> None:
    """End this process when the command is gone, whatever a scenario does."""
    with suppress(OSError):
        channel.poll(None)
    os._exit(1)
