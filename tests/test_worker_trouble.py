"""What an attempt does to its worker, its folder or its scenario's file costs its own cells alone."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from commands import FLASK, REPOSITORY, alone, lab
from trouble import Outcome, write_story

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a command that has SQLite alone, and stories of its own."""
    (tmp_path / "tmp").mkdir()
    return {**alone(tmp_path / "home"), "LAB_SCENARIOS": str(tmp_path / "stories"), "TMPDIR": str(tmp_path / "tmp")}


#: What an attempt does first, and what it comes to.
DEEDS = {
    "deletes its folder": ("shutil.rmtree(lab._project.folder)", "not run"),
    "deletes the worker's folder": ("shutil.rmtree(lab._project.folder.parent)", "not run"),
    "goes away": ("os.chdir('/')", "done"),
    "goes where nothing is left": ("os.mkdir(OUT); os.chdir(OUT); os.rmdir(OUT)", "done"),
    "takes all rights": ("os.umask(0o777)", "not run"),
    "empties the environment": ("os.environ.clear()", "done"),
    "spoils the path of modules": ("sys.path.clear()", "done"),
    "sets an alarm": ("signal.alarm(1)", "done"),
    "ends": ("os._exit(3)", "not run"),
    "exits": ("sys.exit(3)", "not run"),
    "kills itself": ("os.kill(os.getpid(), signal.SIGKILL)", "not run"),
    "ends its group": ("os.killpg(0, signal.SIGKILL)", "not run"),
    "closes every file": ("os.closerange(3, 100)", "not run"),
}


@pytest.mark.parametrize(("deed", "comes_to"), DEEDS.values(), ids=DEEDS.keys())
def test_an_attempt_that_makes_trouble(deed: str, comes_to: str, environment: dict[str, str], tmp_path: Path) -> None:
    """The attempts after it are run as if nothing had been, and the document is kept."""
    write_story(tmp_path / "stories", deed)
    environment["TROUBLE_OUT"] = str(tmp_path / "out")

    run = Outcome("trouble", "--on", "sqlite", environment=environment)

    first, trouble, *after = run.outcomes("sqlite")
    assert (first, *after) == ("done", "done", "done"), run.cells("sqlite")
    assert trouble in (comes_to, "done"), run.cells("sqlite")[1]
    # What an attempt does to itself may be told as a mistake of its file, whose status is 2.
    assert run.status in ((0,) if trouble == "done" else (1, 2))
    assert (tmp_path / "home" / "results" / "latest.json").exists()
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((tmp_path / "home" / "leases").iterdir()) == []


def test_a_set_up_that_fails(environment: dict[str, str], tmp_path: Path) -> None:
    """A scenario that cannot be set up has cells that were not run, with engine, file and line; the others are run."""
    story = write_story(tmp_path / "stories", "pass")
    text = story.read_text().replace('rows("student", dict(id=1))', 'rows("student", dict(id=1), dict(id=1))')
    (tmp_path / "stories" / "twice.py").write_text(text)

    run = Outcome("twice", "trouble", "--on", "sqlite", environment=environment)

    assert run.outcomes("sqlite", "twice") == ["not run"] * 4
    assert run.cells("sqlite", "twice")[0]["reason"].startswith("scenarios/twice.py cannot be set up on sqlite: ")
    assert run.outcomes("sqlite") == ["done"] * 4
    assert run.status == 1


def without_rights(file: Path) -> None:
    """A file that nobody may read."""
    file.write_text("lab_app")
    file.chmod(0)


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "syntax": (lambda file: file.write_text("from lab_app import\n"), "broken.py:1: "),
    "an error": (lambda file: file.write_text("import lab_app\n1 / 0\n"), "broken.py:2: ZeroDivisionError"),
    "no scenario": (lambda file: file.write_text("import lab_app\n"), "broken.py:1: no scenario here"),
    "bytes": (lambda file: file.write_bytes(b"lab_app = '\xff'\n"), "broken.py:"),
    "an end": (lambda file: file.write_text("import lab_app, os\nos._exit(0)\n"), "broken.py cannot be read: "),
    "an exit": (lambda file: file.write_text("import lab_app, sys\nsys.exit(0)\n"), "broken.py:2: SystemExit: 0"),
    "no rights": (without_rights, "broken.py:1: PermissionError"),
}


