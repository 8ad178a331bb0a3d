"""One check: a project, the engines it is for, the walk, and the document that comes of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from lab_app.check.beginnings import Beginning
from lab_app.check.cells import cells
from lab_app.check.evidence import LaneRecord, NotTested, Revision, Walked
from lab_app.check.findings.find import find
from lab_app.check.findings.history import unreadable
from lab_app.check.judged import in_files, is_about_new, not_reached, since
from lab_app.check.lane import Lane
from lab_app.check.left_out import Skip, sort_out
from lab_app.check.project.repository import root_of, seen_from
from lab_app.check.project.understood import Understood
from lab_app.check.project.understood_line import after_loading, url_through
from lab_app.check.project.unloaded import PACKAGES, why_unloaded
from lab_app.check.walk import Walk
from lab_app.cleanup import guard
from lab_app.document.check import CHECK_SCHEMA, CheckCell, CheckDocument, Finding
from lab_app.document.types import TargetRecord
from lab_app.errors import LabError
from lab_app.leases import run_folder
from lab_app.progress import Progress
from lab_app.runner.columns import names
from lab_app.runner.found import target_record
from lab_app.runner.versions import versions
from lab_app.servers import Server, Servers, Unavailable, Wanted


@dataclass(frozen=True)
class CheckRequest:
    """What to check, on what; ``middle`` cuts every revision in the middle, too.

    ``since`` is a revision, ``new_files`` are files: findings are wanted of the revisions after it, or in them.
    ``skips`` and ``known``, fingerprints with where they are known from, are left out of the findings.
    """

    project: Understood
    wanted: tuple[Wanted, ...]
    middle: bool = False
    since: str | None = None
    new_files: frozenset[Path] | None = None
    skips: tuple[Skip, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    beginning: Beginning = field(default_factory=Beginning)

    def judged(self, revisions: Sequence[Revision]) -> frozenset[str] | None:
        """Return the revisions that findings are wanted of; None for all.

        Raises:
            LabError: ``since`` is no revision.
        """
        after = since(revisions, self.since) if self.since else None
        new = in_files(revisions, self.new_files) if self.new_files is not None else None
        return new if after is None else after if new is None else after & new


def check(request: CheckRequest, progress: Progress, tell: Callable[[str], None]) -> CheckDocument:
    """Walk the project's history on every engine and return the document.

    Everything that was made on the way is gone when it returns or raises, Ctrl-C included. ``tell`` is told what was
    understood, once the project is loaded.

    Raises:
        LabError: the project could not be loaded on any engine, or there is no engine.
    """
    begun = time.perf_counter()
    with guard(), contextlib.ExitStack() as stack:
        folder = stack.enter_context(run_folder())
        servers = stack.enter_context(Servers(request.wanted, progress.server))
        found = [(wanted, servers.wait(wanted.name)) for wanted in request.wanted]
        lanes, left_out = _lanes(request, found, folder, stack)
        if not lanes:
            raise LabError(left_out[0].why if left_out else "No engine is up. Type flask lab servers")
        hears = _Told(progress, lanes, request, tell)
        walked = Walk(lanes, hears, cuts=request.middle, beginning=request.beginning).walk()
        walked.not_tested += [*left_out, *not_reached(walked)]
        walked.absent = _absent(found, lanes)
        return _document(request, walked, _targets(found), round((time.perf_counter() - begun) * 1000))


def _lanes(
    request: CheckRequest,
    found: Sequence[tuple[Wanted, Server | Unavailable]],
    folder: Path,
    stack: contextlib.ExitStack,
) -> tuple[list[Lane], list[NotTested]]:
    lanes: list[Lane] = []
    left_out: list[NotTested] = []
    for name, (_, server) in zip(names(found), found, strict=True):
        title = server.engine.title
        if isinstance(server, Unavailable):
            left_out.append(NotTested(title, f"{server.reason} To fix it: {server.fix}"))
        elif server.engine.needs_server and request.project.driver(_backend(server)) is None:
            driver = server.engine.driver.partition("+")[2]
            interpreter, package = request.project.interpreter, PACKAGES.get(driver, driver)
            left_out.append(
                NotTested(title, f"{interpreter} has no driver for it. Type {interpreter} -m pip install {package}")
            )
        else:
            lanes.append(lane := Lane(name, server, request.project, folder))
            stack.callback(lane.close)
    return lanes, left_out


def _absent(found: Sequence[tuple[Wanted, Server | Unavailable]], lanes: Sequence[Lane]) -> list[LaneRecord]:
    """Return the targets that were wanted and have no lane."""
    there = {lane.name for lane in lanes}
    return [
        LaneRecord(name, server.engine.name, server.engine.title, bool(server.engine.transactional_ddl))
        for name, (_, server) in zip(names(found), found, strict=True)
        if name not in there
    ]


def _backend(server: Server) -> str:
    return server.engine.driver.partition("+")[0]


def _targets(found: Sequence[tuple[Wanted, Server | Unavailable]]) -> list[TargetRecord]:
    called = names(found)
    return [
        {**target_record(wanted, server), "name": name} for name, (wanted, server) in zip(called, found, strict=True)
    ]


def _document(request: CheckRequest, walked: Walked, targets: list[TargetRecord], ms: int) -> CheckDocument:
    project = request.project
    notes = [note for answer in walked.loaded.values() for note in answer.notes]
    everything = find(walked)
    findings, skipped = sort_out(everything, partial(is_about_new, walked), request.skips, request.known)
    directory = next((answer.said.get("directory") for answer in walked.loaded.values() if not answer.failure), None)
    return {
        "schema": CHECK_SCHEMA,
        "kind": "check",
        "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "theirs": {"python": project.python, **project.versions},
        "ms": ms,
        "project": {
            "name": project.folder.name,
            "app": project.app or project.group or project.ini,
            "inside": seen_from(root_of(project.folder), str(project.folder)) or "",
            "migrations": seen_from(project.folder, directory),
            "url_through": url_through(project, walked.loaded),
            "started": {
                "left": sorted({name for state in walked.left.values() for name in state.schema}),
                "programs": list(dict.fromkeys(note.what for note in notes if note.kind == "program")),
                "refused": list(dict.fromkeys(note.what for note in notes if note.kind == "refused")),
            },
        },
        "targets": targets,
        "revisions": [
            {
                "revision": each.revision,
                "parents": list(each.parents),
                "message": each.message,
                "file": seen_from(project.folder, each.file) or "",
            }
            for each in walked.revisions
        ],
        "cells": [_with_relative_files(cell, project.folder) for cell in cells(walked, everything)],
        "findings": [_with_relative_file(finding, project.folder) for finding in findings],
        "skipped": skipped,
        "not_tested": [{"what": each.what, "why": each.why} for each in walked.not_tested],
    }


def _with_relative_file(finding: Finding, folder: Path) -> Finding:
    return {**finding, "file": seen_from(folder, finding["file"])}


def _with_relative_files(cell: CheckCell, folder: Path) -> CheckCell:
    statements = [{**each, "file": seen_from(folder, each["file"])} for each in cell["statements"]]
    return {**cell, "statements": statements}  # type: ignore[typeddict-item]


class _Told:
    """Hears how far the walk is: tells what was understood, and the run's progress."""

    def __init__(
        self, progress: Progress, lanes: Sequence[Lane], request: CheckRequest, tell: Callable[[str], None]
    ) -> None:
        self._progress = progress
        self._lanes = lanes
        self._request = request
        self._tell = tell

    def loading(self, lane: str) -> None:
        self._progress.step(lane, "loading the project")

    def loaded(self, walked: Walked) -> None:
        """Go on where the project is loaded, and see which revisions findings are wanted of.

        Raises:
            LabError: it was loaded nowhere, or the revision that was named is none.
        """
        project = self._request.project
        # A history that cannot be read is a finding.
        failures = {
            name: answer.failure for name, answer in walked.loaded.items() if answer.failure and not unreadable(answer)
        }
        why = {
            lane: why_unloaded(failures[lane.name], project, lane.printed, project.others)
            for lane in self._lanes
            if lane.name in failures
        }
        why |= {lane: walked.set_aside[lane.name] for lane in self._lanes if lane.name in walked.set_aside}
        if len(why) == len(self._lanes):
            raise LabError(next(iter(why.values())))
        if not walked.revisions and not any(answer.failure for answer in walked.loaded.values()):
            folder = seen_from(project.folder, next(answer.said["directory"] for answer in walked.loaded.values()))
            raise LabError(f"There is no revision in {folder}. Type flask db migrate, or -d and the migrations folder.")
        walked.not_tested += [NotTested(lane.title, said) for lane, said in why.items()]
        walked.judged = self._request.judged(walked.revisions)
        self._tell(after_loading(project, walked.loaded, [_named(lane) for lane in self._lanes if lane not in why]))

    def at(self, revision: str, done: int, of: int) -> None:
        for lane in self._lanes:
            self._progress.step(lane.name, revision if not lane.blocked else f"blocked at {lane.blocked}")
            self._progress.count(lane.name, done, of)


def _named(lane: Lane) -> str:
    return f"{lane.title} {lane.server.version}"
