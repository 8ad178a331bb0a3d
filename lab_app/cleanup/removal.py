"""Removing what is leased: only what the lab made, and only when its owner is gone."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from lab_app.errors import LabError
from lab_app.home import place
from lab_app.leases.lease_file import Lease, leases
from lab_app.leases.process import Process

_SCRATCH = re.compile(r"lab_[a-z0-9]+")


def sweep(owner: Process | None = None) -> list[str]:
    """Remove what dead lab processes left, or everything of one owner, and say so, a sentence a thing.

    What cannot be removed now keeps its lease, and its sentence says why. A process is stopped only when it is
    still the one that was leased, a container only when it carries the lab's label, a folder only among the
    lab's own, a database only by a scratch name.
    """
    ended = [lease for lease in leases() if (lease.owner == owner if owner else not lease.owner.alive)]
    said = [_removed(lease) for lease in sorted(ended, key=lambda lease: list(_REMOVERS).index(lease.kind))]
    return [sentence for sentence in said if sentence]


def _removed(lease: Lease) -> str:
    try:
        sentence = _REMOVERS[lease.kind](lease)
    except LabError as error:
        return f"{lease.what[:1].upper()}{lease.what[1:]} remains: {error}"
    lease.release()
    return sentence


def _unreadable(_lease: Lease) -> str:
    return ""


def _database(lease: Lease) -> str:
    # Imported here because the servers lease what they start.
    from lab_app.servers.drop_elsewhere import drop

    made = lease.details
    if not _SCRATCH.fullmatch(made["name"]):
        return ""
    return f"Dropped {lease.what}." if drop(made["engine"], made["source"], made["address"], made["name"]) else ""


def _process(lease: Lease) -> str:
    process = Process.parse(lease.details["process"])
    if not process.alive:
        return ""
    process.stop(int(lease.details["signal"]), patience=3.0)
    return f"Stopped {lease.what}."


def _container(lease: Lease) -> str:
    from lab_app.servers.docker_engine import remove

    return f"Removed {lease.what}." if remove(lease.details["name"]) else ""


def _folder(lease: Lease) -> str:
    folder = Path(lease.details["path"])
    if folder.parent != place("runs") or not folder.exists():
        return ""
    shutil.rmtree(folder, ignore_errors=True)
    return f"Removed {lease.what}."


#: In the order in which they are removed: a database while its server lives, a folder when nobody writes to it.
_REMOVERS: dict[str, Callable[[Lease], str]] = {
    "unreadable": _unreadable,
    "database": _database,
    "process": _process,
    "container": _container,
    "folder": _folder,
}
