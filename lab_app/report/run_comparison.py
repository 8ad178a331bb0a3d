"""What a run on this machine changed: its scenarios beside what the pages showed of them before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lab_app.document.compare import Change, changed, in_both, other_versions
from lab_app.document.merge import Origin, Shown
from lab_app.document.targets import labels
from lab_app.document.types import Cell, Document
from lab_app.report.moments import ago, day


@dataclass(frozen=True)
class RunComparison:
    """The comparison in words, and what there is to look at.

    ``heading`` is the whole of it in a line, ``ran`` says how many cells there were, ``versions`` which targets are
    of another version. ``unexpected`` are cells of targets that are up, and not as their scenario declares.
    """

    heading: str
    ran: str
    changes: tuple[Change, ...]
    versions: tuple[str, ...]
    unexpected: tuple[Cell, ...]
    scenarios: tuple[str, ...]


def compare_run(before: Shown | None, after: Shown, names: Collection[str], began: datetime) -> RunComparison:
    """Compare what a run that began at a moment left with what was shown before; no names mean every scenario."""
    scenarios = tuple(
        name
        for name, origin in after.origins.items()
        if (not names or name in names) and origin.own and origin.recorded_at >= began.replace(microsecond=0)
    )
    new = _part(after.document, scenarios)
    old = _part(before.document, scenarios) if before else None
    known = {name: before.origins[name] for name in scenarios if name in before.origins} if before else {}
    changes = changed(old, new) if old else []
    both = sum(1 for _ in in_both(old, new)) if old else 0
    return RunComparison(
        heading=_heading(changes, both, list(known.values())),
        ran=_ran(new["cells"], after, scenarios),
        changes=tuple(changes),
        versions=_versions(known, after.origins),
        unexpected=tuple(cell for cell in new["cells"] if _unexpected(cell, after.origins[cell["scenario"]])),
        scenarios=scenarios,
    )


def _part(document: Document, names: Collection[str]) -> Document:
    return {**document, "cells": [cell for cell in document["cells"] if cell["scenario"] in names]}


def _heading(changes: list[Change], both: int, origins: list[Origin]) -> str:
    if not both:
        return "There was nothing to compare it with"
    if not changes:
        return f"Same as {_place(origins, 'recorded on {day}', 'your last run, {ago}')}"
    count = "1 cell" if len(changes) == 1 else f"{len(changes)} cells"
    return f"{count} changed since {_place(origins, 'the record of {day}', 'your last run, {ago}')}"


def _place(origins: list[Origin], recorded: str, own: str) -> str:
    """Tell which results these were: the record's, those of one run, or some of each."""
    moments = {(origin.own, origin.recorded_at) for origin in origins}
    if len(moments) == 1:
        [(mine, when)] = moments
        return (own if mine else recorded).format(day=day(when), ago=ago(when))
    owned = sum(origin.own for origin in origins)
    return f"before: {owned} of {len(origins)} scenarios in your own runs, the others recorded"


def _ran(cells: list[Cell], after: Shown, scenarios: tuple[str, ...]) -> str:
    ran = sum(cell["outcome"] != "not run" for cell in cells)
    down: dict[str, None] = {}
    for name in scenarios:
        targets = after.origins[name].targets
        said = labels(targets)
        down |= {said[target["name"]]: None for target in targets if not target["up"]}
    counted = f"All {ran} cells ran." if ran == len(cells) else f"{ran} of {len(cells)} cells ran."
    return counted + (f" Not up: {', '.join(down)}." if down else "")


def _versions(before: dict[str, Origin], after: dict[str, Origin]) -> tuple[str, ...]:
    """Write a sentence for each target that is of another version than it was."""
    said = (
        f"{label} was {was}, is {now}."
        for name, origin in before.items()
        for label, was, now in other_versions(origin.targets, after[name].targets)
    )
    return tuple(dict.fromkeys(said))


def _unexpected(cell: Cell, origin: Origin) -> bool:
    up = {target["name"] for target in origin.targets if target["up"]}
    return not cell["as_expected"] and cell["target"] in up
