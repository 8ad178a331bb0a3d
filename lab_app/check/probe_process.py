"""The probe as the walk sees it: a process in the project's interpreter, asked a line at a time."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any, Protocol

from lab_app.check.answers import Answer, Failure
from lab_app.check.hanging import where_it_hangs
from lab_app.leases import Process, lease
from lab_app.leases.process import living_off

START = Path(__file__).parent / "probe" / "start.py"
#: Lines of what the project prints that are kept, to be shown when it ends by itself.
_LINES = 200
#: Seconds that a hung process gets to write where it hangs.
_LAST_WORDS = 0.5


class Running(Protocol):
    """A process of which one knows what ``subprocess`` knows of its own."""

    pid: int
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None
    returncode: int | None

    def poll(self) -> int | None:
        """Return its exit status, or None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, in so many seconds.
        """


#: Starts a probe in a folder with an environment.
Starter = Callable[[str, dict[str, str]], Running]


def started_by(interpreter: str) -> Starter:
    """Return what starts a probe in an interpreter, each from the beginning."""

    def start(folder: str, environment: dict[str, str]) -> Running:
        return subprocess.Popen(
            [interpreter, str(START)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            start_new_session=True,  # it is killed with its children, and Ctrl-C reaches the lab alone
        )

    return start


class ProbeProcess:
    """One probe: started, told about a project, asked step by step, killed with all that it started.

    ``start`` starts it, ``told`` is the first message, as ``probe/main.py`` reads it; ``temporary`` is the folder for
    its temporary files, by which those are known that it started in a session of their own. ``slot`` makes a scratch
    database when the project turns out to have another one, and returns its address.
    """

    def __init__(
        self,
        start: Starter,
        told: dict[str, Any],
        slot: Callable[[str, str], str],
        what: str,
        environment: dict[str, str],
        temporary: Path,
    ) -> None:
        temporary.mkdir(exist_ok=True)
        self._temporary = temporary
        self._slot = slot
        self._folder = told["folder"]
        self._versions: tuple[str, ...] = ()
        self._printed: deque[str] = deque(maxlen=_LINES)
        self._process = start(told["folder"], {**environment, "TMPDIR": str(temporary)})
        self._lease = lease(
            "process", what, process=str(Process.of(self._process.pid)), signal=str(int(signal.SIGKILL))
        )
        self._drain = Thread(target=self._read_prints, args=(_stream(self._process.stderr),), daemon=True)
        self._drain.start()
        self._buffer = b""
        self._tell(told)

    def loaded(self, seconds: float) -> Answer:
        """Return what came of loading the project, within a time limit."""
        answer = self._answer(seconds)
        self._versions = tuple(answer.said.get("versions_folders", ()))
        return answer

    def do(self, what: str, seconds: float, **more: Any) -> Answer:
        """Have one step done, and return what came of it; after a failure of another kind than ``error`` it is over."""
        self._tell({"do": what, **more})
        return self._answer(seconds)

    @property
    def printed(self) -> list[str]:
        """The last lines that the project printed."""
        return list(self._printed)

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process and everything in its group."""
        with suppress(OSError):
            _stream(self._process.stdin).close()
        self._kill()
        self._lease.release()

    def _tell(self, message: dict[str, Any]) -> None:
        with suppress(OSError):  # a process that has died is found when its answer is read
            stream = _stream(self._process.stdin)
            stream.write(json.dumps(message).encode() + b"\n")
            stream.flush()

    def _answer(self, seconds: float) -> Answer:
        end = time.monotonic() + seconds
        begun = time.monotonic()
        while True:
            line = self._line(end - time.monotonic())
            if line is None:
                kind = "timed out" if self.alive else "crashed"
                return Answer(self._ended(kind, seconds), ms=(time.monotonic() - begun) * 1000)
            told = _message(line)
            if told is None:
                self._printed.append(line.decode(errors="replace").rstrip())
            elif "ask" not in told:
                return Answer.of(told)
            else:
                self._tell({"url": self._slot(told["ask"]["slot"], told["ask"]["original"])})

    def _line(self, seconds: float) -> bytes | None:
        """Return the next line, or None when there is none in time, or the process has ended."""
        stream = _stream(self._process.stdout)
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                if not selector.select(max(0.0, end - time.monotonic())):
                    return None
                read = os.read(stream.fileno(), 1 << 16)
                if not read:
                    with suppress(subprocess.TimeoutExpired):
                        self._process.wait(_LAST_WORDS)
                    return None
                self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _ended(self, kind: str, seconds: float) -> Failure:
        """Describe a step without an answer, and end the process."""
        if kind == "timed out":
            with suppress(OSError):
                os.kill(self._process.pid, signal.SIGUSR1)
            time.sleep(_LAST_WORDS)
            said = f"it did not end within {seconds:g} s"
        else:
            said = _how_it_ended(self._process.returncode)
        self._kill()
        self._drain.join(_LAST_WORDS)
        at = where_it_hangs(self.printed, self._folder, self._versions)
        return Failure(kind.capitalize(), None, said, "", at, kind)  # type: ignore[arg-type]

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
        for orphan in living_off(self._temporary):
            orphan.kill()

    def _read_prints(self, stream: IO[bytes]) -> None:
        """Read all that the project prints, and keep the last lines; a flood is read and dropped."""
        with suppress(OSError, ValueError):
            while line := stream.readline(2000):
                self._printed.append(line.decode(errors="replace").rstrip())


def _message(line: bytes) -> dict[str, Any] | None:
    """Read a message; None for what their interpreter printed before the probe was there, as a sitecustomize may."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended by itself, with status {status}"


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - for the type checker: each was asked for
    return stream
