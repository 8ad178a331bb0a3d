"""Where learners' folders are: in ``learn``, below the folder in which the lab was called."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

LEARN = "learn"


def learner_folder(name: str, current: Path) -> Path:
    """Return where the folder of an exercise is, or will be; the current one, where that is it."""
    if current.name == name and (current / "app.py").exists():
        return current
    return learn_folder(current) / name


def learn_folder(current: Path) -> Path:
    """Return the folder of all exercises, as seen from one of them, from itself, or from above it."""
    if current.name == LEARN:
        return current
    return current.parent if current.parent.name == LEARN and (current / "app.py").exists() else current / LEARN


def here(names: Iterable[str], current: Path) -> str | None:
    """Return the exercise whose folder is the current one; None where it is another folder."""
    return current.name if current.name in names and (current / "app.py").exists() else None


def going_on(names: Iterable[str], current: Path) -> str | None:
    """Return the exercise that was worked at last, of those whose folders are there; None where none is."""
    learn = learn_folder(current)
    begun = [learn / name / "app.py" for name in names if (learn / name / "app.py").is_file()]
    return max(begun, key=lambda file: file.stat().st_mtime).parent.name if begun else None
