"""Nothing is left behind: what was made is leased, and a lease whose owner is dead is swept."""

from lab_app.leftovers.leases import Lease, lease
from lab_app.leftovers.process import Process
from lab_app.leftovers.removal import sweep
from lab_app.leftovers.watch import guard, run_folder

__all__ = ["Lease", "Process", "guard", "lease", "run_folder", "sweep"]
