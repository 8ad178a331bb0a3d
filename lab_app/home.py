"""The lab's own folder: server data, leases and scratch files, and nothing of anybody else's."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from lab_app.errors import LabError


def home() -> Path:
    """Return the lab's own folder, made when it is missing: ``LAB_HOME``, else one in the user's cache.

    Started by root it is below ``/var/tmp``, where the unprivileged user that runs a database server can
    reach it.

    Raises:
        LabError: it cannot be made, or it belongs to somebody else.
    """
    folder = _chosen()
    with writing():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _make(folder, 0o711)  # a server's user passes through, and cannot look around
        found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_IWOTH:
        raise LabError(f"{folder} could be written by somebody else: set LAB_HOME to a folder of your own")
    return folder


def place(name: str, mode: int = 0o700) -> Path:
    """Return one folder inside the lab's own, made when it is missing.

    Raises:
        LabError: it cannot be made.
    """
    folder = home() / name
    with writing():
        _make(folder, mode)
    return folder


@contextmanager
def writing() -> Iterator[None]:
    """Say in one line why the lab's folder takes nothing: full, read-only, not a folder, not ours."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        other = "a shorter one" if error.errno == errno.ENAMETOOLONG else "a folder with space"
        raise LabError(f"{_chosen()} cannot be written ({why}): set LAB_HOME to {other}") from None


def _make(folder: Path, mode: int) -> None:
    """Make a folder that may be there; a new one has this very mode, whatever the umask."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)


def _chosen() -> Path:
    if given := os.environ.get("LAB_HOME"):
        return Path(given).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/tmp/migration-lab-0")  # noqa: S108 - home() refuses it when somebody else owns it
    return platformdirs.user_cache_path("migration-lab")
