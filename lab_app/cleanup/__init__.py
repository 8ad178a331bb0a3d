"""Nothing is left behind: a lease whose owner is gone is swept, at the next command or by the janitor."""

from lab_app.cleanup.removal import sweep
from lab_app.cleanup.watch import guard, sweep_after

__all__ = ["guard", "sweep", "sweep_after"]
