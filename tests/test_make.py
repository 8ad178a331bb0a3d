"""The Makefile: its verbs, its help, and what it says when it cannot go on."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VERBS = ["demo", "check", "learn", "grade", "up", "down", "scenario", "matrix", "record", "sql", "web"]
VERBS += ["test", "test-fast", "bench", "lint", "clean"]


def make(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make as a person does, with nothing of the calling make's settings."""
    path = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    return subprocess.run(
        ["/usr/bin/env", "make", *arguments],
        cwd=folder,
        env=path | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def dry(*arguments: str) -> str:
    """The last command that make would run."""
    return make("--dry-run", *arguments).stdout.splitlines()[-1].strip()


def test_bare_make_prints_every_verb_with_what_it_does() -> None:
    """The help is the file's own comments, in the file's order, and fits a terminal."""
    done = make()
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^  make ([a-z-]+) +\w", done.stdout, re.MULTILINE) == VERBS
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_makefile_stays_short() -> None:
    """Every verb has its line of help, and the file is read at a glance."""
    assert len(MAKEFILE.splitlines()) <= 60
    assert re.findall(r"^([a-z-]+):.* ## ", MAKEFILE, re.MULTILINE) == VERBS


@pytest.mark.parametrize("verb", ["scenario", "sql"])
def test_a_missing_name_is_told_in_one_line(verb: str) -> None:
    """Without NAME nothing is installed or run: one line says what to type."""
    done = make(verb)
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert f"make {verb} NAME=add_age" in line
    assert "flask lab list" in line


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["scenario", "NAME=add_age"], ".venv/bin/flask lab run 'add_age'"),
        (["scenario", "NAME=add_age", "ROWS=9", "FORMAT=json", "STRICT=1"],
         ".venv/bin/flask lab run 'add_age' --rows '9' --format 'json' --strict"),
        (["matrix", "STRICT=0"], ".venv/bin/flask lab run --all"),
        (["matrix", "ON=sqlite"], ".venv/bin/flask lab run --all --on 'sqlite'"),
        (["scenario", "NAME=add_age", "ON=postgresql:15 postgresql:18 sqlite"],
         ".venv/bin/flask lab run 'add_age' --on 'postgresql:15' --on 'postgresql:18' --on 'sqlite'"),
        (["check"], ".venv/bin/migration-lab check 'examples/shop'"),
        (["learn"], ".venv/bin/migration-lab learn"),
        (["learn", "NAME=add_age"], ".venv/bin/migration-lab learn 'add_age'"),
        (["grade", "FOLDERS=class/ada class/zoe"], ".venv/bin/migration-lab grade class/ada class/zoe"),
        (["check", "APP=shop:create_app", "DIR=../a shop", "ON=sqlite"],
         ".venv/bin/migration-lab check '../a shop' --app 'shop:create_app' --on 'sqlite'"),
        (["test", "STRICT=1"], "LAB_STRICT=1 .venv/bin/pytest"),
        (["test"], ".venv/bin/pytest"),
        (["test-fast"], ".venv/bin/pytest -m fast"),
    ],
)  # fmt: skip
def test_settings_become_options(arguments: list[str], command: str) -> None:
    """NAME, ON, ROWS, FORMAT and STRICT reach the command, each word of ON by itself; STRICT=0 is not strict."""
    assert " ".join(dry(*arguments).split()) == command


def test_no_python_is_told_with_what_to_install(tmp_path: Path) -> None:
    """Where no suitable Python is found, the first verb says so and leaves no half-made environment."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("make", "sh"):
        found = shutil.which(tool)
        assert found
        (tools / tool).symlink_to(found)
    done = make("demo", folder=tmp_path, PATH=str(tools))
    assert done.returncode == 2
    assert "Python 3.11 to 3.14 with venv is needed." in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_no_docker_is_told_with_what_to_do(tmp_path: Path) -> None:
    """`make up` without an engine says that the lab does without, too."""
    done = make("up", DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert done.returncode == 2
    assert "Docker with Compose v2 does not answer." in done.stderr.splitlines()[0]
