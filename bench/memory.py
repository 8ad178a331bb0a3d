"""Peak memory of every process of the lab, in add_age and in the whole catalogue; the servers are not among them."""

from __future__ import annotations

from bench import proc
from bench.figure import Figure
from bench.process import run
from bench.setting import Setting, say
from bench.story import LAB
from bench.watch import Watch
from bench.whole import whole

_MEGABYTES = 120
#: With every scenario, the command holds the whole document.
_WITH_EVERYTHING = {"command": 200}


def measure(setting: Setting) -> list[Figure]:
    """Return the highest peak of each kind of process, in MB; nothing where there is no /proc."""
    if not proc.told():
        say("memory: this system has no /proc to read it from")
        return []
    return [*_in_the_story(setting), *_in_everything(setting)]


def _in_the_story(setting: Setting) -> list[Figure]:
    highest: dict[str, float] = {}
    for number in range(1, setting.rounds + 1):
        say(f"round {number} of {setting.rounds}: memory")
        watch = Watch()
        run(LAB, setting.environment, watch=watch.over)
        for kind, megabytes in watch.highest().items():
            highest[kind] = max(megabytes, highest.get(kind, 0.0))
    note = f"add_age; the highest of {setting.rounds}"
    return [_peak(kind, most, _MEGABYTES, note) for kind, most in highest.items()]


def _in_everything(setting: Setting) -> list[Figure]:
    note = "during flask lab run --all; once"
    return [
        _peak(f"{kind}, every scenario", most, _WITH_EVERYTHING.get(kind, _MEGABYTES), note)
        for kind, most in whole(setting).watch.highest().items()
    ]


def _peak(whose: str, megabytes: float, at_most: float, note: str) -> Figure:
    return Figure("memory", f"peak of the {whose}", megabytes, "MB", at_most=at_most, note=note)
