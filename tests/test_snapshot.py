"""A project's folder is brought back as it was, whatever an attempt has done to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lab_app.runner.snapshot import Snapshot


def below(folder: Path) -> dict[str, bytes | None]:
    """What is below a folder: the content of each file, None for a folder."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with a folder that is empty."""
    folder = tmp_path / "project"
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "migrations" / "env.py").write_text("run()\n")
    (folder / "migrations" / "versions" / "0001_baseline.py").write_text("revision = '0001'\n")
    return folder


def _link(folder: Path) -> None:
    shutil.rmtree(folder / "migrations")
    (folder / "migrations").symlink_to(folder.parent)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is edited": lambda folder: (folder / "migrations/env.py").write_text("other()\n"),
    "a file is edited and keeps its length": lambda folder: (folder / "migrations/env.py").write_text("ruN()\n"),
    "a file is deleted": lambda folder: (folder / "migrations/env.py").unlink(),
    "a file is written": lambda folder: (folder / "migrations/versions/0002_age.py").write_text("x"),
    "a folder is deleted": lambda folder: shutil.rmtree(folder / "migrations"),
    "a folder is made": lambda folder: (folder / "a/b").mkdir(parents=True),
    "a folder becomes a file": lambda folder: ((folder / "empty").rmdir(), (folder / "empty").write_text("x")),
    "a folder becomes a link": _link,
    "the project is deleted": shutil.rmtree,
    "the project becomes a file": lambda folder: (shutil.rmtree(folder), folder.write_text("x")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_folder_is_brought_back_as_it_was(project: Path, change: Callable[[Path], object]) -> None:
    """Whatever an attempt wrote, changed or deleted is as it was before it."""
    before = below(project)
    snapshot = Snapshot(project, leave_out="app.db")

    change(project)
    snapshot.restore(project)

    assert below(project) == before
    assert not (project / "migrations").is_symlink()


def test_a_folder_is_made_elsewhere(project: Path, tmp_path: Path) -> None:
    """The same files can be had in a folder that is not there yet."""
    Snapshot(project, leave_out="app.db").restore(tmp_path / "new" / "project")

    assert below(tmp_path / "new" / "project") == below(project)


def test_what_is_left_out_is_neither_kept_nor_touched(project: Path) -> None:
    """A database beside the project is somebody else's to bring back."""
    (project / "app.db").write_text("before")
    snapshot = Snapshot(project, leave_out="app.db")
    (project / "app.db").write_text("after")
    (project / "app.db-journal").write_text("after")

    snapshot.restore(project)

    assert (project / "app.db").read_text() == "after"
    assert (project / "app.db-journal").read_text() == "after"


def test_what_is_as_it_was_is_not_written_again(project: Path) -> None:
    """A file that did not change keeps its time stamp: only what an attempt has changed costs a write."""
    snapshot = Snapshot(project, leave_out="app.db")
    file = project / "migrations" / "env.py"
    os.utime(file, (1, 1))

    snapshot.restore(project)

    assert file.stat().st_mtime == 1
