"""One check: a project, the engines it is for, the walk, and the document that comes of it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lab_app.check.cells import cells
from lab_app.check.evidence import NotTested, Walked
from lab_app.check.findings.find import find
from lab_app.check.findings.history import unreadable
from lab_app.check.lane import Lane
from lab_app.check.project.understood import Understood
from lab_app.check.walk import Walk
from lab_app.cleanup import guard
from lab_app.document.check import CHECK_SCHEMA, CheckDocument, Finding
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
    """What to check, on what; ``middle`` cuts every revision in the middle, too."""

    project: Understood
    wanted: tuple[Wanted, ...]
    middle: bool = False


def check(request: CheckRequest, progress: Progress) -> CheckDocument:
    """Walk the project's history on every engine and return the document.

    Everything that was made on the way is gone when it returns or raises, Ctrl-C included.

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
        walked = Walk(lanes, _Told(progress, lanes), cuts=request.middle).walk()
        _raise_unloaded(walked)
        walked.not_tested += left_out
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
            interpreter = request.project.interpreter
            left_out.append(
                NotTested(title, f"{interpreter} has no driver for it. Type {interpreter} -m pip install {driver}")
            )
        else:
            lanes.append(lane := Lane(name, server, request.project, folder))
            stack.callback(lane.close)
    return lanes, left_out


def _backend(server: Server) -> str:
    return server.engine.driver.partition("+")[0]


def _targets(found: Sequence[tuple[Wanted, Server | Unavailable]]) -> list[TargetRecord]:
    called = names(found)
    return [
        {**target_record(wanted, server), "name": name} for name, (wanted, server) in zip(called, found, strict=True)
    ]


def _raise_unloaded(walked: Walked) -> None:
    """Raise why the project could not be loaded anywhere; a history that cannot be read is a finding."""
    if any(map(unreadable, walked.loaded.values())):
        return
    failures = [answer.failure for answer in walked.loaded.values() if answer.failure]
    if failures and len(failures) == len(walked.loaded):
        first = failures[0]
        where = f" ({first.at.file}:{first.at.line})" if first.at else ""
        raise LabError(f"The project cannot be loaded: {first.line}{where}")


def _document(request: CheckRequest, walked: Walked, targets: list[TargetRecord], ms: int) -> CheckDocument:
    project = request.project
    notes = [note for answer in walked.loaded.values() for note in answer.notes]
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
            "migrations": _relative(directory, project.folder),
            "url_through": "SQLAlchemy.init_app" if _through_settings(walked) else "create_engine",
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
                "file": _relative(each.file, project.folder) or "",
            }
            for each in walked.revisions
        ],
        "cells": cells(walked),
        "findings": [_with_relative_file(finding, project.folder) for finding in find(walked)],
        "skipped": [],
        "not_tested": [{"what": each.what, "why": each.why} for each in walked.not_tested],
    }


def _through_settings(walked: Walked) -> bool:
    return any(answer.said.get("through_settings") for answer in walked.loaded.values())


def _relative(path: str | None, folder: Path) -> str | None:
    """Return a path as seen from the project's folder, where it is inside."""
    if path is None:
        return None
    inside = Path(path).is_relative_to(folder)
    return os.path.relpath(path, folder) if inside else path


def _with_relative_file(finding: Finding, folder: Path) -> Finding:
    return {**finding, "file": _relative(finding["file"], folder)}


class _Told:
    """Tells a run's progress how far the walk is: every lane is as far as the slowest."""

    def __init__(self, progress: Progress, lanes: Sequence[Lane]) -> None:
        self._progress = progress
        self._lanes = lanes

    def loading(self, lane: str) -> None:
        self._progress.step(lane, "loading the project")

    def at(self, revision: str, done: int, of: int) -> None:
        for lane in self._lanes:
            self._progress.step(lane.name, revision if not lane.blocked else f"blocked at {lane.blocked}")
            self._progress.count(lane.name, done, of)
