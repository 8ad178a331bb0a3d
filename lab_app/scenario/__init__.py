"""What a scenario file is written with: ``from lab_app.scenario import Scenario, done, refused``."""

from lab_app.scenario.declare import Scenario
from lab_app.scenario.expectations import (
    done,
    drifted,
    half_applied,
    ignored,
    not_run,
    refused,
    rolled_back,
    rows_changed,
    rows_lost,
)

__all__ = [
    "Scenario",
    "done",
    "drifted",
    "half_applied",
    "ignored",
    "not_run",
    "refused",
    "rolled_back",
    "rows_changed",
    "rows_lost",
]
