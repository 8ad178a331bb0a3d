"""A class is graded in the app's container: with the databases, without a network, and nothing is left."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from checks import typed
from learners import typed as typed_in
from test_compose import ROOT, docker, docker_answers, strict

from lab_app.exercise.attempts import solution, write
from lab_app.exercise.read import exercise

pytestmark = [pytest.mark.docker, pytest.mark.slow]
ADD_AGE = exercise("add_age")
#: What a pupil's app does when it is loaded: it looks for a way out, and for what it may write.
NOSY = """
import os
with open("/proc/net/route") as routes:
    ways_out = [line for line in routes if line.split()[1] == "00000000"]
assert not ways_out, ways_out
for folder in (os.path.dirname(os.path.abspath(__file__)), "/opt/lab", "/"):
    try:
        open(os.path.join(folder, "left"), "w")
    except OSError:
        continue
    raise AssertionError(f"{folder} is written")
"""


@pytest.fixture
def class_(tmp_path: Path, environment: dict[str, str]) -> Path:
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
    app.write_text(app.read_text() + NOSY)
    return folder


def test_a_class_is_graded_in_a_container(class_: Path, environment: dict[str, str]) -> None:
    """All four engines judge; what a pupil wrote reaches no network and writes nothing; no container is left."""
    if not docker_answers():
        (pytest.fail if strict() else pytest.skip)("no Docker engine with Compose answers; start one")
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
