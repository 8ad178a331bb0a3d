"""Mirrors of exercises: a command that judges a learner's folder on every save, and what it said last."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import Any

from lab_app.document.judgement import Judgement
from lab_app.web.processes.child import Child, Children
from lab_app.web.processes.command import without_paths

#: Exercises that are mirrored at one time; each has a process and a database on every engine.
_MOST = 2
#: Seconds after which a mirror that nobody looks at ends.
_IDLE = 60.0


@dataclass(frozen=True)
class Shown:
    """What a mirror shows at one moment. ``judging``: a file was saved, and nothing is known of it yet."""

    judgement: Judgement | None = None
    judging: bool = True
    problem: str = ""
    number: int = 0


class Mirror:
    """One exercise that is judged on every save, as long as somebody looks."""

    def __init__(self, name: str, children: Children) -> None:
        self.name = name
        self.asked = time.monotonic()
        self.over = False
        self._changed = threading.Condition()
        self._shown = Shown()
        self._child: Child = children.start(("learn", name, "--events"), talks=True)
        self._child.follow(self._hear, self._end)

    @property
    def shown(self) -> Shown:
        """What is shown now."""
        return self._shown

    def wait(self, seen: int, seconds: float) -> Shown:
        """Return what is shown as soon as it is another than the one with that number, or when time is up."""
        self.asked = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: self._shown.number != seen or self.over, seconds)
            return self._shown

    def stop(self) -> None:
        """Have it end, without waiting for that."""
        self._child.stop()

    def _hear(self, line: str) -> None:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:  # a line of somebody else's
            return
        if said.get("judging"):
            self._show(self._shown.judgement, judging=True)
        elif "error" in said:
            self._show(None, problem=without_paths(str(said["error"])))
        elif said.get("kind") == "judgement":
            self._show(said)  # type: ignore[arg-type]  # the lab's own command has written it

    def _show(self, judgement: Judgement | None, *, judging: bool = False, problem: str = "") -> None:
        with self._changed:
            self._shown = Shown(judgement, judging, problem, self._shown.number + 1)
            self._changed.notify_all()

    def _end(self, status: int) -> None:
        with self._changed:
            self.over = True
            if not self._shown.judgement and not self._shown.problem:
                problem = f"The command that judges ended, with status {status}."
                self._shown = Shown(None, judging=False, problem=problem, number=self._shown.number + 1)
            self._changed.notify_all()


class Mirrors:
    """The mirrors of one web server, by their exercises; all of them end with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children = Children()
        self._open: dict[str, Mirror] = {}

    def mirror(self, name: str) -> Mirror:
        """Return the mirror of an exercise; the one that was looked at longest ago ends where there are too many.

        Raises:
            LabError: no process can be started, or the web server is about to end.
        """
        with self._lock:
            self._end_idle()
            there = self._open.get(name)
            if there is None or there.over:
                others = sorted(
                    (each for each in self._open.values() if each is not there), key=lambda each: each.asked
                )
                for each in others[: max(0, len(others) - _MOST + 1)]:
                    each.stop()
                    del self._open[each.name]
                self._open[name] = there = Mirror(name, self._children)
            there.asked = time.monotonic()
            return there

    def close_all(self) -> None:
        """End every mirror, and wait for it."""
        self._children.close()

    def _end_idle(self) -> None:
        for name, each in list(self._open.items()):
            if each.over or time.monotonic() - each.asked > _IDLE:
                each.stop()
                del self._open[name]
