"""``flask lab …``: a command group that any Flask app gets by installing the package.

Every `flask` command of every project in the environment imports this package, so the top of each of its modules
imports next to nothing.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

import click

from lab_app.cli.check import check
from lab_app.cli.front_door import front_door
from lab_app.cli.grade import grade
from lab_app.cli.learn import learn
from lab_app.cli.machine import clean, servers
from lab_app.cli.pages import report, students, web
from lab_app.cli.running import demo, record, run
from lab_app.cli.scenarios import list_, new, show, sql


class _LabGroup(click.Group):
    """Let every command in and out by the front door, on SIGTERM too."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with front_door():  # --help prints here
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        with front_door():
            return super().invoke(ctx)


@click.group(cls=_LabGroup)
def lab() -> None:
    """Run one schema change on SQLite, PostgreSQL, MySQL and MariaDB."""


for _command in (run, record, check, learn, grade, list_, show, new, sql, servers, clean, demo, report, students, web):
    lab.add_command(_command)
