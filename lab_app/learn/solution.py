"""The solution of an exercise, beside what the learner has."""

from __future__ import annotations

import difflib
from pathlib import Path

from lab_app.exercise.attempts import solution
from lab_app.exercise.declared import Exercise


def beside(exercise: Exercise, folder: Path) -> list[tuple[str, list[str]]]:
    """Return each file of the solution by its path: as a difference to the learner's file of that name, or whole."""
    found = []
    attempt = solution(exercise)
    for file in sorted(attempt.folder.rglob("*.py")):
        below = file.relative_to(attempt.folder)
        path = Path("migrations", below) if below.parts[0] == "versions" else below
        wanted = file.read_text(encoding="utf-8").splitlines()
        own = folder / path
        if own.exists() and path.name == "app.py":
            mine = own.read_text(encoding="utf-8", errors="replace").splitlines()
            lines = list(difflib.unified_diff(mine, wanted, "yours", "the solution", lineterm="", n=2))[2:]
            found.append((f"{path}, from yours to the solution", lines or ["the same as yours"]))
        else:
            found.append((str(path), _without_head(wanted)))
    for command in attempt.typed:
        found.append(("Typed", [command]))
    return found


def _without_head(lines: list[str]) -> list[str]:
    """Return a revision from its upgrade() on: what is above it says who it is, and Alembic writes that."""
    begins = next((number for number, line in enumerate(lines) if line.startswith("def ")), 0)
    return lines[begins:]
