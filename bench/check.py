"""A check of 10, 50 and 200 revisions, against pytest-alembic's tests of the same project; how it grows, its memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench import proc
from bench.cpu import Measured, beside, cpu_of, measured
from bench.figure import Figure, against, median, times
from bench.generated import write
from bench.process import CONSOLE, run
from bench.pytest_alembic import four_tests, interpreter, prepared
from bench.setting import Setting, say
from bench.watch import Watch
from lab_app.errors import LabError

#: So many revisions, and how often each is measured at most.
_ROUNDS = {10: 5, 50: 3, 200: 1}
_MIDDLE = (10, 50)
#: What the other one is run on, one after another.
_THEIRS = ("sqlite", "postgresql", "mariadb")
_MEGABYTES = 150
#: Time and memory of 200 revisions, in those of 50 and of 10.
_GROWTH, _FLAT = 4.4, 1.5


def measure(setting: Setting) -> list[Figure]:
    """Measure checks on every engine: their time in that of the other one's tests, --middle, growth and memory.

    Raises:
        LabError: an engine is missing, or the other one cannot be had.
    """
    if missing := [name for name in _THEIRS if name not in setting.servers]:
        raise LabError(f"{', '.join(missing)} must be up. Type: make up")
    projects = {count: prepared(write(setting.folder / f"project_{count}", count)) for count in _ROUNDS}
    watches = {count: Watch() for count in _ROUNDS}
    figures, ours = [], {}
    for count, project in projects.items():
        contenders: dict[str, Callable[[], Measured]] = {
            f"a check of {count} revisions": partial(_check, setting, project, watches[count]),
            "the four tests": partial(four_tests, setting, project, _THEIRS),
        }
        ours[count], theirs = setting.interleaved(contenders, _ROUNDS[count]).values()
        figures += _against(setting, count, ours[count], theirs)
    figures += _middle(setting, projects, ours)
    return [*figures, *_growth(ours), *_memory(watches)]


def _check(setting: Setting, project: Path, watch: Watch, *words: str) -> Measured:
    home = setting.folder / "home"
    home.mkdir(exist_ok=True)
    # What a check keeps in the lab's home would be somebody's list of checks.
    environment = setting.environment | {"LAB_HOME": str(home)}
    command = [CONSOLE, "check", str(project), "--python", interpreter(), "--quiet", *words]
    return measured(setting, lambda: run(command, environment, watch=watch.over))


def _against(setting: Setting, count: int, ours: Sequence[Measured], theirs: Sequence[Measured]) -> list[Figure]:
    title = f"{count} revisions on {len(setting.servers)} engines"
    seconds = [each.seconds for each in ours], [each.seconds for each in theirs]
    note = f"{against(*seconds)} for pytest-alembic's four tests on {len(_THEIRS)} engines, one after another"
    figures = [
        Figure(
            "check",
            f"{title}, time of pytest-alembic",
            median(seconds[0]) / median(seconds[1]),
            "times",
            at_most=1,
            note=f"{note}{beside(ours, theirs)}; {times(seconds[0])}",
        )
    ]
    used = cpu_of(ours), cpu_of(theirs)
    if all(used):
        ratio = median(used[0]) / median(used[1])
        figures.append(Figure("check", f"{title}, CPU of pytest-alembic", ratio, "times", note=against(*used)))
    return figures


def _middle(setting: Setting, projects: dict[int, Path], ours: dict[int, Sequence[Measured]]) -> list[Figure]:
    figures = []
    for count in _MIDDLE:
        say(f"a check of {count} revisions, each cut in the middle")
        cut, whole = [_check(setting, projects[count], Watch(), "--middle")], ours[count]
        seconds = [each.seconds for each in cut], [each.seconds for each in whole]
        ratio = median(seconds[0]) / median(seconds[1])
        note = f"{against(*seconds)} without{beside(cut, whole)}; once"
        figures.append(Figure("check", f"{count} revisions with --middle", ratio, "times", note=note))
    return figures


def _growth(ours: dict[int, Sequence[Measured]]) -> list[Figure]:
    """Compare CPU seconds, which others on this machine do not move; where nobody tells them, wall time."""
    few, many = (cpu_of(ours[count]) or [each.seconds for each in ours[count]] for count in (50, 200))
    ratio = median(many) / median(few)
    return [
        Figure("check", "200 revisions against 50", ratio, "times", at_most=_GROWTH, note=f"CPU {against(many, few)}")
    ]


def _memory(watches: dict[int, Watch]) -> list[Figure]:
    if not proc.told():
        say("check: this system has no /proc to read its memory from")
        return []
    few, many = watches[10].highest(), watches[200].highest()
    figures = []
    for kind, megabytes in many.items():
        note = f"{few[kind]:.0f} MB with 10" if kind in few else ""
        figures.append(
            Figure("check", f"peak of the {kind}, 200 revisions", megabytes, "MB", at_most=_MEGABYTES, note=note)
        )
        if kind in few:
            title = f"peak of the {kind}, 200 revisions against 10"
            figures.append(Figure("check", title, megabytes / few[kind], "times", at_most=_FLAT))
    return figures
