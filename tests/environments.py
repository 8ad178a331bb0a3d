"""Environments with older and newer versions of what projects have: made once, and kept beside the lab's own packages.

Each is a file of ``tests/data/environments/`` that names everything with its version, so nothing is chosen anew.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest
from availability import missing

_LISTS = Path(__file__).parent / "data" / "environments"
_SECONDS = 600
#: The first Python that a list is too old for, with the reason.
_TOO_NEW = {"flask_sqlalchemy_2_5": ((3, 14), "Werkzeug 2.2 needs ast.Str, which Python 3.14 has no more")}


@dataclass(frozen=True)
class Environment:
    """An environment in a folder, with what a list of requirements names."""

    requirements: Path
    folder: Path

    @property
    def name(self) -> str:
        """Its name, which is that of its list."""
        return self.requirements.stem

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @cached_property
    def versions(self) -> dict[str, str]:
        """The versions of its packages, by their names in lower case."""
        lines = (line.partition("==") for line in self.requirements.read_text().splitlines())
        return {name.lower(): version for name, equal, version in lines if equal}

    def make(self) -> str:
        """Make it unless it is there as its list says; return why it cannot be made, in one line, or nothing.

        One that was not made to its end is never taken for made, and another process that makes it is waited for.
        """
        self.folder.parent.mkdir(exist_ok=True)
        with self.folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made, wanted = self.folder / "made", f"# Python {sys.version}\n{self.requirements.read_text()}"
            if made.is_file() and made.read_text() == wanted:
                return ""
            shutil.rmtree(self.folder, ignore_errors=True)
            why = _done("venv", "--without-pip", str(self.folder)) or self._install()
            if not why:
                made.write_text(wanted)
            return why

    def _install(self) -> str:
        quiet = ("--quiet", "--disable-pip-version-check", "--no-deps", "--retries", "1")
        return _done("pip", "--python", str(self.python), "install", *quiet, "--requirement", str(self.requirements))


ENVIRONMENTS = {
    path.stem: Environment(path, Path(sys.prefix) / "for-tests" / f"check-{path.stem}") for path in _LISTS.glob("*.txt")
}


def made(name: str) -> Environment:
    """The environment of that name; without it the test is skipped with the reason, or fails when strict."""
    newest, reason = _TOO_NEW.get(name, ((4,), ""))
    if sys.version_info >= newest:
        pytest.skip(reason)
    if why := _why_not(name):
        missing(f"the environment {name} cannot be made: {why}")
    return ENVIRONMENTS[name]


@cache
def _why_not(name: str) -> str:
    """Make an environment, once in a run of tests: what cannot be had is not tried for each of them."""
    try:
        return ENVIRONMENTS[name].make()
    except OSError as error:
        return str(error)


def _done(module: str, *words: str) -> str:
    """Run a module of this Python; return why it failed, in one line, or nothing."""
    command = [sys.executable, "-m", module, *words]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return f"{module} did not end within {_SECONDS} s"
    if not done.returncode:
        return ""
    lines = (done.stderr.strip() or done.stdout.strip() or f"{module} said nothing").splitlines()
    return next((line for line in reversed(lines) if line.startswith("ERROR: ")), lines[-1])
