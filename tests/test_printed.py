"""What a scenario prints is for its author's eyes: on standard error, bounded, and never in a document."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import psutil
import pytest
from commands import FLASK, lab
from test_scenario_files import ATTEMPT, HEAD

pytestmark = pytest.mark.slow

LOUD = """
import ctypes, logging, os, subprocess, sys, warnings

print("at import")


def aloud(lab):
    print("from the attempt")
    print("  and \\x1b[31min red", file=sys.stderr)
    os.write(1, b"through the descriptor\\n")
    subprocess.run(["echo", "from a child"])
    libc = ctypes.CDLL(None)
    libc.puts(b"from C")
    libc.fflush(None)
    logging.getLogger("mine").warning("from logging")
    sys.stderr.write("no end of line")


@scenario.attempt("first", everywhere=done("fine"))
def first(lab):
    aloud(lab)
"""
SAID = (
    "at import",
    "from the attempt",
    r"  and \x1b[31min red",
    "through the descriptor",
    "from a child",
    "from C",
    "no end of line",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A current folder with a folder of one's own scenarios."""
    (tmp_path / "here" / "scenarios").mkdir(parents=True)
    return tmp_path / "here"


def write(folder: Path, text: str) -> None:
    """A scenario file called mine.py."""
    (folder / "scenarios" / "mine.py").write_text(HEAD + text, encoding="utf-8")


def test_a_document_parses_whatever_is_printed(alone: dict[str, str], folder: Path) -> None:
    """Python, a child and C reach standard error, with the engine before each line; --quiet hushes them."""
    write(folder, LOUD)
    loud = lab("run", "mine", "--on", "sqlite", "--format", "json", environment=alone, cwd=folder)
    quiet = lab("run", "mine", "--on", "sqlite", "--format", "json", "--quiet", environment=alone, cwd=folder)

    assert [cell["outcome"] for cell in json.loads(loud.stdout)["cells"]] == ["done"]
    printed = [line for line in loud.stderr.splitlines() if " | " in line]
    assert sorted(printed) == sorted(f"  sqlite      | {line}" for line in SAID)
    assert json.loads(quiet.stdout)["cells"]
    assert quiet.stderr == ""


@pytest.mark.parametrize("words", ["list", "sql mine"])
def test_a_command_without_a_run_keeps_it_apart_too(alone: dict[str, str], folder: Path, words: str) -> None:
    """What a file prints when it is read is no part of a list, nor of SQL."""
    write(folder, LOUD)
    result = lab(*words.split(), environment=alone, cwd=folder)

    assert result.returncode == 0
    assert "at import" not in result.stdout
    assert "at import" in result.stderr


def test_a_flood_is_bounded(alone: dict[str, str], folder: Path) -> None:
    """Of 100 MB that an attempt prints, the first 20,000 bytes are told, and the run goes on."""
    write(folder, ATTEMPT.replace("pass", 'for _ in range(100):\n        print("flood " * 166_666)'))
    began = time.monotonic()
    result = lab("run", "mine", "--on", "sqlite", "--format", "json", environment=alone, cwd=folder)

    assert json.loads(result.stdout)["cells"][0]["outcome"] == "done"
    assert len(result.stderr) < 30_000
    assert "… what is printed beyond 20,000 bytes is left out" in result.stderr
    assert time.monotonic() - began < 60


def test_a_process_that_dies_has_said_its_last_word(alone: dict[str, str], folder: Path) -> None:
    """What is printed before a crash is what its author looks for."""
    write(folder, ATTEMPT.replace("pass", 'import os; print("last word"); os._exit(1)'))
    result = lab("run", "mine", "--on", "sqlite", "--format", "json", environment=alone, cwd=folder)

    assert json.loads(result.stdout)["cells"][0]["outcome"] == "not run"
    assert "  sqlite      | last word" in result.stderr


TOPS = {
    "os._exit": (
        "import os; os._exit(3)",
        "scenarios/mine.py cannot be read: its process died. Only declare at",
    ),
    "sys.exit": ("import sys; sys.exit(3)", "scenarios/mine.py:15: SystemExit: 3"),
    "Ctrl-C": ("raise KeyboardInterrupt", "scenarios/mine.py:15: KeyboardInterrupt\n"),
    "recursion": ("def f(): f()\nf()", "scenarios/mine.py:15: RecursionError: maximum recursion depth exceeded"),
    "an error without words": (
        "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
        "scenarios/mine.py:17: E: its text cannot be had",
    ),
    "an error of 5 MB": ('raise ValueError("x" * 5_000_000)', "scenarios/mine.py:15: ValueError: xxxx"),
    "an error of many lines": (
        'raise ValueError("one\\n\\x1b[2Jtwo\\ud800")',
        r"scenarios/mine.py:15: ValueError: one \x1b[2Jtwo\ud800",
    ),
    "a signal": ("import os; os.kill(os.getpid(), 9)", "scenarios/mine.py cannot be read: its process died."),
}


