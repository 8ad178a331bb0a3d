"""The option that picks engines, and versions of them; ``--engine`` is its older spelling."""

import click

#: Its values go to lab_app/servers/asked.py.
on_option = click.option(
    "--on",
    "--engine",
    "on",
    multiple=True,
    metavar="ENGINE[:VERSION]",
    help="Only this engine, or this version of it, as in postgresql:15; may be repeated.",
)
