"""How long the project's own code may take: read here, and nowhere else."""

from __future__ import annotations

import os

from lab_app.errors import LabError

#: Seconds that loading a project may take.
LOAD_SECONDS = 60.0
#: What sets the seconds of one step.
VARIABLE = "LAB_CHECK_STEP_SECONDS"
_STEP_SECONDS = 60.0


def step_seconds() -> float:
    """Return the seconds that one step may take: 60, or what ``LAB_CHECK_STEP_SECONDS`` says.

    Raises:
        LabError: it says no number above zero.
    """
    given = os.environ.get(VARIABLE) or str(_STEP_SECONDS)
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise LabError(f"{VARIABLE}={given} is no number of seconds. Type {VARIABLE}=60, or leave it out.")
    return seconds
