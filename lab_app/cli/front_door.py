"""The way into every command and out of it: whatever the shell gives it, a person reads one line and no traceback."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from lab_app.errors import LabError

#: The console script, which `pipx` and `uvx` start.
_CONSOLE = "migration-lab"
#: Files that a run of four engines has open at once, with room to spare.
_FILES = 128
#: What becomes of an output that a shell has sent somewhere.
_OF_OUTPUT = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EFBIG}
#: What the computer says no to, and no command can do anything about.
_REFUSED = _OF_OUTPUT | {
    errno.EMFILE, errno.ENFILE, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOMEM, errno.EAGAIN, errno.ELOOP,
    errno.ENAMETOOLONG,
}  # fmt: skip


@contextlib.contextmanager
def front_door() -> Iterator[None]:
    """Tell in one line what a person can put right, and leave with 2; leave with 130 on Ctrl-C."""
    try:
        _prepare()
        try:
            yield
        finally:
            sys.stdout.flush()  # or Python does it at its very end, where nothing is caught
    except LabError as error:
        _leave(2, str(error))
    except click.UsageError as error:
        _leave(2, str(LabError(_usage(error))))
    except KeyboardInterrupt:
        _leave(130, "Stopped. Nothing is left behind.")
    except BrokenPipeError:  # the reader of `flask lab … | head` has seen enough
        _leave(0)
    except OSError as error:
        if error.filename is None and error.errno in _OF_OUTPUT:
            _leave(2, f"Standard output cannot be written: {error.strerror}. Send it somewhere else.")
        if error.errno not in _REFUSED:
            raise
        what = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        _leave(2, str(LabError(f"This computer refuses: {what}{error.strerror}. Put that right, and try again.")))


def tell(line: str) -> None:
    """Write a line on standard error, if anybody takes it there."""
    with contextlib.suppress(OSError):
        click.echo(line, err=True)


def as_called(line: str) -> str:
    """Return a line with the lab's commands as this shell has them: migration-lab is there without any Flask app."""
    return line.replace("flask lab ", f"{_CONSOLE} ") if Path(sys.argv[0]).stem == _CONSOLE else line


def _prepare() -> None:
    """See that a command has what each of them takes for granted: three streams, a folder, and files to open.

    Raises:
        LabError: the current folder is gone, or too few files may be open.
    """
    # Where one is closed, the next file that is opened would be it, and a print would go into that.
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    for name, mode, place in (("stdin", "r", 0), ("stdout", "w", 1), ("stderr", "w", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(place, mode, closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what the terminal has no letter for is spelt out
            stream.reconfigure(errors="backslashreplace")
    try:
        os.getcwd()  # noqa: PTH109 - pathlib would say the same
    except OSError:
        raise LabError("The current folder is gone. Type: cd") from None
    _allow_files()


def _allow_files() -> None:
    """Have as many files open as the shell lets this process.

    Raises:
        LabError: they are too few.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited or soft >= _FILES:
        return
    if hard != unlimited and hard < _FILES:
        raise LabError(
            f"A process may open {hard} files in this shell, and the lab needs {_FILES}. "
            f"Open another shell, or type: ulimit -n {2 * _FILES}"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, hard))


def _leave(status: int, line: str = "") -> NoReturn:
    """End the command with a line on standard error, whatever has become of the streams."""
    if line:
        tell(as_called(line))
    try:
        sys.stdout.flush()
    except OSError:  # what is left in it would be tried again at the very end, and traced
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    raise SystemExit(status)


def _usage(error: click.UsageError) -> str:
    """Say what is wrong with the words of a command, and how they are looked up."""
    command = error.ctx.command_path if error.ctx else "flask lab"
    said = error.format_message().rstrip(".")
    return f"{said}{'' if said.endswith('?') else '.'} Type: {command} --help"
