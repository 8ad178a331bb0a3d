"""What goes to a worker, and what it says: light, so that the parent imports no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass

from lab_app.document.types import Cell, ScenarioRecord
from lab_app.servers.server import Server


@dataclass(frozen=True)
class Describe:
    """Scenario files to read; their paths are whole. What they expect may be missing when it is to be measured."""

    paths: tuple[str, ...]
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
    """What a scenario file declares, the time limit of each of its attempts in seconds, and how many ``databases``."""

    scenario: ScenarioRecord
    seconds: dict[str, float]
    databases: int = 1


@dataclass(frozen=True)
class Descriptions:
    """The answer to Describe, in the order of its paths."""

    scenarios: tuple[Described, ...]


@dataclass(frozen=True)
class Opening:
    """A scenario file is about to be read."""

    path: str


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
    """A scenario cannot be used as it stands: why, in one sentence."""

    sentence: str


@dataclass(frozen=True)
class Stopped:
    """Said by the parent of a worker that has died or was too slow: why."""

    reason: str


Task = Describe | Job
Message = Descriptions | Opening | Acting | Step | Reading | Made | Failed | Stopped
