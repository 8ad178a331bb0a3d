"""A class is graded in the app's container: with the databases, without a network, and nothing is left."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from checks import typed
from learners import typed as typed_in
from test_compose import ROOT, docker, docker_answers, strict

from lab_app.exercise.attempts import solution, write
from lab_app.exercise.read import exercise

pytestmark = [pytest.mark.docker, pytest.mark.slow]
ADD_AGE = exercise("add_age")
#: What a pupil's app does when it is loaded: a program of its own, which no guard sees, looks for a neighbour; and it
#: looks for what it may write.
NOSY = """
import os, subprocess, sys
LOOK = "import socket; socket.create_connection(('{address}', 80), 3)"
assert subprocess.run([sys.executable, "-c", LOOK], capture_output=True).returncode != 0, "a way out"
for folder in (os.path.dirname(os.path.abspath(__file__)), "/opt/lab", "/"):
    try:
        open(os.path.join(folder, "left"), "w")
    except OSError:
        continue
    raise AssertionError(f"{{folder}} is written")
"""


@pytest.fixture
def neighbour() -> Iterator[str]:
    """The address of a container on Docker's usual network, which answers there."""
    if not docker_answers():
        (pytest.fail if strict() else pytest.skip)("no Docker engine with Compose answers; start one")
    name = f"neighbour-{os.getpid()}"
    server = ("python", "-m", "http.server", "80")
    assert docker("run", "--detach", "--rm", "--name", name, "python:3.14-slim", *server).returncode == 0
    try:
        found = docker("inspect", name, "--format", "{{.NetworkSettings.IPAddress}}").stdout.strip()
        look = f"import socket, time; time.sleep(2); socket.create_connection(('{found}', 80), 5)"
        assert docker("run", "--rm", "python:3.14-slim", "python", "-c", look).returncode == 0
        yield found
    finally:
        docker("rm", "--force", name)


@pytest.fixture
def class_(tmp_path: Path, environment: dict[str, str], neighbour: str) -> Path:
    """Two pupils who have solved add_age, one of them with an app that looks around."""
    folder = tmp_path / "class"
    for name in ("ada", "nosy"):
        (folder / name).mkdir(parents=True)
    typed("learn", "add_age", environment=environment, cwd=folder / "ada")
    place = folder / "ada" / "learn" / "add_age"
    write(solution(ADD_AGE), ADD_AGE, place)
    assert typed_in("flask db upgrade", place).returncode == 0
    shutil.copytree(folder / "ada" / "learn", folder / "nosy" / "learn")
    app = folder / "nosy" / "learn" / "add_age" / "app.py"
    app.write_text(app.read_text() + NOSY.format(address=neighbour))
    return folder


def test_a_class_is_graded_in_a_container(class_: Path, environment: dict[str, str]) -> None:
    """All four engines judge; what a pupil wrote reaches no network and writes nothing; no container is left."""
    project = {"COMPOSE_PROJECT_NAME": f"grade-{os.getpid()}"}
    folders = [str(class_ / name) for name in ("ada", "nosy")]
    answer = typed("grade", "--format", "json", *folders, environment=environment | project, cwd=ROOT, seconds=900)
    assert answer.returncode == 0, answer.stderr
    found = {pupil["name"]: pupil["grades"][0] for pupil in json.loads(answer.stdout)["pupils"]}
    assert found["ada"]["engines"] == ["SQLite", "PostgreSQL", "MySQL", "MariaDB"], found
    assert found["nosy"]["passed"], found
    assert (
        docker(
            "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={next(iter(project.values()))}"
        ).stdout
        == ""
    )
    assert not (class_ / "nosy" / "learn" / "add_age" / "left").exists()
