"""A learner at a terminal: what is saved is judged, keys are answered, and each screen fits."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from checks import CONSOLE, typed
from learners import typed as typed_in
from terminals import Terminal, terminal

from lab_app.exercise.attempts import solution, write
from lab_app.exercise.read import exercise

ADD_AGE = exercise("add_age")
pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, environment: dict[str, str]) -> Path:
    """The folder of add_age, as the command makes it."""
    answer = typed("learn", "add_age", environment=environment, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    return tmp_path / "learn" / "add_age"


@pytest.fixture
def screen(folder: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    """A terminal of 80 columns at which SQLite alone judges that folder."""
    with terminal([*CONSOLE, "learn", "--watch", "--on", "sqlite"], folder, environment) as found:
        found.until("Nothing has been changed yet")
        yield found


def test_what_is_saved_is_judged_and_the_next_act_is_named(screen: Terminal, folder: Path) -> None:
    """From the model to the passed exercise: each save and each command moves the list on by a line."""
    write(solution(ADD_AGE), ADD_AGE, folder)
    (folder / "migrations" / "versions" / "0002_add_age.py").unlink()
    screen.until("There is no new revision yet")
    assert typed_in('flask db migrate -m "add"', folder).returncode == 0
    screen.until("school.db is not at the newest revision: now 0001")
    assert typed_in("flask db upgrade", folder).returncode == 0
    passed = screen.until("Passed on SQLite")
    assert any("✓ down and up again" in line for line in passed)
    assert "add_age" in (folder.parent / "progress.txt").read_text()
    screen.press("q")
    assert screen.ended() == 0


def test_a_mistake_in_the_file_is_pythons_and_no_refusal(screen: Terminal, folder: Path) -> None:
    """A file that Python does not take is shown with its line, and never as refused."""
    app = folder / "app.py"
    app.write_text(app.read_text().replace("db.Integer,", "db.Integer(", 1))
    shown = " ".join(screen.until("SyntaxError"))
    assert re.search(r"app\.py:\d+: SyntaxError", shown)
    assert "refuse" not in shown
    app.write_text(app.read_text().replace("db.Integer(", "db.Intger,", 1))
    assert re.search(r"app\.py:\d+: AttributeError", " ".join(screen.until("Intger")))


def test_hints_come_one_by_one_and_the_solution_after_the_third(screen: Terminal) -> None:
    """h shows one hint more each time, s the solution once all three are seen."""
    screen.press("s")
    screen.until("The solution is shown after the third hint")
    screen.press("h")
    first = screen.until("Hint 1 of 3")
    assert not any("Hint 2" in line for line in first)
    screen.press("hh")
    third = screen.until("Hint 3 of 3")
    assert any(line.strip().endswith("db upgrade") for line in third)
    screen.press("s")
    shown = screen.until("+ age = db.Column(db.Integer)")
    assert any("def upgrade():" in line for line in shown)


def test_reset_asks_first_and_n_goes_on(screen: Terminal, folder: Path) -> None:
    """r changes nothing until y is pressed; n makes the next folder and says how to get there."""
    app = folder / "app.py"
    before = app.read_text()
    app.write_text(f"{before}\n# mine\n")
    screen.until(lambda lines: "judging" not in " ".join(lines))
    screen.press("r")
    screen.until("Start add_age again?")
    screen.press("n")
    screen.until(lambda lines: "Start add_age again?" not in " ".join(lines))
    assert app.read_text().endswith("# mine\n")
    screen.press("r")
    screen.until("Start add_age again?")
    screen.press("y")
    screen.until("It is as it was at the beginning.")
    assert app.read_text() == before
    assert not list(folder.parent.glob(".*"))
    app.write_text(f"{before}\n# mine\n")
    (folder / "school.db").write_bytes(b"")
    screen.press("r")
    screen.until("d: school.db alone")
    screen.press("d")
    screen.until("Your files stayed.")
    assert (folder / "school.db").stat().st_size > 0
    assert app.read_text().endswith("# mine\n")
    screen.press("n")
    screen.until("In your second terminal, type: cd ../")


@pytest.mark.parametrize("columns", [60, 80])
def test_every_screen_fits(folder: Path, environment: dict[str, str], columns: int) -> None:
    """No line but a command that is to be pasted is wider than the terminal."""
    with terminal([*CONSOLE, "learn", "--watch", "--on", "sqlite"], folder, environment, columns) as found:
        found.until("Nothing has been changed yet")
        found.press("hhh")
        shown = found.until("Hint 3 of 3")
        wide = [line for line in shown if len(line) > columns and "db " not in line]
        assert not wide


def test_a_terminal_that_is_gone_ends_the_session(folder: Path, environment: dict[str, str]) -> None:
    """Ctrl-D and Ctrl-C end it as q does, and nothing is left."""
    for key, status in (("\x04", 0), ("\x03", 130)):
        with terminal([*CONSOLE, "learn", "--watch", "--on", "sqlite"], folder, environment) as found:
            found.until("Nothing has been changed yet")
            found.press(key)
            assert found.ended() == status


def test_piped_it_prints_once_and_ends(folder: Path, environment: dict[str, str]) -> None:
    """Without a terminal --watch is --check: 1 as long as the exercise is not passed."""
    answer: subprocess.CompletedProcess[str] = typed(
        "learn", "--watch", "--on", "sqlite", environment=environment, cwd=folder
    )
    assert answer.returncode == 1
    assert "Nothing has been changed yet" in answer.stdout
    assert "\x1b" not in answer.stdout
