"""A folder as it was, brought back file by file: only what an attempt has changed is written again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class Snapshot:
    """The small files below a folder at one moment, kept in memory, to be brought back there or elsewhere.

    Making and removing folders costs more than all the reading and writing of a small project. ``leave_out`` is the
    beginning of file names that are neither kept nor touched: those of a database.
    """

    def __init__(self, folder: Path, leave_out: str) -> None:
        self._leave_out = leave_out
        files, self._folders = self._below(folder)
        self._files = {name: (folder / name).read_bytes() for name in files}

    def restore(self, folder: Path) -> None:
        """Make a folder, which need not be there, hold these files and no others."""
        if folder.is_symlink() or not folder.is_dir():
            _remove(folder)
            folder.mkdir(parents=True)
        files, folders = self._below(folder)
        for name in files - self._files.keys():
            _remove(folder / name)
        for name in folders - self._folders:
            _remove(folder / name)
        for name in sorted(self._folders - folders):
            (folder / name).mkdir()
        for name, content in self._files.items():
            path = folder / name
            if name not in files or path.read_bytes() != content:
                path.write_bytes(content)

    def _below(self, folder: Path) -> tuple[set[str], set[str]]:
        """Return the paths of all files and of all folders below a folder."""
        files: set[str] = set()
        folders: set[str] = set()
        pending = [""]
        while pending:
            above = pending.pop()
            with os.scandir(folder / above) as entries:
                for entry in entries:
                    name = f"{above}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        folders.add(name)
                        pending.append(f"{name}/")
                    elif not name.startswith(self._leave_out):
                        files.add(name)
        return files, folders


def _remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it; one that is gone already is well."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
