"""The SQL of every engine without a server: SQLite for real, the others as ``flask db upgrade --sql`` writes it."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path

from lab_app.address import of_file
from lab_app.cleanup import guard
from lab_app.engines import ENGINES, SQLITE, Engine
from lab_app.evidence.errors import one_line
from lab_app.evidence.statements import Recorder, of_bind
from lab_app.leases import run_folder
from lab_app.runner.alembic_files import compiled_once, without_logging
from lab_app.runner.baseline import Baselines
from lab_app.runner.binds import binds_of, file_of
from lab_app.runner.connections import Connections
from lab_app.runner.engine_baselines import EngineBaselines
from lab_app.runner.lab import Lab
from lab_app.runner.preview_lab import PreviewLab, headed, is_change
from lab_app.runner.scratch_database import FILE, remove_files
from lab_app.runner.shadow import ShadowProject
from lab_app.runner.stage import Stage, Workspace
from lab_app.scenario import catalogue
from lab_app.scenario.declare import Attempt, Models, Scenario
from lab_app.scenario.expectations import Expectation

#: The title of an attempt, and each engine's statements.
Preview = list[tuple[str, dict[str, list[str]]]]


def preview(name: str, begin: Callable[[str], None] = lambda _path: None) -> tuple[str, Preview]:
    """Return a scenario's title and, for each attempt, the statements that each engine would be given.

    ``begin`` is told which file is read.

    Raises:
        LabError: there is no such scenario, or it cannot be read.
    """
    begin(catalogue.shown(catalogue.find(name)))
    scenario = catalogue.load(catalogue.find(name))
    with guard(), run_folder() as folder, warnings.catch_warnings(), compiled_once(), without_logging():
        warnings.simplefilter("ignore")
        stage = Stage(SQLITE, folder / "stage", Connections(SQLITE), forgiving=True)
        sheets = _Sheets(stage, folder / "project", name, scenario)
        return scenario.title, [(attempt.title, sheets.of(attempt)) for attempt in scenario.attempts]


class _Sheets:
    """The statements of one scenario's attempts; each begins where the scenario says, on an SQLite file."""

    def __init__(self, stage: Stage, folder: Path, name: str, scenario: Scenario) -> None:
        self._stage = stage
        self._name = name
        self._scenario = scenario
        path = catalogue.find(name)
        binds = {key: of_file(str(folder / file_of(key))) for key in binds_of(path, scenario)}
        renew = partial(remove_files, folder, [FILE, *map(file_of, binds)])
        self._workspace = Workspace(folder, of_file(str(folder / FILE)), None, renew, binds)
        # An attempt that looks at its engine is run for each of them; all others are the same for all.
        self._apart = "lab.engine" in path.read_text(encoding="utf-8")
        connections = Connections(SQLITE)
        made = {engine: Baselines(folder.parent / engine.name, engine, connections) for engine in ENGINES}
        self._baselines = EngineBaselines(SQLITE, lambda engine: made[engine].of(name, scenario))

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
        project = ShadowProject(prepared.folder, prepared.url, goal, prepared.connections, prepared.binds)
        project.options, project.on_engine, project.naming = prepared.options, prepared.on_engine, prepared.naming
        project.failure = self._stage.failure
        return project

    def _run(self, attempt: Attempt, engine: Engine) -> list[str]:
        recorder = Recorder()
        project = self._begin(attempt.goal)
        project.recorder = recorder
        if project.failure:
            return [f"-- cannot be set up here: {one_line(project.failure)}"]
        with contextlib.suppress(Exception):  # what it refuses, it has been given
            attempt.run(Lab(project, engine, recorder, lambda _step: None))
        sent = [statement for statement in recorder.statements if is_change(statement["sql"])]
        by_bind = groupby(sent, lambda statement: next((key for key in project.binds if of_bind(statement, key)), None))
        return [line for key, group in by_bind for line in headed(key, [statement["sql"] for statement in group])]

    def _written(self, attempt: Attempt, engines: list[Engine]) -> dict[str, list[str]]:
        shadow = self._begin(attempt.goal)
        lab = PreviewLab(shadow, engines, self._baselines)
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
