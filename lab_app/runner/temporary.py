"""Where the temporary files of a worker and of all that it starts go; it is known to the parent, too."""

from __future__ import annotations

from pathlib import Path


def temporary_folder(run: Path, pid: int) -> Path:
    """Return the folder, by the folder of the run and the worker's number."""
    return run / f"tmp-{pid}"
