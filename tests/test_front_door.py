"""Every command takes what a shell gives it: it does its work, or says in one line what to type."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from commands import FLASK, REPOSITORY, lab

from lab_app.cli import lab as lab_group

pytestmark = pytest.mark.slow

#: Every command of `flask lab`, with words that make it do something.
COMMANDS = {
    "run": "run add_age --attempt migrate --on sqlite --quiet",
    "run json": "run add_age --attempt migrate --on sqlite --quiet --format json",
    "list": "list",
    "show": "show add_age",
    "new": "new a_new_story",
    "sql": "sql add_age",
    "servers": "servers",
    "clean": "clean",
    "demo": "demo",
    "report": "report add_age --format markdown",
    "web": "web --port 0",
    "students": "students sqlite",
    "record": "record --help",
    "check": "check --help",
    "learn": "learn",
    "learn a name": "learn add_age",
    "grade": "grade --here nobody",
    "help": "--help",
}
#: What a shell may do around a command, written as it is typed; {} is the command.
SHELLS = {
    "full output": "{} >/dev/full",
    "no output": "{} >&-",
    "no stream at all": "{} <&- >&- 2>&-",
    "full error output": "{} 2>/dev/full",
    "a reader that goes": "{} | head -c 1",
    "a reader that goes, SIGPIPE ignored": "trap '' PIPE; {} | head -c 1",
    "20 files": "ulimit -n 20; {}",
    "30 files": "ulimit -n 30; {}",
    "40 files": "ulimit -n 40; {}",
    "results in the root": "LAB_RESULTS=/ {}",
    "results in a file": "LAB_RESULTS=/etc/hostname/x {}",
    "results nowhere": "LAB_RESULTS=/proc/x {}",
    "results that are a device": "LAB_RESULTS=/dev/null {}",
    "no UTF-8": "LANG=C LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {}",
    "ASCII": "PYTHONIOENCODING=ascii {}",
    "no width": "COLUMNS=0 {}",
    "one column": "COLUMNS=1 {}",
    "a million columns": "COLUMNS=1000000 {}",
    "no terminal's name": "env -u TERM {}",
    "no home": "env -u HOME {}",
    "a word that is no text": "{} $'\\xff\\x1b[2J'",
    "an option that there is not": "{} --magic",
    "no current folder": "mkdir gone; cd gone; rmdir ../gone; FLASK_SKIP_DOTENV=1 {}",
}


#: What every command is tried in; the other shells are for the one that does most.
FOR_ALL = ("full output", "no output", "a reader that goes", "30 files")
TRIED = [
    (command, shell)
    for command in COMMANDS
    for shell in SHELLS
    if shell in FOR_ALL or command == "run" or (command == "report" and "results" in shell)
]


def test_every_command_is_here() -> None:
    """A new command is tried in every shell, too."""
    assert {words.split()[0] for words in COMMANDS.values()} - {"--help"} == set(lab_group.commands)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A current folder with a scenario folder of its own."""
    (tmp_path / "here" / "scenarios").mkdir(parents=True)
    return tmp_path / "here"


