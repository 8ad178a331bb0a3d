"""A child of the web server: its lines, what it is told, and its end in good order or by force."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from lab_app.errors import LabError
from lab_app.web.processes import child as child_process
from lab_app.web.processes.child import Child, Children
from lab_app.web.processes.students import StudentProcesses

_LIMIT = 60.0


class Heard:
    """What a child said, and the status with which it ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.status: int | None = None
        self._news = threading.Condition()

    def take(self, line: str) -> None:
        """Keep a line."""
        with self._news:
            self.lines.append(line.rstrip("\n"))
            self._news.notify_all()

    def end(self, status: int) -> None:
        """Keep the status."""
        with self._news:
            self.status = status
            self._news.notify_all()

    def line(self, number: int) -> str:
        """The line with this number, from 0, as soon as it is there."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.lines) > number, _LIMIT)
        return self.lines[number]

    def ended(self) -> int | None:
        """The status, as soon as the child has ended."""
        with self._news:
            assert self._news.wait_for(lambda: self.status is not None, _LIMIT)
        return self.status


@pytest.fixture
def children() -> Iterator[Children]:
    """Children that are gone at the end."""
    made = Children()
    yield made
    made.close()


def started(
    children: Children, monkeypatch: pytest.MonkeyPatch, script: str, *, talks: bool = False
) -> tuple[Child, Heard]:
    """A child whose command is a Python script."""
    monkeypatch.setattr("lab_app.web.processes.command._FLASK_LAB", (sys.executable, "-uc", script))
    child, heard = children.start((), talks=talks), Heard()
    child.follow(heard.take, heard.end)
    return child, heard


def gone(pid: int) -> bool:
    """Whether a process is gone, or goes within seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_a_conversation_ends_when_its_input_closes(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sent lines and answers, however long they are; after its end nothing can be sent."""
    script = "import sys\nfor line in sys.stdin: print(line.strip() * 100_000)\nprint('the end')"
    child, heard = started(children, monkeypatch, script, talks=True)
    assert child.say("é!")
    assert heard.line(0) == "é!" * 100_000
    child.stop()
    assert heard.ended() == 0
    assert heard.lines[1:] == ["the end"]
    assert not child.say("more")
    assert not child.lives


def test_a_long_line_is_cut_and_the_next_one_is_whole(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that writes without an end fills nobody's memory."""
    _, heard = started(children, monkeypatch, "import sys; sys.stderr.write('x' * 200_000 + '\\nnext\\n')")
    assert heard.ended() == 0
    assert max(map(len, heard.lines)) == 64 * 1024
    assert "".join(heard.lines) == "x" * 200_000 + "next"


def test_it_is_told_to_end_once(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second word would reach it in the middle of its cleaning up."""
    script = """if True:
        import signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: print("told", file=sys.stderr))
        print("ready", file=sys.stderr)
        time.sleep(1)
    """
    child, heard = started(children, monkeypatch, script)
    heard.line(0)
    child.stop()
    heard.line(1)
    child.stop()
    children.close()
    assert heard.ended() == 0
    assert heard.lines == ["ready", "told"]


@pytest.mark.parametrize("talks", [False, True])
def test_one_that_is_deaf_is_killed_with_its_group(
    talks: bool, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When its patience is over, what it has started goes with it."""
    monkeypatch.setattr(child_process, "PATIENCE", 0.3)
    script = """if True:
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        started = subprocess.Popen(["sleep", "300"])
        print(started.pid, file=sys.stdout if sys.argv[1:] == ["talks"] else sys.stderr)
        time.sleep(300)
    """
    monkeypatch.setattr("lab_app.web.processes.command._FLASK_LAB", (sys.executable, "-uc", script))
    child, heard = children.start(("talks",) if talks else (), talks=talks), Heard()
    child.follow(heard.take, heard.end)
    grandchild = int(heard.line(0))
    child.stop()
    assert heard.ended() == -9
    assert gone(grandchild)


def test_closed_children_have_ended_and_no_other_is_started(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When close() returns, each end has been told."""
    both = [
        started(children, monkeypatch, "import time; time.sleep(300)"),
        started(children, monkeypatch, "import sys; sys.stdin.read()", talks=True),
    ]
    children.close()
    assert [heard.status for _, heard in both] == [-15, 0]
    with pytest.raises(LabError, match="about to end"):
        children.start(())


@pytest.mark.parametrize("said", ["garbage", '{"kind": "Look"}'])
def test_an_app_that_says_nonsense_has_ended(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no reply is told on its page; the app does not seem to start for ever."""
    script = f"import sys; print({said!r}); sys.stdin.read()"
    monkeypatch.setattr("lab_app.web.processes.command._FLASK_LAB", (sys.executable, "-uc", script))
    processes = StudentProcesses()
    processes.open("sqlite")
    child = processes.child("sqlite")
    assert child
    end = time.monotonic() + _LIMIT
    while not child.ended and time.monotonic() < end:
        time.sleep(0.05)
    assert child.ended
    assert child.ended.reason.startswith("It said what it should not: no ")
    processes.close_all()
