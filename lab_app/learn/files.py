"""The files of a learner's folder and its database, read without touching either."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

from lab_app.check.observe import MAIN, VersionTable, observe
from lab_app.document.judgement import JudgedFile
from lab_app.evidence.state import State
from lab_app.exercise.declared import Exercise
from lab_app.learn.folder import DATABASE, revision_files
from lab_app.learn.seen import Files

#: What SQLite keeps beside a database.
_BESIDE = ("", "-wal", "-journal")
#: Files that make a difference when they are saved; and folders that never do.
_WATCHED = (".py", ".db", ".ini", ".mako", "-wal", "-journal")
_SKIPPED = {"__pycache__", ".venv", "venv", ".git"}


def read_files(exercise: Exercise, folder: Path, scratch: Path) -> Files:
    """Read a learner's files; ``scratch`` is a folder that a copy of the database may be made in."""
    start = exercise.folder / "start"
    try:
        app, unreadable = (folder / "app.py").read_text(encoding="utf-8"), ""
    except (OSError, UnicodeDecodeError) as error:
        app, unreadable = "", f"app.py cannot be read: {error}"
    return Files(
        app=app,
        app_at_start=(start / "app.py").read_text(encoding="utf-8"),
        revisions=revision_files(folder / "migrations" / "versions"),
        revisions_at_start=revision_files(start / "versions"),
        database=read_database(folder / DATABASE, scratch),
        unreadable=unreadable,
    )


def read_database(file: Path, scratch: Path) -> State | None:
    """Read what is in a SQLite file, from a copy; None where there is none, or where it is no database."""
    if not file.is_file():
        return None
    copy = scratch / f"own-{DATABASE}"
    for suffix in _BESIDE:
        source, target = Path(f"{file}{suffix}"), Path(f"{copy}{suffix}")
        target.unlink(missing_ok=True)
        if source.is_file():
            shutil.copyfile(source, target)
    engine = sa.create_engine(f"sqlite:///{copy}", poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as connection:
            return observe({MAIN: connection}, VersionTable())
    except sa.exc.DBAPIError:  # a file that is no database, or one that is being written
        return None


def newest_migration(folder: Path, start: set[str]) -> JudgedFile | None:
    """Return the migration file that was saved last, of those that the start does not have; else the newest of all."""
    files = sorted(
        (folder / "migrations" / "versions").glob("*.py"), key=lambda file: (file.name not in start, _saved(file))
    )
    if not files:
        return None
    text = files[-1].read_text(encoding="utf-8", errors="replace")
    return {"path": str(files[-1].relative_to(folder)), "text": text, "saved_at": _saved(files[-1])}


def look(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the time and the size of each file that makes a difference, by its path."""
    found: dict[str, tuple[int, int]] = {}
    waiting = [folder]
    while waiting:
        for path in _entries(waiting.pop()):
            try:
                if path.is_dir():
                    waiting += [] if path.name in _SKIPPED or path.is_symlink() else [path]
                elif path.name.endswith(_WATCHED):
                    status = path.stat()
                    found[str(path)] = (status.st_mtime_ns, status.st_size)
            except OSError:  # it has just gone: an editor saves by renaming
                continue
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _saved(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