@pytest.mark.parametrize(("command", "shell"), TRIED)
def test_no_shell_gets_a_traceback(alone: dict[str, str], folder: Path, command: str, shell: str) -> None:
    """Exit status 0, 1 or 2, at most one line on standard error, and never a traceback."""
    result = subprocess.run(
        ["bash", "-c", "set -o pipefail; " + SHELLS[shell].format(" ".join([*FLASK, COMMANDS[command]]))],
        env=alone,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    said = result.stderr.decode("utf-8", "replace")

    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert result.returncode in (0, 1, 2), said
    assert said.count("\n") <= 1, said
    assert not {*said} & {"\x1b", "\x00"}
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    ("words", "shell", "line"),
    [
        (
            "list",
            "{} >/dev/full",
            "Standard output cannot be written: No space left on device. Send it somewhere else.",
        ),
        (
            "list",
            "ulimit -n 40; {}",
            "A process may open 40 files in this shell, and the lab needs 128. "
            "Open another shell, or type: ulimit -n 256",
        ),
        ("list", "mkdir x; cd x; rmdir ../x; FLASK_SKIP_DOTENV=1 {}", "The current folder is gone. Type: cd"),
        ("list --magic", "{}", "No such option '--magic'. Type: flask lab list --help"),
        ("lst", "{}", "No such command 'lst'. Did you mean 'list'? Type: flask lab --help"),
        (
            "run add_age",
            "LAB_RESULTS=/ {}",
            "LAB_RESULTS=/ is no file. Name one, as in LAB_RESULTS=/tmp/lab/latest.json",
        ),
    ],
)
def test_the_line_says_what_to_type(alone: dict[str, str], folder: Path, words: str, shell: str, line: str) -> None:
    """An ordinary reader knows what was wrong, and what to do."""
    result = subprocess.run(
        ["bash", "-c", shell.format(" ".join([*FLASK, words]))],
        env=alone,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.replace("python -m flask", "flask") == f"{line}\n"


def test_128_files_are_enough(environment: dict[str, str], folder: Path) -> None:
    """What the lab asks of a shell is what a run on every engine needs."""
    command = f"ulimit -n 128; {' '.join([*FLASK, 'run add_age version_control --quiet --format json'])}"
    result = subprocess.run(["bash", "-c", command], env=environment, cwd=folder, capture_output=True, text=True)

    assert result.returncode == 0, result.stderr
    assert "Too many open files" not in result.stdout + result.stderr


def test_a_shell_that_allows_few_files_and_could_more(alone: dict[str, str], folder: Path) -> None:
    """Where only the soft limit is low, the lab takes what it may have."""
    command = f"ulimit -S -n 20; {' '.join([*FLASK, 'run add_age --on sqlite --attempt migrate --quiet'])}"
    result = subprocess.run(["bash", "-c", command], env=alone, cwd=folder, capture_output=True, text=True)

    assert (result.returncode, result.stderr) == (0, "")


def test_where_results_cannot_be_kept_nothing_is_run(alone: dict[str, str], tmp_path: Path) -> None:
    """A run of minutes is not lost for a file that could not be written from the start."""
    for name, file, line in (
        ("LAB_RESULTS", "/proc/x.json", "LAB_RESULTS=/tmp/lab/latest.json"),
        ("LAB_RESULTS", str(tmp_path), "LAB_RESULTS=/tmp/lab/latest.json"),
    ):
        result = lab("run", "add_age", environment={**alone, name: file})
        assert (result.returncode, result.stdout) == (2, "")
        assert "ready" not in result.stderr
        assert result.stderr.endswith(f"{line}\n")
    result = lab("run", "add_age", "--out", str(tmp_path), environment=alone)
    assert (result.returncode, result.stderr) == (2, f"{tmp_path} is a folder. Name another file with --out.\n")


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("9" * 5000, f"ROWS={'9' * 40} … 4,960 more characters is too much. Type at most ROWS=10000000."),
        (str(10**20), f"ROWS={10**20} is too much. Type at most ROWS=10000000."),
        ("10000001", "ROWS=10000001 is too much. Type at most ROWS=10000000."),
        ("１２", "ROWS=１２ is no number of rows. Type a whole number from 1, such as ROWS=1000."),
        ("x" * 5000, f"ROWS={'x' * 40} … 4,960 more characters is no number of rows. Type a whole number from 1,"),
        ("0" * 5000, f"ROWS={'0' * 40} … 4,960 more characters is no number of rows. Type a whole number from 1,"),
    ],
    ids=["5,000 digits", "10^20", "one too many", "wide digits", "5,000 letters", "5,000 zeros"],
)
def test_more_rows_than_there_can_be(alone: dict[str, str], rows: str, line: str) -> None:
    """There is an upper limit, and it is said; whatever the number is, it is one short line."""
    result = lab("run", "add_age", "--rows", rows, environment=alone)

    assert result.returncode == 2
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1


def test_results_in_a_folder_that_may_only_be_read(alone: dict[str, str], tmp_path: Path) -> None:
    """Pages and reports need no right to write beside the results."""
    results = tmp_path / "results"
    shutil.copytree(REPOSITORY / "results" / "recorded", results / "latest.d")
    results.chmod(0o555)
    environment = {**alone, "LAB_RESULTS": f"{results}/latest.json"}
    result = lab("report", "add_age", "--format", "markdown", environment=environment)

    assert result.returncode == 0
    assert result.stdout.startswith("## Migration Lab")
