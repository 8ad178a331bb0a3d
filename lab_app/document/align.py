"""Targets of several runs beside each other: which of one run is which of another, whatever each run calls it."""

from collections.abc import Collection, Iterable, Sequence

from lab_app.document.targets import release
from lab_app.document.types import Document, TargetRecord


def aligned(documents: Sequence[Document]) -> list[Document]:
    """Call the targets of all documents alike: where one has several versions of an engine, all of them say theirs.

    A record of PostgreSQL 15 and 18 and a run on PostgreSQL 18 alone have two columns together, and not three.
    """
    names = {target["name"] for document in documents for target in document["targets"]}
    several = {t["engine"] for document in documents for t in document["targets"] if t["name"] != t["engine"]}
    return [
        _renamed(document, {t["name"]: _full(t, names) for t in document["targets"] if t["engine"] in several})
        for document in documents
    ]


def counterparts(before: Iterable[TargetRecord], after: Collection[TargetRecord]) -> dict[str, str]:
    """Return the names of targets in a run by those in an earlier one: the same name, or the engine's same release."""
    names = {target["name"] for target in after}
    releases = {(target["engine"], release(target)): target["name"] for target in after if target["version"]}
    found = {}
    for target in before:
        same = target["name"] if target["name"] in names else releases.get((target["engine"], release(target)))
        if same:
            found[target["name"]] = same
    return found


def _full(target: TargetRecord, names: Collection[str]) -> str:
    """Return a target's name with as much of its version as the other runs say."""
    if target["name"] != target["engine"] or not target["version"]:
        return target["name"]
    whole = f"{target['engine']} {target['version']}"
    return whole if whole in names else f"{target['engine']} {release(target)}"


def _renamed(document: Document, names: dict[str, str]) -> Document:
    if all(old == new for old, new in names.items()):
        return document
    return {
        **document,
        "targets": [{**target, "name": names.get(target["name"], target["name"])} for target in document["targets"]],
        "cells": [{**cell, "target": names.get(cell["target"], cell["target"])} for cell in document["cells"]],
    }
