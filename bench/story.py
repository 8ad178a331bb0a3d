"""add_age on every engine, against the same story by hand, and against a script that records nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.cpu import Measured, beside, cpu_of, measured, split
from bench.figure import Figure, against, median
from bench.process import FLASK, ROOT, run, script
from bench.setting import Setting, plain_environment
from lab_app.errors import LabError

LAB = [FLASK, "lab", "run", "add_age", "--quiet"]
_BY_HAND = ["sh", str(ROOT / "bench/by_hand.sh"), FLASK, str(ROOT / "bench/app.py")]


def measure(setting: Setting) -> list[Figure]:
    """Measure how many times faster than by hand it is, and how many times the seconds of the plain script."""
    _lab(setting)  # not counted: the first run of all writes .pyc files
    rounds = setting.interleaved(
        {
            "the lab": lambda: _lab(setting),
            "in process": lambda: contender(setting, script("in_process")),
            "by hand": lambda: contender(setting, _BY_HAND),
        }
    )
    lab, in_process, by_hand = ([each.seconds for each in found] for found in rounds.values())
    engines = f"{len(setting.servers)} engines"
    return [
        Figure(
            "story",
            f"add_age on {engines}, faster than by hand",
            median(by_hand) / median(lab),
            "times",
            at_least=11,
            note=f"{against(lab, by_hand)} for a shell script of flask db commands"
            + beside(rounds["the lab"], rounds["by hand"]),
        ),
        Figure(
            "story",
            f"add_age on {engines}, time of a script in process",
            median(lab) / median(in_process),
            "times",
            at_most=1.3,
            note=f"{against(lab, in_process)} for Flask-Migrate's functions, recording nothing",
        ),
        *_cpu(f"add_age on {engines}, CPU of a script in process", rounds["the lab"], rounds["in process"]),
    ]


def _cpu(name: str, lab: Sequence[Measured], in_process: Sequence[Measured]) -> list[Figure]:
    ours, theirs = cpu_of(lab), cpu_of(in_process)
    if not ours or not theirs:
        return []
    note = f"{against(ours, theirs)}; the lab: {split(lab)}; the script: {split(in_process)}"
    return [Figure("story", name, median(ours) / median(theirs), "times", note=note)]


def _lab(setting: Setting) -> Measured:
    found = measured(setting, lambda: run(LAB, setting.environment))
    up = [target["name"] for target in json.loads(setting.results.read_text())["targets"] if target["up"]]
    if up != list(setting.servers):
        raise LabError(f"The lab ran on {', '.join(up)} and the bench has {', '.join(setting.servers)}. Try again.")
    return found


def contender(setting: Setting, command: Sequence[str]) -> Measured:
    """Run a script of the story on every engine, in scratch databases of its own."""
    with setting.databases() as urls, tempfile.TemporaryDirectory(dir=setting.folder) as folder:
        said = "\n".join(urls.values()) + "\n"
        return measured(setting, lambda: run(command, plain_environment(), said, Path(folder)))
