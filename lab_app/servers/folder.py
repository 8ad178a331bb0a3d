"""The data folder of one server program: claimed by one lab at a time, made once, kept for the next."""

import fcntl
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from lab_app.home import place, writing
from lab_app.servers.programs import Program
from lab_app.servers.search import NoServer


@dataclass(frozen=True)
class Folder:
    """One claimed folder. It holds ``data``, ``password`` and ``log``; the program inherits ``lock``, an open file.

    The claim ends when the lab and the server have both closed the lock, however they ended.
    """

    path: Path
    lock: int
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        """The server's own part; it is there only when it is complete."""
        return self.path / "data"

    @property
    def password(self) -> str:
        """The password of the lab's account, made with the folder; nobody else can read it."""
        return (self.path / "password").read_text()

    def close(self) -> None:
        """Let go of the claim; the data stays for the next server."""
        os.close(self.lock)

    def empty(self) -> Path:
        """Remove all that is inside, make a new password, and a folder for fresh data, which is returned."""
        fresh = self.path / "fresh"
        with writing():
            shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir()
            self.path.chmod(0o711)  # whatever the umask
            fresh.mkdir(mode=0o700)
        self._give(fresh)
        self.write("password", secrets.token_hex(16))
        return fresh

    def write(self, name: str, text: str) -> None:
        """Write a file that the server can read, and nobody but the lab besides."""
        file = self.path / name
        with writing():
            file.unlink(missing_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(text)
        self._give(file)

    def _give(self, path: Path) -> None:
        # Only what lies inside is the server's: root must not write where somebody else could place a link.
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def claim(program: Program) -> Folder:
    """Claim the first folder of this program and version that no other lab uses, numbered from 0.

    Raises:
        NoServer: the user that the server must run as cannot reach it.
        LabError: it cannot be made.
    """
    above = place("servers", mode=0o711)
    user = user_for(program)
    if user and not reachable(above):
        raise NoServer(f"the user {user.pw_name} cannot reach {above}", "export LAB_HOME=/var/tmp/migration-lab")
    number = 0
    while True:
        path = above / f"{program.engine}-{program.version}-{number}"
        with writing():
            lock = os.open(path.with_suffix(f"{path.suffix}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return Folder(path, lock, user)
        except BlockingIOError:
            os.close(lock)
            number += 1


def user_for(program: Program) -> pwd.struct_passwd | None:
    """Tell whom the server runs as: for root somebody without rights, for everybody else themselves (None)."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user for user in pwd.getpwall()}
    return next(users[name] for name in program.users if name in users)


def reachable(path: Path) -> bool:
    """Tell whether any user may pass through to it."""
    return all(each.stat().st_mode & stat.S_IXOTH for each in (path, *path.parents))
