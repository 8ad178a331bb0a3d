"""The record with this machine's own results laid over it, scenario by scenario, and where each of them comes from."""

import difflib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lab_app.document.align import aligned
from lab_app.document.matrix import Matrix, matrix
from lab_app.document.types import Document, ScenarioRecord, TargetRecord
from lab_app.engines import BY_NAME
from lab_app.errors import LabError


@dataclass(frozen=True)
class Origin:
    """Where a scenario's cells come from: the record or this machine, when, and on which targets."""

    own: bool
    recorded_at: datetime
    targets: tuple[TargetRecord, ...]


@dataclass(frozen=True)
class Shown:
    """One document to show, and the origin of each of its scenarios by name."""

    document: Document
    origins: dict[str, Origin]

    @cached_property
    def view(self) -> Matrix:
        """The matrix of the document, worked out once."""
        return matrix(self.document)

    @property
    def own(self) -> tuple[Origin, ...]:
        """The origins that are this machine's, the newest first."""
        found = [origin for origin in self.origins.values() if origin.own]
        return tuple(sorted(found, key=lambda origin: origin.recorded_at, reverse=True))

    @property
    def recorded(self) -> tuple[Origin, ...]:
        """The origins that are the record's, the newest first."""
        found = [origin for origin in self.origins.values() if not origin.own]
        return tuple(sorted(found, key=lambda origin: origin.recorded_at, reverse=True))

    def only(self, names: Collection[str]) -> "Shown":
        """Return the part that some scenarios are, with the targets that these were run on.

        Raises:
            LabError: there are no results of such a scenario.
        """
        for name in names:
            if name not in self.origins:
                near = difflib.get_close_matches(name, self.origins, n=3)
                hint = f"Nearest: {', '.join(near)}." if near else "All of them: flask lab list."
                raise LabError(f"There are no results of a scenario {name!r}. {hint}")
        origins = {name: origin for name, origin in self.origins.items() if name in names}
        found = Shown(self.document, origins)
        part: Document = {
            **self.document,
            "targets": _targets((*found.own, *found.recorded)),
            "scenarios": [scenario for scenario in self.document["scenarios"] if scenario["name"] in names],
            "cells": [cell for cell in self.document["cells"] if cell["scenario"] in names],
        }
        return Shown(part, origins)


def of_run(document: Document) -> Shown:
    """Return the results of one run, and nothing else."""
    origin = _origin(document, own=True)
    return Shown(document, {scenario["name"]: origin for scenario in document["scenarios"]})


def overlay(recorded: Iterable[Document], own: Iterable[Document]) -> Shown | None:
    """Take each scenario from its own document where there is one, else from the record; None when there is neither.

    ``own`` are documents of runs on this machine; of two that hold a scenario the newer one is taken, of ``recorded``
    ones, too. A target of the result says the versions of both, when there are cells of both.
    """
    record = sorted(recorded, key=_when)
    sources = aligned([*record, *sorted(own, key=_when)])
    if not sources:
        return None
    newest = sources[-1]
    taken: dict[str, tuple[Document, bool]] = {}
    for place, document in enumerate(sources):
        mine = place >= len(record)
        taken |= {scenario["name"]: (document, mine) for scenario in document["scenarios"]}
    origins = {name: _origin(document, mine) for name, (document, mine) in taken.items()}
    newest_first = sorted(origins.values(), key=lambda origin: origin.recorded_at, reverse=True)
    merged: Document = {
        **newest,
        "targets": _targets(newest_first),
        "scenarios": [one for name, (document, _) in taken.items() for one in _scenarios(document, name)],
        "cells": [cell for document in sources for cell in document["cells"] if taken[cell["scenario"]][0] is document],
    }
    return Shown(merged, origins)


def _targets(origins: Iterable[Origin]) -> list[TargetRecord]:
    """List every target of these origins, those of one engine beside each other, the older version first.

    One that was recorded and run here says both versions, where they are two.
    """
    recorded: dict[str, TargetRecord] = {}
    own: dict[str, TargetRecord] = {}
    for origin in origins:
        for target in origin.targets:
            (own if origin.own else recorded).setdefault(target["name"], target)
    found = (
        _both(recorded[name], own[name]) if name in recorded and name in own else target
        for name, target in (own | recorded).items()
    )
    return sorted(found, key=_place)


def _place(target: TargetRecord) -> tuple[int, list[int]]:
    places = list(BY_NAME)
    place = places.index(target["engine"]) if target["engine"] in BY_NAME else len(places)
    return place, [int(number) for number in re.findall(r"\d+", target["name"].removeprefix(target["engine"]))]


def _both(recorded: TargetRecord, own: TargetRecord) -> TargetRecord:
    """Make one target of two origins: neither version is passed off as the other's."""
    here, there = (target["version"] if target["up"] else "not up" for target in (own, recorded))
    version = here if here == there else f"{there} recorded, {here} here"
    up = own["up"] or recorded["up"]
    return {**own, "up": up, "version": version if up else own["version"], "source": None}


def _origin(document: Document, own: bool) -> Origin:
    return Origin(own, _when(document), tuple(document["targets"]))


def _when(document: Document) -> datetime:
    return datetime.fromisoformat(document["recorded_at"])


def _scenarios(document: Document, name: str) -> list[ScenarioRecord]:
    return [scenario for scenario in document["scenarios"] if scenario["name"] == name]
