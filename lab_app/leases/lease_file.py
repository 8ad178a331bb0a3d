"""A lease: one small file for one thing that must be removed again, whatever becomes of the lab."""

import json
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab_app.home import place, writing
from lab_app.leases.process import Process

#: The variable through which a worker learns whose work it does.
OWNER = "LAB_OWNER"
#: Bytes that a lease may have; the longest has a few hundred.
_LONGEST = 16_384


@dataclass(frozen=True)
class Lease:
    """What was made, and how it is found again; ``details`` never hold a password.

    The owner is part of the file's name, so that a lease can be judged before it is read.
    """

    file: Path
    kind: str
    what: str
    details: dict[str, str]

    @property
    def owner(self) -> Process:
        """The lab process whose end ends the lease."""
        return owner_of(self.file)

    def release(self) -> None:
        """Forget the thing, because it was removed."""
        self.file.unlink(missing_ok=True)


class NoLease(Exception):  # noqa: N818 - it is an answer
    """A file among the leases cannot be read as one: why, in words that fit behind its name.

    ``own`` says that the lab wrote it, and was cut off: it may go.
    """

    def __init__(self, reason: str, *, own: bool = False):
        super().__init__(reason)
        self.own = own


def lease(kind: str, what: str, **details: str) -> Lease:
    """Write down that a process, container, folder or database is the lab's, as soon as it is made or before.

    ``what`` is its name in a sentence. The details are ``process`` and ``signal``; ``name`` of a container;
    ``path``; or ``engine``, ``source``, ``address`` and ``name`` of a database. The owner is the lab process that
    runs, or that started this worker.

    Raises:
        LabError: the lab's folder cannot be written.
    """
    made = Lease(leases_folder() / f"{owner()}-{secrets.token_hex(4)}.json", kind, what, details)
    with writing():
        handle = os.open(made.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"kind": kind, "what": what, "details": details}, file)
    return made


def lease_files() -> list[Path]:
    """List whatever lies in the folder of the leases, under a name as a lease has it or not."""
    return sorted(leases_folder().iterdir())


def leases() -> Iterator[Lease]:
    """Yield every lease of this user's labs that can be read."""
    for file in lease_files():
        try:
            yield read(file)
        except (NoLease, FileNotFoundError):
            continue


def owner_of(file: Path) -> Process:
    """Return whose lease a file is, by its name alone.

    Raises:
        NoLease: it has no name of a lease.
    """
    try:
        if file.suffix == ".json":
            return Process.parse(file.stem.rpartition("-")[0])
    except ValueError:
        pass
    raise NoLease("it is not called like one")


def read(file: Path) -> Lease:
    """Read one lease. Nothing is waited for: a pipe among the leases holds nobody up.

    Raises:
        NoLease: it is anything else.
        FileNotFoundError: it was released meanwhile.
    """
    text = _text(file)
    try:
        written = json.loads(text)
        kind, what, details = written["kind"], written["what"], written["details"]
        texts = [kind, what, *details, *details.values()]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NoLease("it was cut off, or says something else", own=True) from None
    if not all(isinstance(text, str) for text in texts):
        raise NoLease("it was cut off, or says something else", own=True)
    return Lease(file, kind, what, details)


def _text(file: Path) -> bytes:
    try:
        # A link is not followed, and a pipe is not waited for.
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        why = "it is a link" if file.is_symlink() else (error.strerror or "it cannot be opened").lower()
        raise NoLease(why) from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise NoLease("it is a folder" if stat.S_ISDIR(found.st_mode) else "it is no file")
        if found.st_uid != os.geteuid():
            raise NoLease("it belongs to somebody else")
        if found.st_size > _LONGEST:
            raise NoLease(f"it has {found.st_size} bytes")
        return os.read(handle, _LONGEST)
    finally:
        os.close(handle)


def leases_folder() -> Path:
    """Return the folder where leases are kept; only the lab's user can read it."""
    return place("leases")


def owner() -> Process:
    """Return the lab process that this process works for: itself, unless a lab started it."""
    return Process.parse(os.environ[OWNER]) if OWNER in os.environ else Process.of(os.getpid())