@pytest.mark.parametrize(("spoil", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read(
    spoil: Callable[[Path], object], reason: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """It is a row that was not run, with the reason; the other files are run; alone it is one line."""
    write_story(tmp_path / "stories", "pass")
    spoil(tmp_path / "stories" / "broken.py")
    if spoil is without_rights and os.geteuid() == 0:
        pytest.skip("root reads everything")

    run = Outcome("broken", "trouble", "--on", "sqlite", environment=environment)
    alone_asked = lab("run", "broken", "--on", "sqlite", "--quiet", environment=environment)

    assert run.outcomes("sqlite", "broken") == ["not run"]
    assert reason in run.cells("sqlite", "broken")[0]["reason"]
    assert run.outcomes("sqlite") == ["done"] * 4
    assert run.status == 1
    assert (alone_asked.returncode, alone_asked.stdout) == (2, "")
    assert reason in alone_asked.stderr
    assert alone_asked.stderr.count("\n") == 1


BACKGROUND = {
    "a child": "subprocess.Popen(['sleep', '987'])",
    "a child in a session of its own": "subprocess.Popen(['sleep', '987'], start_new_session=True)",
    "a grandchild": "subprocess.run(['sh', '-c', 'setsid sleep 987 >/dev/null 2>&1 &'])",
    "a fork": "os.fork() or (os.setsid(), os.execvp('sleep', ['sleep', '987']))",
}


def sleepers() -> list[psutil.Process]:
    """The processes that only such an attempt starts."""
    return [each for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == ["sleep", "987"]]


@pytest.mark.parametrize("deed", BACKGROUND.values(), ids=BACKGROUND.keys())
def test_a_background_child_ends_with_its_attempt(deed: str, environment: dict[str, str], tmp_path: Path) -> None:
    """What an attempt has started and not waited for is ended before the next attempt begins."""
    story = write_story(tmp_path / "stories", f"{deed}\ntime.sleep(0.3)")
    looks = "    assert subprocess.run(['pgrep', '-fx', 'sleep 987']).returncode == 1\n"
    story.write_text(story.read_text().replace("def third(lab):\n", f"def third(lab):\n{looks}"))

    run = Outcome("trouble", "--on", "sqlite", environment=environment)

    assert run.outcomes("sqlite") == ["done"] * 4, run.cells("sqlite")[2]["error"]
    assert sleepers() == []


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), signal.SIGKILL)"], ids=["ends", "is killed"])
def test_a_worker_that_dies_leaves_no_child(end: str, environment: dict[str, str], tmp_path: Path) -> None:
    """What an attempt has started is ended also when the attempt takes its worker away first."""
    deed = f"{BACKGROUND['a child in a session of its own']}\n{BACKGROUND['a child']}\n{end}"
    write_story(tmp_path / "stories", deed)

    run = Outcome("trouble", "--on", "sqlite", environment=environment)

    assert run.outcomes("sqlite") == ["done", "not run", "done", "done"]
    assert sleepers() == []


@pytest.mark.parametrize("deed", BACKGROUND.values(), ids=BACKGROUND.keys())
@pytest.mark.parametrize("how", ["time limit", "kill -9"])
def test_nothing_stays_of_what_was_ended_in_the_middle(
    how: str, deed: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """A worker that is stopped takes its children with it, and a killed lab leaves no file and no process."""
    story = write_story(tmp_path / "stories", f"{deed}\nOUT.touch()\ntime.sleep(60)")
    if how == "time limit":
        story.write_text(story.read_text().replace('"Trouble", every', '"Trouble", seconds=1.5, every'))
    environment["TROUBLE_OUT"] = str(tmp_path / "out")
    words = [*FLASK, "run", "trouble", "--on", "sqlite", "--quiet"]
    with subprocess.Popen(words, env=environment, cwd=REPOSITORY, stdout=subprocess.DEVNULL) as process:
        until(lambda: (tmp_path / "out").exists() and bool(sleepers()))
        if how == "kill -9":
            process.kill()
        process.wait(60)

    until(lambda: not sleepers())
    until(lambda: not list((tmp_path / "home" / "leases").iterdir()))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((tmp_path / "home" / "runs").iterdir()) == []


@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.25, 0.4, 0.6, 0.9, 1.3])
def test_a_kill_at_any_moment_leaves_no_file(seconds: float, environment: dict[str, str], tmp_path: Path) -> None:
    """Whenever a lab is killed, nothing is in the temporary folder, and the next command finds what is in its own."""
    words = [*FLASK, "run", "add_age", "--on", "sqlite", "--quiet"]
    with subprocess.Popen(words, env=environment, cwd=REPOSITORY, stdout=subprocess.DEVNULL) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    time.sleep(1.0)
    cleaned = lab("clean", environment=environment)

    assert (cleaned.returncode, cleaned.stderr) == (0, "")
    assert list((tmp_path / "tmp").iterdir()) == []
    for name in ("leases", "runs"):
        folder = tmp_path / "home" / name
        assert not folder.exists() or list(folder.iterdir()) == []


def until(true: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
