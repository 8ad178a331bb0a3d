"""Probes that start at once: forked from one process of the lab's own interpreter that has the imports behind it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from lab_app.check.probe_process import START, Running
from lab_app.leases import Process, lease

_LENGTH = 4
#: How often it is asked whether a process has ended, in seconds.
_TICK = 0.005


#: What a probe may take where its project is nobody's that is trusted: bytes of memory, seconds of the processor,
#: processes and threads of the user, and bytes of one file.
STRICT_LIMITS = {"RLIMIT_AS": 2 << 30, "RLIMIT_CPU": 30, "RLIMIT_NPROC": 400, "RLIMIT_FSIZE": 64 << 20}


class Forks:
    """Starts probes, as ``subprocess.Popen`` would; the process that they are forked from ends with ``close``.

    ``limits`` are those of ``resource``, by their names, for each probe.
    """

    def __init__(self, limits: Mapping[str, int] | None = None) -> None:
        self._limits = dict(limits or {})
        own, given = socket.socketpair()
        self._requests = own
        self._one_at_a_time = threading.Lock()
        with given:
            self._process = subprocess.Popen(
                [sys.executable, str(START), "--fork", str(given.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[given.fileno()],
                start_new_session=True,
                # Alembic walks sets: with one seed two runs send their statements in one order.
                env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1"},
            )
        self._lease = lease(
            "process",
            "the process that probes are forked from",
            process=str(Process.of(self._process.pid)),
            signal=str(int(signal.SIGKILL)),
        )

    def start(self, folder: str, environment: dict[str, str]) -> Running:
        """Start a probe in a folder."""
        theirs_in, stdin = os.pipe()
        stdout, theirs_out = os.pipe()
        stderr, theirs_err = os.pipe()
        given = [theirs_in, theirs_out, theirs_err]
        request = json.dumps({"folder": folder, "environment": environment, "limits": self._limits}).encode()
        try:
            with self._one_at_a_time:
                socket.send_fds(self._requests, [len(request).to_bytes(_LENGTH, "big")], given)
                self._requests.sendall(request)
                pid = json.loads(self._answer())["pid"]
        finally:
            for descriptor in given:
                os.close(descriptor)
        return Forked(pid, os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb"), os.fdopen(stderr, "rb"))

    def close(self) -> None:
        """End the process; the probes that it has started end by themselves."""
        self._requests.close()
        self._process.wait()
        self._lease.release()

    def _answer(self) -> bytes:
        said = b""
        while not said.endswith(b"\n"):
            part = self._requests.recv(1024)
            if not part:
                raise RuntimeError(f"the process that probes are forked from ended, status {self._process.wait()}")
            said += part
        return said


class Forked:
    """A process that another one has forked: whether it runs is asked of the system."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]) -> None:
        self.pid = pid
        self.stdin: IO[bytes] | None = stdin
        self.stdout: IO[bytes] | None = stdout
        self.stderr: IO[bytes] | None = stderr
        #: What it ended with is told to its own parent alone.
        self.returncode: int | None = None
        self._process = Process.of(pid)

    def poll(self) -> int | None:
        """Return 0 when it has ended, None while it runs."""
        if self.returncode is None and not self._process.alive:
            self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, in so many seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("a probe", timeout or 0.0)
            with suppress(InterruptedError):
                time.sleep(_TICK)
        return self.returncode or 0
