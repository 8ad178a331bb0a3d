"""Scenarios that make trouble: one attempt does something to its server, its worker or its folder, on one engine."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from threading import Thread
from typing import IO, Any

from commands import FLASK, REPOSITORY

from lab_app.progress import Event

_STORY = '''"""A story with an attempt in the middle that makes trouble."""

import os, shutil, signal, subprocess, sys, time
from pathlib import Path

import sqlalchemy as sa

from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(title="Trouble", level="beginner", lesson=[], reference="https://example.org", hints=list("abc"))
PIDS = [int(pid) for pid in os.environ.get("TROUBLE_PIDS", "").split()]
OUT = Path(os.environ.get("TROUBLE_OUT", "/nowhere"))
ENGINES = os.environ.get("TROUBLE_ENGINES", "sqlite postgresql mariadb").split()


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        age = sa.Column(sa.Integer)


scenario.rows("student", dict(id=1))


def good(lab):
    @lab.revision("add age")
    def upgrade():
        from alembic import op
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()


@scenario.attempt("Before", everywhere=done("it is there"))
def first(lab):
    good(lab)


@scenario.attempt("Trouble", everywhere=done("it is there"))
def trouble(lab):
    if lab.engine.name in ENGINES:
{deed}
    good(lab)


@scenario.attempt("After", everywhere=done("it is there"))
def third(lab):
    good(lab)


@scenario.attempt("Later", everywhere=done("it is there"))
def fourth(lab):
    good(lab)
'''


def write_story(folder: Path, deed: str, name: str = "trouble") -> Path:
    """Write a scenario whose second attempt does this first."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.py"
    file.write_text(_STORY.replace("{deed}", "\n".join(f"        {line}" for line in deed.splitlines())))
    return file


class Outcome:
    """What a run came to: its exit status, its document, and what it said when."""

    def __init__(self, *words: str, environment: dict[str, str], cwd: Path = REPOSITORY) -> None:
        self.told: list[tuple[float, str]] = []
        with subprocess.Popen(
            [*FLASK, "run", *words, "--format", "json", "--events"],
            env=environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert process.stderr
            listening = Thread(target=self._listen, args=(process.stderr,))
            listening.start()
            written = process.stdout.read()
            listening.join()
        self.status = process.returncode
        self.said = "\n".join(line for _, line in self.told)
        assert "Traceback" not in self.said, self.said
        assert written, self.said
        self.document: dict[str, Any] = json.loads(written)

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            self.told.append((time.monotonic(), line))

    def seconds_to_notice(self, engine: str) -> float:
        """The seconds from the last that was told of an engine's work to the loss of its server."""
        events = [(at, event) for at, line in self.told if (event := Event.parse(line)) and event.engine == engine]
        [lost] = (at for at, event in events if event.state == "not up" and " was lost at " in event.text)
        return lost - max(at for at, event in events if at < lost)

    def outcomes(self, engine: str, scenario: str = "trouble") -> list[str]:
        """The words of an engine's cells, in the order of the attempts."""
        return [each["outcome"] for each in self.cells(engine, scenario)]

    def cells(self, engine: str, scenario: str = "trouble") -> list[dict[str, Any]]:
        """An engine's cells, in the order of the attempts."""
        return [each for each in self.document["cells"] if (each["engine"], each["scenario"]) == (engine, scenario)]
