"""Reading a schema, against the reader that the lab had before it looked at the engines' own definitions."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from functools import partial
from pathlib import Path

from bench.figure import Figure, median, number
from bench.process import ROOT, run
from bench.setting import Setting, plain_environment, say

#: The last revision whose readers knew tables, columns, keys, CHECKs and indexes alone.
BEFORE = "7129bf5"
#: What the tables, keys, CHECKs and indexes of a plain schema may cost at most, in times of before.
_MOST = 1.3


def measure(setting: Setting) -> list[Figure]:
    """Measure for each engine the time of one reading of a plain schema, in readings of the reader before."""
    before = _unpacked(setting.folder / "before")
    if before is None:
        say(f"revision {BEFORE} is not in this clone: type git fetch --unshallow")
        return []
    figures = []
    with setting.databases() as urls:
        for name, url in urls.items():
            contenders = {
                f"{name}, now": partial(_seconds, ROOT, url),
                f"{name}, {BEFORE}": partial(_seconds, before, url),
            }
            found = setting.interleaved(contenders)
            now, then = (median(seconds) for seconds in found.values())
            note = (
                f"{number(now * 1000)} ms against {number(then * 1000)} ms; medians of 100 in each of {setting.rounds}"
            )
            title = f"{setting.servers[name].engine.title}: one reading"
            figures.append(Figure("schema", title, now / then, "times", at_most=_MOST, note=note))
    return figures


def _seconds(source: Path, url: str) -> float:
    """Return the median seconds of one reading by the lab that lies in a folder."""
    command = [sys.executable, str(ROOT / "bench" / "read.py"), str(source)]
    answer = run(command, plain_environment(), url)
    return float(json.loads(answer.printed))


def _unpacked(folder: Path) -> Path | None:
    """Return a folder with the lab as it was; None where the clone's history does not reach back that far."""
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", BEFORE, "lab_app"], capture_output=True, check=False)
    if packed.returncode:
        return None
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder
