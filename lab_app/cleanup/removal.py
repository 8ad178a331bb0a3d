"""Removing what is leased: only what the lab made, and only when its owner is gone."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

from lab_app.cleanup.journal import one_line
from lab_app.cleanup.turn import turn
from lab_app.errors import LabError
from lab_app.home import place
from lab_app.leases.lease_file import Lease, NoLease, lease_files, owner_of, read
from lab_app.leases.process import Process, living_off

_SCRATCH = re.compile(r"lab_[a-z0-9]+")
#: Seconds that a sweep waits for another one, which may wait for servers itself.
TURN = 60.0
#: Seconds that a process has to end after its signal.
_PATIENCE = 3.0


def sweep(owner: Process | None = None, patience: float = TURN) -> list[str]:
    """Remove what dead lab processes left, or everything of one owner, and say so, a sentence a thing.

    What cannot be removed now keeps its lease, and its sentence says why: it stops nothing else. A process is stopped
    only when it is still the one that was leased, a container only when it carries the lab's label, a folder only
    among the lab's own, a database only by a scratch name. Two sweeps take turns; who waits for longer than
    ``patience`` leaves it to the other.

    Raises:
        LabError: the lab's folder cannot be written.
    """
    # What a living lab has leased is swept by nobody else.
    with nullcontext(True) if owner and owner.alive else turn(patience) as ours:
        if not ours:
            return [f"What dead labs left remains: another lab has been removing it for {patience:g} s."] * bool(
                patience
            )
        found, said = _ended(owner)
        away: dict[str, str] = {}
        for lease in sorted(found, key=lambda lease: list(_REMOVERS).index(lease.kind)):
            said.append(_removed(lease, away))
    return [one_line(sentence) for sentence in said if sentence]


def remains(sentence: str) -> bool:
    """Tell whether a sentence of a sweep says that something is still there."""
    return " remains: " in sentence


def _ended(owner: Process | None) -> tuple[list[Lease], list[str]]:
    """Return the leases to end now, and a sentence for each file that is none."""
    found: list[Lease] = []
    said: list[str] = []
    for file in lease_files():
        try:
            theirs = owner_of(file)
            if theirs != owner if owner else theirs.alive:
                continue
            lease = read(file)
            if lease.kind in _REMOVERS:
                found.append(lease)
            else:  # of another version of the lab, which knows what that is
                said.append(f"{lease.what} remains: this lab knows no kind {lease.kind!r}. Its lease: {file}")
        except FileNotFoundError:
            continue
        except NoLease as none:
            # What the lab was kept from writing to its end is nothing yet; anything else is not the lab's to remove.
            if none.own:
                file.unlink(missing_ok=True)
            elif owner is None:
                said.append(f"A file among the leases remains: {none}. Remove it: {file}")
    return found, said


def _removed(lease: Lease, away: dict[str, str]) -> str:
    """Remove one thing; ``away`` has why a server could not be reached, which is waited for once a sweep."""
    server = lease.details.get("address", "")
    try:
        if server in away:
            raise LabError(away[server])
        sentence = _REMOVERS[lease.kind](lease)
        lease.release()
    except Exception as error:  # whatever keeps one thing from being removed stops nothing else
        why = str(error) if isinstance(error, LabError) else f"{type(error).__name__}: {error}"
        if server and isinstance(error, LabError) and not getattr(error, "answered", False):
            away[server] = why
        return f"{lease.what[:1].upper()}{lease.what[1:]} remains: {why}"
    return sentence


def _database(lease: Lease) -> str:
    # Imported here because the servers lease what they start.
    from lab_app.servers.drop_elsewhere import drop

    made = lease.details
    if not _SCRATCH.fullmatch(made.get("name", "")):
        return ""
    return f"Dropped {lease.what}." if drop(made["engine"], made["source"], made["address"], made["name"]) else ""


def _process(lease: Lease) -> str:
    process = Process.parse(lease.details["process"])
    if not process.alive or process.pid == os.getpid():
        return ""
    process.stop_all(int(lease.details["signal"]), _PATIENCE)
    if process.alive:
        raise LabError(f"process {process.pid} does not end")
    return f"Stopped {lease.what}."


def _container(lease: Lease) -> str:
    from lab_app.servers.docker_engine import remove

    return f"Removed {lease.what}." if remove(lease.details["name"]) else ""


def _folder(lease: Lease) -> str:
    folder = _run_folder(lease.details.get("path", ""))
    if folder is None or not folder.exists():
        return ""
    # Nobody else has a reason to be in there: what an attempt has started and a dead worker could not end.
    for process in living_off(folder):
        process.kill()
    _remove_tree(folder)
    if folder.exists():
        raise LabError(f"{folder} cannot be removed as a whole")
    return f"Removed {lease.what}."


def _run_folder(path: str) -> Path | None:
    """Return the folder of a run that this path means, when it is one: right among them, and no link elsewhere."""
    try:
        folder = Path(path)
        real = folder.resolve()
    except (ValueError, OSError):  # a path with a NUL, a loop of links
        return None
    return real if folder.is_absolute() and real.parent == place("runs").resolve() else None


def _remove_tree(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        # A folder that its owner may not enter: an attempt has taken the right away.
        for inside in _folders(folder):
            with suppress(OSError):
                inside.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)


def _folders(top: Path) -> Iterator[Path]:
    """Yield a folder and those in it, each before it is looked into."""
    yield top
    with suppress(OSError):
        for each in top.iterdir():
            if each.is_dir() and not each.is_symlink():
                yield from _folders(each)


#: In the order in which they are removed: a database while its server lives, a folder when nobody writes to it.
_REMOVERS: dict[str, Callable[[Lease], str]] = {
    "database": _database,
    "process": _process,
    "container": _container,
    "folder": _folder,
}
