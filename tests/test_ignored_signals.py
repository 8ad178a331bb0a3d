"""The tests pass in a background job and under nohup, where signals are ignored that the lab must hear."""

from __future__ import annotations

import subprocess
import sys

import pytest
from commands import REPOSITORY


@pytest.mark.slow
def test_children_of_the_tests_hear_signals_that_the_tests_ignore() -> None:
    """A lab that a test starts is ended by Ctrl-C, though a shell has told the tests to ignore it."""
    one = "tests/test_printed.py::test_a_file_that_is_being_read_ends_with_its_command"
    command = f"trap '' INT HUP QUIT; exec {sys.executable} -m pytest -q -p no:cacheprovider {one}"
    result = subprocess.run(["sh", "-c", command], cwd=REPOSITORY, capture_output=True, text=True, timeout=120)

    assert result.returncode == 0, result.stdout
