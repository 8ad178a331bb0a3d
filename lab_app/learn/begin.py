"""A learner's folder is made: the project, a school.db with rows, and the task."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab_app.errors import LabError
from lab_app.exercise.declared import Exercise
from lab_app.home import writing
from lab_app.learn.engine_judge import EngineJudge
from lab_app.learn.folder import DATABASE, write_project

_TASK = """# {title}

{task}

Start: {begin}

What is judged, on every save:

{checks}

Typed in this folder: `migration-lab learn --watch`
"""


def begin(exercise: Exercise, folder: Path, judge: EngineJudge) -> None:
    """Write the folder of an exercise; ``judge`` is SQLite's, whose database becomes the learner's.

    A folder that is half-written is removed again.

    Raises:
        LabError: it cannot be made, or is there, or the exercise does not begin.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    except OSError as error:
        raise LabError(f"{folder} cannot be made: {error.strerror}. Type the command in another folder.") from None
    try:
        write_project(exercise.folder / "start", folder)
        if exercise.start.database:
            with judge.busy:
                judge.prepare(exercise)
                judge.copy_to(folder / DATABASE)
        (folder / "TASK.md").write_text(_task(exercise), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def reset(exercise: Exercise, folder: Path, judge: EngineJudge) -> None:
    """Make a folder as it was at the beginning; the folder itself stays, for the shells that are in it.

    Raises:
        LabError: it cannot be written.
    """
    new = folder.with_name(f".{folder.name}.new")
    with writing():
        shutil.rmtree(new, ignore_errors=True)
        begin(exercise, new, judge)
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            else:
                old.unlink()
        for made in new.iterdir():
            made.rename(folder / made.name)
        new.rmdir()


def reset_database(exercise: Exercise, folder: Path, judge: EngineJudge) -> None:
    """Bring school.db back to what it was at the beginning, and leave every other file as it is.

    Raises:
        LabError: it cannot be written.
    """
    with writing():
        for suffix in ("", "-wal", "-shm", "-journal"):
            (folder / f"{DATABASE}{suffix}").unlink(missing_ok=True)
        if exercise.start.database:
            with judge.busy:
                judge.prepare(exercise)
                judge.copy_to(folder / DATABASE)


def _task(exercise: Exercise) -> str:
    says = [*exercise.setup.values(), *(goal.says for goal in exercise.models)]
    says += [exercise.revisions.says, exercise.applied, exercise.rows.says, exercise.back.says]
    return _TASK.format(
        title=exercise.title,
        task=exercise.task,
        begin=exercise.begin,
        checks="\n".join(f"- {line}" for line in says if line),
    )
