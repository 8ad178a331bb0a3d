"""A project of a few lines and one lane of a check on it, for tests that look at single steps."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from project_files import Project

from lab_app.check.lane import Lane
from lab_app.check.observe import VersionTable
from lab_app.check.project.understand import Told, understand
from lab_app.engines import SQLITE
from lab_app.servers import Server

#: The library itself: what a lane on SQLite needs.
BUILT_IN = Server(SQLITE, version=sqlite3.sqlite_version, source="built in", ms=0.0)
MODELS = """
class T(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40))
"""
FIRST = ('op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40)))',
         'op.drop_table("t")')  # fmt: skip


def written(folder: Path, *revisions: tuple[str, str], **extra: Any) -> Path:
    """Write a project whose first revision makes the table t; ``extra`` are its other parts, and files by path."""
    files = extra.pop("files", {})
    return Project("probed", MODELS, [FIRST, *revisions], {}, {}, extra={**extra, **files}).write(folder / "project")


@contextmanager
def lane(folder: Path, server: Server = BUILT_IN, **told: Any) -> Iterator[Lane]:
    """A lane on a project in a folder, which has not yet been loaded."""
    own = folder.parent / "lane"
    own.mkdir(exist_ok=True)
    project = understand(Told(**{"folder": folder, "python": sys.executable, **told}))
    found = Lane(server.engine.name, server, project, own)
    try:
        yield found
    finally:
        found.close()


def loaded(found: Lane) -> Lane:
    """The same lane, its project loaded and its database empty, as a walk has it before the first step."""
    answer = found.start()
    assert answer.failure is None, answer.failure
    said = found.do("settings").said
    found.version_table = VersionTable(said["version_table"], said["version_table_schema"])
    found.anew()
    return found
