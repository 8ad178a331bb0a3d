"""A check that is ended at any moment leaves nothing: no process, no database, no folder, no lease."""

from __future__ import annotations

import json
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from availability import Found
from commands import FLASK, lab
from project_files import Project

from lab_app.servers import Server
from lab_app.servers.connection import connect
from lab_app.servers.drivers import driver_of, rows

pytestmark = [pytest.mark.servers, pytest.mark.slow]

KILLS = 20
#: Each revision is cut in the middle, too; batch mode copies a table on SQLite, and the application has a child.
PROJECT = Project(
    name="killed",
    models="""
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(80), nullable=False)
    age = sa.Column(sa.Integer)
""",
    revisions=[
        (
            """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
op.create_index("ix_student_name", "student", ["name"])
""",
            """op.drop_table("student")""",
        ),
        (
            """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=False)
    batch.add_column(sa.Column("age", sa.Integer()))
""",
            """
with op.batch_alter_table("student") as batch:
    batch.drop_column("age")
    batch.alter_column("name", existing_type=sa.String(80), type_=sa.String(40), existing_nullable=False)
""",
        ),
    ],
    errors={},
    also={},
    extra={"app": "import subprocess\nchild = subprocess.Popen(['sleep', '600'])"},
)


@dataclass
class Check:
    """A check that runs; ``made`` are the databases that it has leased so far, with their engines."""

    process: subprocess.Popen[str]
    made: set[tuple[str, str]] = field(default_factory=set)

    def look(self, home: Path) -> None:
        """Note what is leased now; a lease may go, or be half written, while it is read."""
        for file in (home / "leases").glob("*.json"):
            try:
                written = json.loads(file.read_text())
            except (OSError, ValueError):
                continue
            if written["kind"] == "database":
                self.made.add((written["details"]["engine"], written["details"]["name"]))


@contextmanager
def started(folder: Path, environment: dict[str, str], *words: str) -> Iterator[Check]:
    """A check of the project on every engine, and a thread that looks at its leases meanwhile."""
    command = [*FLASK, "check", str(folder), "--python", sys.executable, "--middle", "--quiet", *words]
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    check, over = Check(process), threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            check.look(Path(environment["LAB_HOME"]))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield check
    finally:
        process.kill()
        process.communicate()
        over.set()
        thread.join()


def cleaned(environment: dict[str, str]) -> str:
    """What the next command says, and the one after it where a busy server did not answer the first in time."""
    for _ in range(5):
        answer = lab("clean", environment=environment)
        assert answer.returncode == 0, answer.stderr
        if " remains: " not in answer.stdout:
            break
    return answer.stdout


def left(check: Check, folder: Path, home: Path, servers: Found) -> list[str]:
    """What is still there of a check, in words; processes get some seconds to end."""
    end = time.monotonic() + 10
    while (processes := _processes(folder, home)) and time.monotonic() < end:
        time.sleep(0.05)
    found = [f"process {each}" for each in processes]
    found += [f"lease {file.read_text()}" for file in (home / "leases").glob("*")]
    found += [f"folder {each}" for each in (home / "runs").glob("*")]
    for name, server in servers.items():
        if isinstance(server, Server) and server.engine.needs_server:
            with connect(server) as cursor:
                there = {str(row[0]) for row in rows(cursor, driver_of(server.engine).databases)}
            found += [f"database {each} on {name}" for engine, each in check.made if engine == name and each in there]
    return found


def _processes(folder: Path, home: Path) -> list[str]:
    """The processes that work in the project's folder, or are told of the lab's."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            theirs = Path(process.cwd()).is_relative_to(folder) or any(str(home) in word for word in words)
        except (psutil.Error, OSError):
            continue
        if theirs and process.status() != psutil.STATUS_ZOMBIE:
            found.append(f"{process.pid}: {' '.join(words)}")
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project, written out."""
    return PROJECT.write(tmp_path / "project")


def test_twenty_kills_leave_nothing(folder: Path, environment: dict[str, str], servers: Found) -> None:
    """Killed at twenty moments, from loading to the end, a check leaves nothing behind the next command."""
    home, seed = Path(environment["LAB_HOME"]), secrets.randbelow(10**6)
    moments = random.Random(seed)  # noqa: S311 - nothing is a secret here
    begun = time.monotonic()
    with started(folder, environment) as whole:
        _, said = whole.process.communicate(timeout=300)
        assert whole.process.returncode == 0, said
    seconds = time.monotonic() - begun
    alive = 0
    for number in range(KILLS):
        moment = seconds * (number + moments.random()) / KILLS
        with started(folder, environment) as check:
            time.sleep(moment)
            alive += check.process.poll() is None
            check.process.kill()
            check.process.wait()
            check.look(home)
        said = cleaned(environment)
        at = f"seed {seed}, kill {number}: {moment:.3f} of {seconds:.3f} s; {said}"
        assert left(check, folder, home, servers) == [], at
    # The time of a check is not the same twice: those at the end may come too late.
    assert alive >= KILLS / 2


@pytest.mark.parametrize(
    ("number", "status", "line"), [(signal.SIGINT, 130, "Stopped. Nothing is left behind."), (signal.SIGTERM, 143, "")]
)
def test_a_check_that_is_stopped_cleans_up_itself(
    number: signal.Signals, status: int, line: str, folder: Path, environment: dict[str, str], servers: Found
) -> None:
    """Ctrl-C and kill end a check with one line at most, and what it made is gone with it."""
    home = Path(environment["LAB_HOME"])
    with started(folder, environment) as check:
        end = time.monotonic() + 60
        while not check.made and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(secrets.randbelow(1000) / 1000)
        check.process.send_signal(number)
        _, said = check.process.communicate(timeout=60)
        assert check.process.returncode == status, said
    assert "Traceback" not in said
    assert said.splitlines()[-1:] == [line] if line else "Stopped" not in said
    assert left(check, folder, home, servers) == []
