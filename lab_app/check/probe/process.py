"""The probe's own process: how much memory it may take, and what it tells of where it is when it ends."""

import faulthandler
import os
import signal

#: The part of the machine's memory that a project may take on one engine, and what it may take at least.
_PART = 8
_LEAST = 2 << 30
_LIMIT_OF_CONTAINER = "/sys/fs/cgroup/memory.max"


def limit_memory():
    """Let a revision that takes all the memory fail by itself, before the machine ends whatever it likes."""
    try:
        import resource

        limit = max(_memory() // _PART, _LEAST)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    except (ImportError, AttributeError, OSError, ValueError):  # a system that has no such limit
        return


def _memory():
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        with open(_LIMIT_OF_CONTAINER) as file:
            return min(whole, int(file.read()))
    except (OSError, ValueError):  # not in a container, or one without a limit
        return whole


def tell_where_it_ends():
    """Write the stack where the project's prints go: when the walk asks, at a crash, and at ``os._exit``."""
    stream = os.fdopen(os.dup(2), "wb")
    faulthandler.enable(file=stream)
    if hasattr(signal, "SIGUSR1"):
        # The walk asks a step that hangs where it is, before it kills the process.
        faulthandler.register(signal.SIGUSR1, file=stream, all_threads=True)
    process, leave = os.getpid(), os._exit

    def told(status):
        if os.getpid() == process:
            faulthandler.dump_traceback(file=stream, all_threads=False)
        leave(status)

    os._exit = told
