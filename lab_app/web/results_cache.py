"""The documents that the pages read: the record, and over it what this machine has run; read anew when they change."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lab_app.document import keep
from lab_app.document.file import load
from lab_app.document.merge import Shown, overlay
from lab_app.document.types import Document
from lab_app.errors import LabError

#: What a file was when it was read: when it was written (ns), and its size.
_Stamp = tuple[int, int]


@dataclass(frozen=True)
class _Volume:
    stamp: _Stamp
    document: Document | None
    problem: str


class ResultsCache:
    """Documents by their files; one for the whole web server, safe for its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._volumes: dict[Path, _Volume] = {}
        self._shown: dict[bool, tuple[object, Shown | None]] = {}

    def current(self, *, recorded_only: bool = False) -> Shown | None:
        """Return the record with this machine's results over it, or the record alone; None before any result."""
        with self._lock:
            record = self._read_all(keep.recorded_files())
            own = {} if recorded_only else self._read_all(keep.own_files())
            if not recorded_only:  # a file that is gone has no problem any more
                self._volumes = record | own
            version = tuple((file, volume.stamp) for file, volume in (record | own).items())
            known = self._shown.get(recorded_only)
            if known is None or known[0] != version:
                known = version, overlay(_documents(record), _documents(own))
                self._shown[recorded_only] = known
            return known[1]

    @property
    def problems(self) -> list[str]:
        """A line for each file that could not be read."""
        with self._lock:
            return [volume.problem for volume in self._volumes.values() if volume.problem]

    def _read_all(self, files: Iterable[Path]) -> dict[Path, _Volume]:
        return {file: volume for file in files if (volume := self._read(file))}

    def _read(self, file: Path) -> _Volume | None:
        """Return a file's document, from memory as long as the file is the same."""
        try:
            found = file.stat()
        except OSError:  # it has gone since the folder was listed
            return None
        stamp = found.st_mtime_ns, found.st_size
        volume = self._volumes.get(file)
        if volume is None or volume.stamp != stamp:
            try:
                volume = _Volume(stamp, load(file, kept=True), "")
            except LabError as error:
                volume = _Volume(stamp, None, str(error))
            self._volumes[file] = volume
        return volume


def _documents(volumes: Mapping[Path, _Volume]) -> list[Document]:
    return [volume.document for volume in volumes.values() if volume.document]
