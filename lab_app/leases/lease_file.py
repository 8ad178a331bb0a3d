"""A lease: one small file for one thing that must be removed again, whatever becomes of the lab."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab_app.home import place, writing
from lab_app.leases.process import Process

#: The variable through which a worker learns whose work it does.
OWNER = "LAB_OWNER"


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
        return Process.parse(self.file.stem.rpartition("-")[0])

    def release(self) -> None:
        """Forget the thing, because it was removed."""
        self.file.unlink(missing_ok=True)


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


def leases() -> Iterator[Lease]:
    """Yield every lease of this user's labs. One that was cut off while it was written has the kind ``unreadable``."""
    for file in sorted(leases_folder().glob("*.json")):
        try:
            written = json.loads(file.read_text())
            yield Lease(file, written["kind"], written["what"], written["details"])
        except FileNotFoundError:
            continue
        except ValueError:
            yield Lease(file, "unreadable", "", {})


def leases_folder() -> Path:
    """Return the folder where leases are kept; only the lab's user can read it."""
    return place("leases")


def owner() -> Process:
    """Return the lab process that this process works for: itself, unless a lab started it."""
    return Process.parse(os.environ[OWNER]) if OWNER in os.environ else Process.of(os.getpid())
