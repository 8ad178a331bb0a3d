"""The environments of the tests: made to the end or not used, made anew when their list changes, by one process."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import environments
import pytest
from environments import ENVIRONMENTS, Environment

pytestmark = pytest.mark.slow

_MAKE = """
import sys
from pathlib import Path
from environments import Environment
print(Environment(Path(sys.argv[1]), Path(sys.argv[2])).make())
"""


def environment(folder: Path, requirements: str = "# nothing\n") -> Environment:
    """An environment in a folder of its own, which has not yet been made."""
    (folder / "list.txt").write_text(requirements)
    return Environment(folder / "list.txt", folder / "for-tests" / "check-list")


def test_one_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    """It is made anew when its list changes, and when it was not made to its end."""
    made = environment(tmp_path)
    assert made.make() == ""
    kept = made.folder / "kept"
    kept.touch()
    assert made.make() == ""
    assert kept.exists()

    (made.folder / "made").unlink()
    assert made.make() == ""
    assert not kept.exists()

    kept.touch()
    made.requirements.write_text("# another\n")
    assert made.make() == ""
    assert not kept.exists()


def test_what_cannot_be_made_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for made the next time; the test that wants it is skipped, or fails when strict."""
    nowhere = environment(tmp_path, f"{tmp_path}/nowhere.whl\n")
    for _ in range(2):
        assert "nowhere.whl" in nowhere.make()

    monkeypatch.setitem(ENVIRONMENTS, "list", nowhere)
    for strict, told in (("", pytest.skip.Exception), ("1", pytest.fail.Exception)):
        monkeypatch.setenv("LAB_STRICT", strict)
        with pytest.raises(told, match=r"^the environment list cannot be made: ERROR: .*nowhere\.whl") as reason:
            environments.made("list")
        assert "\n" not in str(reason.value)


def test_a_second_process_waits_for_the_first(tmp_path: Path) -> None:
    """It takes what the first one made, and does not remove what is half made."""
    wanted = environment(tmp_path)
    assert wanted.make() == ""
    made, kept = wanted.folder / "made", wanted.folder / "kept"
    said = made.read_text()
    made.unlink()
    kept.touch()

    command = [sys.executable, "-c", _MAKE, str(wanted.requirements), str(wanted.folder)]
    path = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    with wanted.folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(command, env=path, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(2)
        made.write_text(said)
    assert second.communicate(timeout=120) == ("\n", None)
    assert second.returncode == 0
    assert kept.exists()


def test_every_package_has_a_version() -> None:
    """What is chosen anew would make a test say something else one day."""
    for each in ENVIRONMENTS.values():
        lines = [line for line in each.requirements.read_text().splitlines() if not line.startswith("#")]
        assert len(each.versions) == len(lines) > 0
