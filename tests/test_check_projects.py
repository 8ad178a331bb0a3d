"""Every project of ``tests/projects/`` has one fault, or none: which the check says, and nothing more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from availability import strict
from commands import FLASK
from project_files import Project, projects

PROJECTS = projects()
Key = tuple[str, str | None]


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_fault_is_found_and_nothing_else(project: Project, environment: dict[str, str], tmp_path: Path) -> None:
    """Each error is found on the engines that have it, and no other one is."""
    document = checked(project.write(tmp_path / project.name), environment)
    up = frozenset(target["name"] for target in document["targets"] if target["up"])
    if strict():
        assert len(up) == 4
    found = by_key(document, {"error"})
    assert found == {key: engines & up for key, engines in project.errors.items()}
    below = by_key(document, {"warning", "note"})
    for key, engines in project.also.items():
        assert below.get(key, frozenset()) >= engines & up, below


def checked(folder: Path, environment: dict[str, str], *options: str) -> dict[str, Any]:
    """The document of a check of the project in a folder."""
    command = [*FLASK, "check", str(folder), "--python", sys.executable, "--format", "json", "--quiet", *options]
    answer = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=300)
    assert answer.returncode in (0, 1), answer.stderr
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
