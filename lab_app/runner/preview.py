"""The SQL of every engine without a server: SQLite for real, the others as ``flask db upgrade --sql`` writes it."""

from __future__ import annotations

import contextlib
import warnings
from functools import partial
from pathlib import Path

from lab_app.cleanup import guard
from lab_app.engines import ENGINES, SQLITE, Engine
from lab_app.evidence.statements import Recorder
from lab_app.leases import run_folder
from lab_app.runner.alembic_files import compiled_once, without_logging
from lab_app.runner.connections import Connections
from lab_app.runner.lab import Lab
from lab_app.runner.preview_lab import PreviewLab, is_change
from lab_app.runner.scratch_database import FILE, remove_file
from lab_app.runner.shadow import ShadowProject
from lab_app.runner.stage import Stage, Workspace
from lab_app.scenario import catalogue
from lab_app.scenario.declare import Attempt, Expectation, Models, Scenario

#: The title of an attempt, and each engine's statements.
Preview = list[tuple[str, dict[str, list[str]]]]


def preview(name: str) -> tuple[str, Preview]:
    """Return a scenario's title and, for each attempt, the statements that each engine would be given.

    Raises:
        LabError: there is no such scenario, or it cannot be read.
    """
    scenario = catalogue.load(catalogue.find(name))
    with guard(), run_folder() as folder, warnings.catch_warnings(), compiled_once(), without_logging():
        warnings.simplefilter("ignore")
        stage = Stage(SQLITE, folder / "stage", Connections(SQLITE))
        sheets = _Sheets(stage, folder / "project", name, scenario)
        return scenario.title, [(attempt.title, sheets.of(attempt)) for attempt in scenario.attempts]


class _Sheets:
    """The statements of one scenario's attempts; each begins where the scenario says, on an SQLite file."""

    def __init__(self, stage: Stage, folder: Path, name: str, scenario: Scenario) -> None:
        self._stage = stage
        self._name = name
        self._scenario = scenario
        self._workspace = Workspace(folder, f"sqlite:///{folder / FILE}", None, partial(remove_file, folder))
        # An attempt that looks at its engine is run for each of them; all others are the same for all.
        self._apart = "lab.engine" in catalogue.find(name).read_text(encoding="utf-8")

    def of(self, attempt: Attempt) -> dict[str, list[str]]:
        found = {engine.name: _not_run(attempt, engine) for engine in ENGINES}
        asked = [engine for engine in ENGINES if not found[engine.name]]
        servers = [engine for engine in asked if engine.needs_server]
        for engine in asked:
            if not engine.needs_server:
                found[engine.name] = self._run(attempt, engine)
        for group in [[engine] for engine in servers] if self._apart else [servers]:
            found |= self._written(attempt, group) if group else {}
        return found

    def _begin(self, goal: Models) -> ShadowProject:
        """Return the project where an attempt begins, with the models that it should end with."""
        self._workspace.renew()
        prepared = self._stage.project(self._workspace, self._name, self._scenario)
        project = ShadowProject(prepared.folder, prepared.url, goal, prepared.connections)
        project.options, project.on_engine, project.naming = prepared.options, prepared.on_engine, prepared.naming
        return project

    def _run(self, attempt: Attempt, engine: Engine) -> list[str]:
        recorder = Recorder()
        project = self._begin(attempt.goal)
        project.recorder = recorder
        with contextlib.suppress(Exception):  # what it refuses, it has been given
            attempt.run(Lab(project, engine, recorder, lambda _step: None))
        return [statement["sql"] for statement in recorder.statements if is_change(statement["sql"])]

    def _written(self, attempt: Attempt, engines: list[Engine]) -> dict[str, list[str]]:
        shadow = self._begin(attempt.goal)
        lab = PreviewLab(shadow, engines)
        try:
            attempt.run(lab)
        except Exception as error:  # what cannot be written out without a database says so
            for engine in engines:
                lab.stop(engine, error)
        return {name: [sql.replace(f"{shadow.folder}/", "") for sql in sent] for name, sent in lab.written.items()}


def _not_run(attempt: Attempt, engine: Engine) -> list[str]:
    declared = attempt.expected[engine.name]
    apart = isinstance(declared, Expectation) and declared.outcome == "not run"
    return [f"-- not run: {declared.reason}"] if apart and isinstance(declared, Expectation) else []
