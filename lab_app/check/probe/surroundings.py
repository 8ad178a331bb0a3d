"""What a revision may change around itself in the process, brought back after it: the next step is another command."""

import contextlib
import os
import signal
import sys
import warnings

#: Signals that a revision might take for itself, an alarm above all.
_SIGNALS = ("SIGALRM", "SIGCHLD", "SIGHUP", "SIGINT", "SIGPIPE", "SIGTERM")


@contextlib.contextmanager
def kept(notes):
    """Bring back, at the end, what the block has changed of what Python keeps for the whole process.

    ``notes`` hears of the environment and the folder: a later revision may have counted on the change.
    """
    mapping, environment, folder = os.environ, dict(os.environ), os.getcwd()
    umask = os.umask(0o022)
    os.umask(umask)
    path, streams, trace = list(sys.path), (sys.stdin, sys.stdout, sys.stderr), sys.gettrace()
    recursion, signals = sys.getrecursionlimit(), _signals()
    try:
        with warnings.catch_warnings():
            yield
    finally:
        sys.settrace(trace)
        sys.setrecursionlimit(recursion)
        sys.path[:] = path
        os.umask(umask)
        sys.stdin, sys.stdout, sys.stderr = map(_open, streams)
        _restore_signals(signals)
        setattr(os, "environ", mapping)  # noqa: B010 - the mapping itself, where a revision has put another one
        _restore_environment(environment, notes)
        _restore_folder(folder, notes)


def _signals():
    return {
        getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in _SIGNALS if hasattr(signal, name)
    }


def _restore_signals(signals):
    if hasattr(signal, "alarm"):
        signal.alarm(0)
    for number, handler in signals.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _open(stream):
    """Return a stream, or where it was closed one that goes where the project's prints go."""
    if stream is None or not stream.closed:
        return stream
    return os.fdopen(os.dup(2), "w", errors="replace")


def _restore_environment(environment, notes):
    if dict(os.environ) == environment:
        return
    changed = sorted(set(os.environ.items()) ^ set(environment.items()))
    notes.add("environment-changed", ", ".join(dict.fromkeys(name for name, _ in changed)))
    os.environ.clear()
    os.environ.update(environment)


def _restore_folder(folder, notes):
    try:
        moved = os.getcwd() != folder
    except OSError:  # the folder that it moved to is gone
        moved = True
    if moved:
        notes.add("folder-changed", folder)
        os.chdir(folder)
