"""Where a project lies in its repository: what shows findings beside lines wants paths from the repository's root."""

from __future__ import annotations

import os
from pathlib import Path


def root_of(folder: Path) -> Path:
    """Return the root of the repository that a folder is in; the folder itself where there is none.

    That is the nearest folder above with a ``.git``, which is a file in a worktree; without one, as where a job has no
    history, what GitHub says in ``GITHUB_WORKSPACE``.
    """
    for each in (folder, *folder.parents):
        if (each / ".git").exists():
            return each
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if workspace and folder.is_relative_to(given := Path(workspace).resolve()):
        return given
    return folder


def seen_from(folder: Path, path: str | None) -> str | None:
    """Return a path as it is seen from a project's folder, where it is in the same repository."""
    if path is None or not Path(path).is_absolute() or not Path(path).is_relative_to(root_of(folder)):
        return path
    return Path(os.path.relpath(path, folder)).as_posix()
