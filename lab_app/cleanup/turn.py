"""Two sweeps of one user's labs take turns: a lock that ends with the process that holds it, however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lab_app.home import home, writing


@contextmanager
def turn(patience: float) -> Iterator[bool]:
    """Wait so many seconds until nobody else sweeps, and keep others from it inside the block; tell whether it is so.

    Raises:
        LabError: the lab's folder cannot be written.
    """
    with writing():
        lock = os.open(home() / "sweep.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + patience
        while not (taken := _taken(lock)) and time.monotonic() < end:
            time.sleep(0.01)
        yield taken
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