@pytest.mark.parametrize("words", ["list", "run mine --on sqlite --quiet"])
@pytest.mark.parametrize(("top", "line"), TOPS.values(), ids=TOPS.keys())
def test_whatever_stands_at_the_top_the_file_is_named(
    alone: dict[str, str], folder: Path, top: str, line: str, words: str
) -> None:
    """A scenario file that ends its process, or cannot be read, is told in one line; no traceback."""
    write(folder, f"{top}\n{ATTEMPT}")
    result = lab(*words.split(), environment=alone, cwd=folder)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1
    assert len(result.stderr) < 1200


def test_an_error_that_is_no_text_is_in_every_report(alone: dict[str, str], folder: Path) -> None:
    """Half a surrogate pair and control characters in an error's text are spelt out, in JSON, XML and on the screen."""
    write(
        folder, ATTEMPT.replace("pass", r'raise ValueError("half \ud800 and \x1b[2J\x00")').replace("done", "ignored")
    )
    words = ["run", "mine", "--on", "sqlite", "--quiet"]
    document, xml, screen = (
        lab(*words, *more, environment=alone, cwd=folder) for more in (["--format", "json"], ["--format", "junit"], [])
    )

    assert json.loads(document.stdout)["cells"][0]["error"]["message"] == "half \\ud800 and \x1b[2J\x00"
    assert r"half \ud800 and \x1b[2J\x00" in str(ET.fromstring(xml.stdout)[0][0][0].text)  # noqa: S314 - our own
    assert r"half \ud800 and \x1b[2J\x00" in screen.stdout
    assert not document.stderr + xml.stderr + screen.stderr


@pytest.mark.parametrize("ends", ["import sys; sys.exit(3)", "raise KeyboardInterrupt", "import os; os._exit(3)"])
def test_an_attempt_that_ends_its_process_is_told(alone: dict[str, str], folder: Path, ends: str) -> None:
    """Its cell was not run, `flask lab sql` names the file, and nothing is traced."""
    write(folder, ATTEMPT.replace("pass", ends))
    run = lab("run", "mine", "--on", "sqlite", "--format", "json", environment=alone, cwd=folder)
    sql = lab("sql", "mine", environment=alone, cwd=folder)

    assert json.loads(run.stdout)["cells"][0]["outcome"] == "not run"
    assert "Traceback" not in run.stderr + sql.stderr
    assert sql.returncode == 2
    assert sql.stderr.startswith("scenarios/mine.py")
    assert sql.stderr.count("\n") == 1


def test_a_mistake_in_the_models_is_one_line(alone: dict[str, str], folder: Path) -> None:
    """`flask lab sql` of a file whose models cannot be made names the line."""
    write(folder, ATTEMPT)
    file = folder / "scenarios" / "mine.py"
    file.write_text(file.read_text().replace("class Student", "1 / 0\n    class Student"), encoding="utf-8")
    result = lab("sql", "mine", environment=alone, cwd=folder)

    assert (result.returncode, result.stderr) == (2, "scenarios/mine.py:10: ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize(("words", "seconds"), [("list", 30), ("sql mine", 30), ("run mine --on sqlite --quiet", 20)])
def test_a_top_without_an_end_has_a_time_limit(alone: dict[str, str], folder: Path, words: str, seconds: int) -> None:
    """An endless loop names the file, and nothing of it goes on."""
    write(folder, f"while True: pass\n{ATTEMPT}")
    result = lab(*words.split(), environment=alone, cwd=folder)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("scenarios/mine.py cannot be read: ")
    assert f"no end within {seconds} s" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "status", "line"),
    [(signal.SIGINT, 130, "Stopped. Nothing is left behind.\n"), (signal.SIGKILL, -9, "")],
    ids=["ctrl_c", "kill"],
)
def test_a_file_that_is_being_read_ends_with_its_command(
    alone: dict[str, str], folder: Path, number: int, status: int, line: str
) -> None:
    """Nobody waits for an endless loop to be over, and no process stays in one."""
    write(folder, f"while True: pass\n{ATTEMPT}")
    listing = subprocess.Popen(
        [*FLASK, "list"], env=alone, cwd=folder, stderr=subprocess.PIPE, text=True, process_group=0
    )
    reading = child_of(listing.pid)
    listing.send_signal(number)
    _, said = listing.communicate(timeout=10)

    assert (listing.returncode, said) == (status, line)
    reading.wait(10)


def child_of(pid: int) -> psutil.Process:
    """The process that a command has started, as soon as it is there."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if children := psutil.Process(pid).children():
            return children[0]
        time.sleep(0.1)
    raise AssertionError("no child")


def test_an_error_of_5_mb_is_cut(alone: dict[str, str], folder: Path) -> None:
    """The document and the screen hold its beginning, and how much there was."""
    write(folder, ATTEMPT.replace("pass", 'raise ValueError("x" * 5_000_000)').replace("done", "ignored"))
    document = lab("run", "mine", "--on", "sqlite", "--quiet", "--format", "json", environment=alone, cwd=folder)
    screen = lab("run", "mine", "--on", "sqlite", "--quiet", environment=alone, cwd=folder)

    message = json.loads(document.stdout)["cells"][0]["error"]["message"]
    assert message == f"{'x' * 4000} … 4,996,000 more characters"
    assert len(document.stdout) < 40_000
    assert len(screen.stdout) < 40_000
