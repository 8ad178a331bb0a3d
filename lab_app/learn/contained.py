"""Grading in a container: what pupils hand in runs in the app's image, with no network but the databases'."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from lab_app.document.grades import Grades
from lab_app.errors import LabError
from lab_app.folders import compose_file
from lab_app.servers import docker_engine
from lab_app.servers.search import NoServer

#: Where the pupils' folders are in the container.
_INSIDE = "/pupils"
#: What sets the servers' ports on this computer.
_PORTS = ("LAB_POSTGRESQL_PORT", "LAB_MYSQL_PORT", "LAB_MARIADB_PORT")
_HERE = "To run them as yourself, because you trust them, add --here"


def grade_contained(folders: Sequence[Path]) -> Grades:
    """Grade folders in the container of compose.yaml's ``grade``, and return the document.

    Servers that were not up before are gone again afterwards.

    Raises:
        LabError: there is no checkout with a compose.yaml, no Docker engine with Compose, or the container fails.
    """
    compose = compose_file()
    if compose is None:
        raise LabError(f"The container is made from a checkout of the lab, and this lab is installed. {_HERE}")
    try:
        environment = docker_engine.environment()
    except NoServer as error:
        raise LabError(f"What pupils hand in runs in a container, and {error}. {_HERE}") from None
    base = ["docker", "compose", "--file", str(compose), "--progress", "quiet", "--profile", "grade"]
    names = {folder.resolve().name: folder for folder in folders}
    mounts = [word for name, folder in names.items() for word in ("--volume", _mount(folder, name))]
    command = ["migration-lab", "grade", "--here", "--strict", "--format", "json"]
    with _tidy(base, environment) as environment:
        _run([*base, "build", "grade"], environment)
        said = _run(
            [*base, "run", "--rm", "--no-TTY", *mounts, "grade", *command, *(f"{_INSIDE}/{name}" for name in names)],
            environment,
        )
    try:
        found: Grades = json.loads(said)
    except ValueError:
        raise LabError(f"The container said what it should not: {said.strip()[-200:]!r}. Type it again.") from None
    for pupil in found["pupils"]:
        pupil["folder"] = str(names[pupil["name"]])
    return found


def _mount(folder: Path, name: str) -> str:
    if ":" in str(folder.resolve()):
        raise LabError(f"Docker mounts no folder with a colon in its name: {folder}. Rename it.")
    return f"{folder.resolve()}:{_INSIDE}/{name}:ro"


@contextlib.contextmanager
def _tidy(base: list[str], environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Stop and remove the services that were not there before, also on Ctrl-C; yield the environment for new ones.

    Where none is there, their ports are whichever are free: nobody but the container asks them. Servers that are there
    keep theirs, or Compose would make them anew.
    """
    before = set(_run([*base, "ps", "--all", "--services"], environment).split())
    try:
        yield environment if before else environment | dict.fromkeys(_PORTS, "0")
    finally:
        if not before:
            _run([*base, "down", "--volumes"], environment)
        elif new := set(_run([*base, "ps", "--all", "--services"], environment).split()) - before:
            _run([*base, "rm", "--force", "--stop", "--volumes", *sorted(new)], environment)


def _run(command: Sequence[str], environment: dict[str, str]) -> str:
    """Run one command of Docker's and return what it wrote.

    Raises:
        LabError: it failed; its last line says why.
    """
    try:
        answer = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise LabError(f"docker cannot be started: {error.strerror}. {_HERE}") from None
    if answer.returncode:
        lines = answer.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise LabError(f"{' '.join(command[:2])} failed: {lines[-1]}. {_HERE}")
    return answer.stdout.decode(errors="replace")
