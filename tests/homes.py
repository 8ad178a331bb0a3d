"""A folder of the lab's own for tests that start servers of their own, below which such a server can run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab_app.cleanup import guard
from lab_app.leases.lease_file import OWNER


@contextmanager
def home_of_its_own(sources: str) -> Iterator[Path]:
    """A new folder for the lab, no server in the environment, and servers from these sources."""
    with pytest.MonkeyPatch.context() as patch:
        # Not pytest's own folder: a server that root starts runs as a user who cannot reach into it.
        folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="lab-test-"))
        patch.setenv("LAB_HOME", str(folder))
        patch.setenv("LAB_SERVERS", sources)
        for name in (OWNER, "LAB_POSTGRESQL_URL", "LAB_MYSQL_URL", "LAB_MARIADB_URL"):
            patch.delenv(name, raising=False)
        folder.chmod(0o711)
        with guard():
            yield folder
        shutil.rmtree(folder)
