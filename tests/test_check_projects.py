"""Every project of ``tests/projects/`` has one fault, or none: which the check says, and nothing more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from availability import strict
from commands import FLASK, REPOSITORY
from project_files import Project, projects
from recall import RECALL, Key, Recall

from lab_app.check.limits import VARIABLE

PROJECTS = projects()


@pytest.fixture(scope="session")
def recall(request: pytest.FixtureRequest) -> Recall:
    """The recall of this run, which its summary tells."""
    return request.config.stash.setdefault(RECALL, Recall())


@pytest.mark.fast
def test_there_are_enough_projects() -> None:
    """At least 30 projects have a fault, and at least 5 have none."""
    clean = [project for project in PROJECTS if project.name.startswith("clean_")]
    assert len(PROJECTS) - len(clean) >= 30
    assert len(clean) >= 5
    assert not any(project.errors or project.also for project in clean)
    assert all(project.errors or project.also or project.not_tested for project in PROJECTS if project not in clean)


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_fault_is_found_and_nothing_else(
    project: Project, environment: dict[str, str], tmp_path: Path, recall: Recall
) -> None:
    """Each error is found on the engines that have it, and no other one is."""
    recall.begun += 1
    if project.step_seconds:
        environment = {**environment, VARIABLE: str(project.step_seconds)}
    document = checked(project.write(tmp_path / project.name), environment)
    up = frozenset(target["name"] for target in document["targets"] if target["up"])
    if strict():
        assert len(up) == 4
    found = by_key(document, {"error"})
    # What only engines that are not up would say is not wanted; what no engine says is about the whole project.
    wanted = {key: engines & up for key, engines in project.errors.items() if engines & up or not engines}
    recall.count(wanted, found)
    assert found == wanted
    below = by_key(document, {"warning", "note"})
    for key, engines in project.also.items():
        assert below.get(key, frozenset()) >= engines & up, below
    untested = {each["what"] for each in document["not_tested"]}
    assert untested >= set(project.not_tested)
    assert silent(document) == []
    told = {finding["scenario"] for finding in document["findings"]} - {None}
    assert all((REPOSITORY / "scenarios" / f"{name}.py").is_file() for name in told), told


def silent(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The errors that no cell of their revision and engine tells: all of its steps are said to be done."""
    ran = {(cell["revision"], cell["target"]) for cell in document["cells"]}
    told = {(cell["revision"], cell["target"]) for cell in document["cells"] if cell["outcome"] != "done"}
    return [
        (finding["code"], finding["revision"], engine)
        for finding in document["findings"]
        if finding["severity"] == "error" and finding["revision"]
        for engine in finding["engines"] or ()
        if (finding["revision"], engine) in ran - told
    ]


def checked(folder: Path, environment: dict[str, str], *options: str) -> dict[str, Any]:
    """The document of a check of the project in a folder."""
    command = [*FLASK, "check", str(folder), "--python", sys.executable, "--format", "json", "--quiet", *options]
    answer = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=300)
    assert answer.returncode in (0, 1), answer.stderr
    assert answer.stdout, answer.stderr  # Python's own status for a traceback is 1, too
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def by_key(document: dict[str, Any], severities: set[str]) -> dict[Key, frozenset[str]]:
    """The engines of each finding of these severities, by code and revision."""
    found: dict[Key, frozenset[str]] = {}
    for finding in document["findings"]:
        if finding["severity"] in severities:
            key = (finding["code"], finding["revision"])
            found[key] = found.get(key, frozenset()) | frozenset(finding["engines"] or ())
    return found
