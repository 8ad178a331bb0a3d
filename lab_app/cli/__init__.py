"""``flask lab …``: a command group that any Flask app gets by installing the package.

Every `flask` command of every project in the environment imports this package, so the top of each of its modules
imports next to nothing.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

import click

from lab_app.cli.machine import clean, servers
from lab_app.cli.pages import report, students, web
from lab_app.cli.running import demo, record, run
from lab_app.cli.scenarios import list_, new, show, sql
from lab_app.errors import LabError


class _LabGroup(click.Group):
    """Tell a LabError in one line, and leave by the front door on Ctrl-C and SIGTERM."""

    def invoke(self, ctx: click.Context) -> Any:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            return super().invoke(ctx)
        except LabError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped. Nothing is left behind.", err=True)
            ctx.exit(130)
        except BrokenPipeError:  # the reader of `flask lab … | head` has seen enough
            sys.stdout = None
            ctx.exit(0)


@click.group(cls=_LabGroup)
def lab() -> None:
    """Run one schema change on SQLite, PostgreSQL, MySQL and MariaDB."""


for _command in (run, record, list_, show, new, sql, servers, clean, demo, report, students, web):
    lab.add_command(_command)
