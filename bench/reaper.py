"""The program between the bench and a command, which waits for everything that the command has started.

A process whose parent ends without waiting for it is given to this one, so that its CPU is counted, too. It is run as
a file, not as a module, so that it starts in a moment. Takes the number of an open file, and the command; writes to
the file as JSON the ``status`` of the command, the ``seconds`` until it ended, and the ``cpu`` seconds of everything,
which is null where the system has no such adoption.
"""

import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress

#: PR_SET_CHILD_SUBREAPER of linux/prctl.h.
_ADOPT = 36
#: Seconds that what the command has started may outlive it; then it is killed.
PATIENCE = 15.0


def adopt() -> bool:
    """Become the parent of every process below that loses its own, and tell whether this system can do that."""
    if sys.platform != "linux":
        return False
    try:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(_ADOPT, ctypes.c_ulong(1), *[ctypes.c_ulong(0)] * 3) == 0)
    except (ImportError, AttributeError, OSError):
        return False


def measure(command: list[str]) -> dict[str, float | None]:
    """Run a command with this program's standard input and output, and wait until nothing of it is left."""
    adopts = adopt()
    begin = time.perf_counter()
    # What Python ignores the command shall not.
    pid = os.posix_spawnp(command[0], command, os.environ, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
    ended = status = 0
    while ended != pid:
        ended, status = os.waitpid(-1, 0)
    seconds = time.perf_counter() - begin
    _wait_for_the_rest()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime if adopts else None,
    }


def _wait_for_the_rest() -> None:
    limit = time.monotonic() + PATIENCE
    with suppress(ChildProcessError):  # there is nobody left
        while True:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if time.monotonic() > limit:
                _kill()
            if not ended:
                time.sleep(0.005)


def _kill() -> None:
    """Kill the children; theirs are given to this process then, and are next."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123 - pathlib is slow to import
        children = file.read().split()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)


if __name__ == "__main__":
    # The group is told to end as a whole; this process ends when the others have.
    signal.signal(signal.SIGTERM, lambda *_: None)
    answer = int(sys.argv[1])
    os.set_inheritable(answer, False)
    os.write(answer, json.dumps(measure(sys.argv[2:])).encode())
