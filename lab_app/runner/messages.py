"""What goes to a worker, and what it says: light, so that the parent imports no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass

from lab_app.document.types import Cell, ScenarioRecord
from lab_app.servers.server import Server


@dataclass(frozen=True)
class Describe:
    """A scenario file to read; its path is whole. What it expects may be missing when it is to be measured."""

    path: str
    measuring: bool = False


@dataclass(frozen=True)
class Job:
    """One cell to be made: an attempt of a scenario file, on a server, in scratch databases of these names.

    The first is the application's own, the others are those of its binds, in their order. ``rows`` is how many to
    seed, None for those declared. The path is whole: a worker's current folder is that of the process that it was
    forked from.
    """

    scenario: str
    attempt: str
    server: Server
    databases: tuple[str, ...]
    rows: int | None
    measuring: bool = False


@dataclass(frozen=True)
class Described:
    """The answer to Describe: what a file declares, each attempt's time limit in seconds, how many ``databases``."""

    scenario: ScenarioRecord
    seconds: dict[str, float]
    databases: int = 1


@dataclass(frozen=True)
class Acting:
    """The attempt itself begins."""


@dataclass(frozen=True)
class Step:
    """A command of the attempt begins."""

    text: str


@dataclass(frozen=True)
class Reading:
    """The attempt is over, and its evidence is read."""


@dataclass(frozen=True)
class Made:
    """The answer to a Job."""

    cell: Cell


@dataclass(frozen=True)
class Failed:
    """A scenario cannot be used as it stands: why, in one sentence; or, where ``lost``, its server may be why."""

    sentence: str
    lost: bool = False


@dataclass(frozen=True)
class Stopped:
    """Said by the parent of a worker that has died or was too slow: why."""

    reason: str


Task = Describe | Job
Message = Described | Acting | Step | Reading | Made | Failed | Stopped
