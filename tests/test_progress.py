"""What a run tells while it goes on: to a person, to a program, or to nobody."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from lab_app.progress import Event

_RUN = """
import sys
from lab_app.progress import Events, Lines, Quiet

with {kind}() as progress:
    progress.server("sqlite", "built in", "ready")
    progress.step("sqlite", "add_age create_all: upgrade")
    progress.count("sqlite", 1, 1)
    progress.kept()
print("rich" in sys.modules)
"""


def told(kind: str) -> tuple[str, str]:
    """What a run says on a pipe, and whether rich was loaded for it."""
    done = subprocess.run([sys.executable, "-c", _RUN.format(kind=kind)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr, done.stdout.strip()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Lines", ["  sqlite      built in"]),
        (
            "Events",
            [
                str(Event("sqlite", "built in", "ready")),
                str(Event("sqlite", "add_age create_all: upgrade", "running")),
                str(Event("sqlite", "", "finished", 1, 1)),
                str(Event("", state="kept")),
            ],
        ),
        ("Quiet", []),
    ],
)
def test_a_pipe_gets_plain_lines_and_loads_no_rich(kind: str, said: list[str]) -> None:
    """A person's pipe has the servers, a program's has each event, a quiet run has nothing; none is drawn."""
    lines, rich = told(kind)
    assert (lines.splitlines(), rich) == (said, "False")


@pytest.mark.parametrize(("kind", "loaded"), [("Lines", "True"), ("Events", "False"), ("Quiet", "False")])
def test_only_a_persons_terminal_loads_rich(kind: str, loaded: str) -> None:
    """Drawing in place is for a person at a terminal alone."""
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", _RUN.format(kind=kind)],
            stdout=subprocess.PIPE,
            stderr=slave,
            text=True,
            timeout=60,
            env={**os.environ, "TERM": "xterm"},
        )
    finally:
        os.close(slave)
        os.close(master)
    assert (done.returncode, done.stdout.strip()) == (0, loaded)
