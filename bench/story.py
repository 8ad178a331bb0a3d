"""add_age on every engine, against the same story by hand, and against a script that records nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.figure import Figure, against, median
from bench.process import FLASK, ROOT, run, script
from bench.setting import Setting, plain_environment
from lab_app.errors import LabError

LAB = [FLASK, "lab", "run", "add_age", "--quiet"]
_BY_HAND = ["sh", str(ROOT / "bench/by_hand.sh"), FLASK, str(ROOT / "bench/app.py")]


def measure(setting: Setting) -> list[Figure]:
    """Measure how many times faster than by hand it is, and how many times the seconds of the plain script."""
    _lab(setting)  # not counted: the first run of all writes .pyc files
    seconds = setting.interleaved(
        {
            "the lab": lambda: _lab(setting),
            "in process": lambda: contender(setting, script("in_process")),
            "by hand": lambda: contender(setting, _BY_HAND),
        }
    )
    lab, in_process, by_hand = (seconds[name] for name in ("the lab", "in process", "by hand"))
    engines = f"{len(setting.servers)} engines"
    return [
        Figure(
            "story",
            f"add_age on {engines}, faster than by hand",
            median(by_hand) / median(lab),
            "times",
            at_least=10,
            note=f"{against(lab, by_hand)} for a shell script of flask db commands",
        ),
        Figure(
            "story",
            f"add_age on {engines}, time of a script in process",
            median(lab) / median(in_process),
            "times",
            at_most=1.5,
            note=f"{against(lab, in_process)} for Flask-Migrate's functions, recording nothing",
        ),
    ]


def _lab(setting: Setting) -> float:
    seconds = run(LAB, setting.environment).seconds
    up = [engine["name"] for engine in json.loads(setting.results.read_text())["engines"] if engine["up"]]
    if up != list(setting.servers):
        raise LabError(f"The lab ran on {', '.join(up)} and the bench has {', '.join(setting.servers)}. Try again.")
    return seconds


def contender(setting: Setting, command: Sequence[str]) -> float:
    """Return the seconds that a script takes for the story on every engine, in scratch databases of its own."""
    with setting.databases() as urls, tempfile.TemporaryDirectory(dir=setting.folder) as folder:
        return run(command, plain_environment(), "\n".join(urls.values()) + "\n", Path(folder)).seconds
