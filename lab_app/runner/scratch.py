"""Scratch databases: created and dropped by the lab, named lab_<random>, and nothing else is ever written."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from lab_app.engines import Engine

_NAME = re.compile(r"lab_[a-z0-9]+\Z")
Execute = Callable[[str], Any]


def new_name() -> str:
    """A name for a scratch database that no other run has."""
    return f"lab_{secrets.token_hex(5)}"


def create(execute: Execute, engine: Engine, name: str) -> None:
    """Create it anew; whatever carried the name before is dropped. ``execute`` sends one statement in autocommit."""
    drop(execute, engine, name)
    execute(engine.create_database.format(name=name))


def drop(execute: Execute, engine: Engine, name: str) -> None:
    """Drop it if it is there.

    Raises:
        ValueError: the name is not one that the lab gives.
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is not a scratch database's name")
    execute(engine.drop_database.format(name=name))


def end_sessions(execute: Execute, fetch: Callable[[str], Iterable[int]], engine: Engine, name: str) -> None:
    """End what a killed worker left connected to it: MySQL's DROP DATABASE would wait for their locks."""
    if engine.list_sessions:
        for session in fetch(engine.list_sessions.format(name=name)):
            execute(f"KILL {int(session)}")
