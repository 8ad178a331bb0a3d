"""How many faults of ``tests/projects/`` the check finds: counted over a whole run of the tests, told at its end."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

#: A finding's code and revision.
Key = tuple[str, str | None]


@dataclass
class Recall:
    """How many faults were to be found and were, each on each engine, and how many were said that are none.

    ``begun`` and ``projects`` are how many projects were begun, and came to an end.
    """

    wanted: int = 0
    found: int = 0
    false: int = 0
    begun: int = 0
    projects: int = 0

    def count(self, wanted: dict[Key, frozenset[str]], found: dict[Key, frozenset[str]]) -> None:
        """Add one project."""
        everything, said = _pairs(wanted), _pairs(found)
        self.wanted += len(everything)
        self.found += len(everything & said)
        self.false += len(said - everything)
        self.projects += 1

    def __str__(self) -> str:
        missing = f"; {self.begun - self.projects} of {self.begun} not counted" if self.begun > self.projects else ""
        return (
            f"The check's projects: found {self.found} of {self.wanted} errors, {self.false} false, "
            f"in {self.projects} projects{missing}"
        )


#: Where a run of the tests keeps it.
RECALL = pytest.StashKey[Recall]()


def _pairs(findings: dict[Key, frozenset[str]]) -> set[tuple[Key, str]]:
    """Each finding on each engine; one about the whole project counts once."""
    return {(key, engine) for key, engines in findings.items() for engine in engines or {""}}
