"""Why a project cannot be loaded, from what the probe told: one line each, with what to type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lab_app.check.answers import Failure, Place
from lab_app.check.project.understood import Understood
from lab_app.check.project.unloaded import hangs_in, why_unloaded


def project(folder: Path, **more: Any) -> Understood:
    """A project in a folder, run by an interpreter of its own."""
    said: dict[str, Any] = {"app": "shop:create_app", "found": {"app": "FLASK_APP in .env", "python": ".venv"}, **more}
    return Understood(folder, "/p/.venv/bin/python", "3.8.2", {}, frozenset(), **said)


def failed(error: str, message: str, at: Place | None = None) -> Failure:
    """What loading ended with."""
    return Failure(error, None, message, "", at)


@pytest.mark.parametrize(
    ("error", "message", "line"),
    [
        ("ModuleNotFoundError", "No module named 'yaml'", "Type /p/.venv/bin/python -m pip install PyYAML, or"),
        ("ModuleNotFoundError", "No module named 'shop'",
         "There is no module shop in {folder}, which FLASK_APP in .env names. Type --app and the application's"),
        ("ModuleNotFoundError", "No module named 'tomllib'", "needs a newer Python than 3.8.2, which /p/.venv/"),
        ("ImportError", "cannot import name 'UTC' from 'datetime'", "Type --python and a newer one"),
        ("TypeError", "unsupported operand type(s) for |: 'type' and 'NoneType'", "Type --python and a newer one"),
        ("TypeError", "'type' object is not subscriptable", "Type --python and a newer one"),
        ("UndefinedValueError", "MAIL_HOST not found. Declare it as envvar", "add --env MAIL_HOST=VALUE"),
        ("ValueError", "nothing",
         "The project cannot be loaded: ValueError: nothing. Type --app and another application: b"),
        ("ProjectNotFoundError", "The application has no Flask-Migrate.",
         "The application has no Flask-Migrate. Type --app and another application: b"),
        ("ProjectNotFoundError", "There is no env.py in x. Type -d and the migrations folder.",
         "There is no env.py in x. Type -d and the migrations folder"),
    ],
)  # fmt: skip
def test_the_line_says_what_to_type(tmp_path: Path, error: str, message: str, line: str) -> None:
    """It follows from the exception, and from what is installed where."""
    said = why_unloaded(failed(error, message), project(tmp_path), (), ["b"])
    assert line.format(folder=tmp_path) in said
    assert "\n" not in said


def test_what_is_tried_again_without_an_end_is_named(tmp_path: Path) -> None:
    """An application that waits for a server which the lab refuses is told how to reach it."""
    printed = [
        "migration-lab refused a connection to 127.0.0.1:6379: it is not a scratch database",
        "Current thread 0x1 (most recent call first):",
        f'  File "{tmp_path}/.venv/lib/site-packages/redis/retry.py", line 135 in call_with_retry',
    ]
    hung = Failure("Timed out", None, "it did not end within 60 s", "", None, "timed out")
    assert why_unloaded(hung, project(tmp_path), printed) == (
        "The project was not loaded: it did not end within 60 s, and tries to reach 127.0.0.1:6379, which the lab "
        "refuses. Type what you typed and add --allow 127.0.0.1:6379, if it is nobody's database"
    )


def test_nothing_is_installed_beside_the_lab(tmp_path: Path) -> None:
    """Where no environment of the project's was found, the line says so instead."""
    here = project(tmp_path, found={"python": "the lab's own"})
    said = why_unloaded(failed("ModuleNotFoundError", "No module named 'celery'"), here, ())
    assert said.endswith("has no .venv, has none. Type --python and the one of the project's environment")


def test_syntax_that_only_a_newer_python_has_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """The lab's own Python reads it; a file that it cannot read either has a fault."""
    file = tmp_path / "shop.py"
    for text, newer in (("match 1:\n    case 1: pass\n", True), ("def (:\n", False)):
        file.write_text(text)
        said = why_unloaded(failed("SyntaxError", "invalid syntax", Place(str(file), 1, False)), project(tmp_path), ())
        assert ("needs a newer Python" in said) is newer
        assert "(shop.py:1)" in said


def test_a_process_that_ends_is_told_with_its_line_and_its_last_words(tmp_path: Path) -> None:
    """What the interpreter writes at the end is where it was, and no word of the project's."""
    printed = ["starting", "Fatal Python error: Segmentation fault", "", "Current thread 0x1 (most recent call first):",
               f'  File "{tmp_path}/shop.py", line 7 in create_app', "Extension modules: a, b (total: 2)"]  # fmt: skip
    ended = Failure("Crashed", None, "the process was ended by SIGSEGV", "", None, "crashed")
    assert why_unloaded(ended, project(tmp_path), printed) == (
        "The project ended the process while it was loaded in shop.py:7 (create_app): the process was ended by SIGSEGV."
        " Its last line: starting"
    )


def test_a_dump_is_read_for_the_projects_own_line(tmp_path: Path) -> None:
    """The main thread comes last, and a library's lines are passed over."""
    printed = [
        "Thread 0x1 (most recent call first):",
        f'  File "{tmp_path}/other.py", line 3 in work',
        "",
        "Current thread 0x2 (most recent call first):",
        '  File "/usr/lib/python3.8/socket.py", line 9 in connect',
        f'  File "{tmp_path}/.venv/lib/python3.8/site-packages/redis/client.py", line 5 in get',
        f'  File "{tmp_path}/shop/cache.py", line 7 in connect',
        f'  File "{tmp_path}/app.py", line 1 in <module>',
    ]
    assert hangs_in(printed, tmp_path) == "shop/cache.py:7 (connect)"
    assert hangs_in(printed[:5], tmp_path) == "/usr/lib/python3.8/socket.py:9 (connect)"
    assert hangs_in([], tmp_path) == ""
