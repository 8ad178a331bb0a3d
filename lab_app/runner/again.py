"""What a person does next after a migration that stopped half-way: the upgrade, typed once more."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import flask_migrate

from lab_app.document.types import Again, Evidence
from lab_app.document.verdict import verdict
from lab_app.evidence.errors import record_error
from lab_app.evidence.statements import Recorder
from lab_app.runner.project import Project

_UPGRADE = "flask db upgrade"


def again(evidence: Evidence, project: Project, seconds: float, observe: Callable[[], Any]) -> Again | None:
    """Type the upgrade once more and return what came of it; None where there is no revision to go to.

    It is the upgrade whatever the attempt ended in, because the models are those of the end, and so is the way there;
    with the revision that was typed, if an upgrade to one is what failed. ``observe`` reads what evidence has of the
    time after an attempt.
    """
    if not project.revisions():
        return None
    step = next(
        (step for step in evidence["steps"][-1:] if step.startswith(_UPGRADE) and "--sql" not in step), _UPGRADE
    )
    recorder = Recorder()
    project.recorder = recorder
    error = None
    try:
        with _limit(seconds):
            project.command(flask_migrate.upgrade, revision=step.removeprefix(_UPGRADE).strip() or "head")
    except (Exception, SystemExit) as raised:  # whatever it is, it is what a person would see
        error = record_error(raised)
    finally:
        project.recorder = None
    failed = [statement["sql"] for statement in recorder.statements if statement["error"] is not None]
    then: Evidence = {**evidence, **observe(), "error": error}
    outcome = verdict({**then, "statements": [*evidence["statements"], *recorder.statements]}).outcome
    return {"step": step, "error": error, "statement": failed[-1] if failed else None, "outcome": outcome}


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """End what takes too long in Python; a statement has its own limit, and ends before that."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"no end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
