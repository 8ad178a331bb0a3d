"""The program that outlives the lab: it waits until the lab is gone, and sweeps if anything is leased.

It is run as a file, not as a module, so that it imports nothing but the standard library's smallest part.
"""

import os
import sys

_SWEEP = (
    "import sys; sys.path.insert(0, sys.argv[2]); from lab_app.cleanup import sweep_after; sweep_after(sys.argv[1])"
)


def wait_and_sweep(leases: str, owner: str, lab: str) -> None:
    """Return when the owner has gone and left nothing; otherwise become the process that sweeps.

    ``lab`` is the folder that the package lies in.
    """
    sys.stdin.buffer.read()  # ends when the owner's side of the pipe closes, for whatever reason
    if any(name.startswith(f"{owner}-") for name in os.listdir(leases)):  # noqa: PTH208 - pathlib is slow to import
        os.execv(sys.executable, [sys.executable, "-c", _SWEEP, owner, lab])  # noqa: S606


if __name__ == "__main__":
    wait_and_sweep(*sys.argv[1:])
