"""The folder for the files of one run."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab_app.home import place, writing
from lab_app.leases.lease_file import lease


@contextmanager
def run_folder() -> Iterator[Path]:
    """Make a folder for the files of one run, removed with everything in it at the end, or by the janitor."""
    with writing():
        folder = Path(tempfile.mkdtemp(dir=place("runs")))
    held = lease("folder", "a folder of scratch files", path=str(folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        held.release()
