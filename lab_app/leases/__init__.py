"""What was made, and by whom: a lease for each thing that must be removed again."""

from lab_app.leases.lease_file import Lease, lease
from lab_app.leases.process import Process
from lab_app.leases.run_folder import run_folder

__all__ = ["Lease", "Process", "lease", "run_folder"]
