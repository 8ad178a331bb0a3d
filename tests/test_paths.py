"""Folders may be called anything: LAB_HOME, TMPDIR, the folder of the checkout and the current one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import REPOSITORY, alone, lab

from lab_app.servers import Server, Servers, Wanted

pytestmark = pytest.mark.slow

NAMES = {
    "percent": "50% off",
    "interpolation": "%(here)s",
    "escapes": "%20%2F",
    "quotes and blanks": ' it\'s "two"  blanks ',
    "of an address": "a?b=c&d#e;f:g@h+i",
    "of a shell": "a\\b{0}$HOME`x`*[c]",
    "accents": "Zoë 学生",
    "a dash": "-rf",
}
#: Those in which Python can be told of a checkout, and those that mean something to Alembic.
CHECKOUTS = ["50% off", "%(here)s", " it's #a;b? é "]


@pytest.fixture(params=NAMES.values(), ids=NAMES.keys())
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with an odd name."""
    folder = tmp_path / str(request.param)
    folder.mkdir()
    return folder


def outcomes(environment: dict[str, str], *words: str, cwd: Path = REPOSITORY) -> set[str]:
    """The outcomes on SQLite of a run with these words."""
    done = lab("run", *words, "--on", "sqlite", "--format", "json", environment=environment, cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return {cell["outcome"] for cell in json.loads(done.stdout)["cells"]}


def test_the_labs_own_folder(odd: Path) -> None:
    """Runs, previews and sweeps work in a home of any name, and what they observe is the same."""
    environment = {**alone(odd / "home"), "TMPDIR": str(odd)}

    assert outcomes(environment, "add_age") == {"done", "ignored"}
    written = lab("sql", "add_age", environment=environment)
    assert (written.returncode, written.stderr) == (0, "")
    assert "ALTER TABLE student ADD COLUMN age INTEGER" in written.stdout
    assert lab("clean", environment=environment).stdout == "Nothing was left behind.\n"
    assert {each.name for each in odd.iterdir()} == {"home"}


@pytest.fixture(params=CHECKOUTS)
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A checkout in a folder with an odd name."""
    odd = tmp_path / str(request.param)
    for name in ("lab_app", "scenarios", "migrations", "results"):
        shutil.copytree(REPOSITORY / name, odd / name, ignore=shutil.ignore_patterns("__pycache__"))
    return odd


def test_the_checkout(checkout: Path, tmp_path: Path) -> None:
    """The lab and its app under study work in a checkout of any name."""
    environment = {**alone(tmp_path / "home"), "PYTHONPATH": str(checkout)}
    where = [sys.executable, "-c", "import lab_app; print(lab_app.__file__)"]
    found = subprocess.run(where, env=environment, cwd=checkout, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).parent == checkout / "lab_app"

    assert outcomes(environment, "add_age", cwd=checkout) == {"done", "ignored"}
    own = {**environment, "DATABASE_URL": f"sqlite:///{tmp_path / 'own.db'}"}
    flask = [sys.executable, "-m", "flask", "--app", "lab_app"]
    done = subprocess.run([*flask, "db", "upgrade"], env=own, cwd=checkout, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


LONG = ["a" * 60, "b" * 120, "c" * 200]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_home_that_is_too_long_for_a_socket(depth: int, tmp_path: Path) -> None:
    """A long LAB_HOME and a long TMPDIR work all the same."""
    folder = tmp_path.joinpath(*LONG[:depth])
    folder.mkdir(parents=True)

    assert outcomes({**alone(folder / "home"), "TMPDIR": str(folder)}, "add_age") == {"done", "ignored"}
    assert {each.name for each in folder.iterdir()} == {"home"}


@pytest.mark.parametrize("name", ["d" * 300, "/".join(["e" * 200] * 30)], ids=["a name", "a path"])
def test_a_home_that_is_too_long_for_a_folder(name: str, tmp_path: Path) -> None:
    """A LAB_HOME that no folder can have is told in one line."""
    done = lab("run", "add_age", environment=alone(tmp_path / name))

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("(file name too long): set LAB_HOME to a shorter one\n")


@pytest.fixture
def odd_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with a very odd name, where a server's user can reach it."""
    above = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="lab-test-"))
    above.chmod(0o711)
    monkeypatch.setenv("LAB_HOME", str(above / '50% off, "it\'s" a#b;c?d é'))
    yield above
    shutil.rmtree(above)


@pytest.mark.servers
@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_a_private_server_in_an_odd_home(engine: str, odd_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that the lab starts keeps its data in a folder of any name."""
    from lab_app.cleanup import guard
    from lab_app.engines import BY_NAME

    monkeypatch.setenv("LAB_SERVERS", "local,embedded")
    with guard(), Servers([Wanted(BY_NAME[engine])]) as servers:
        found = servers.wait(engine)

        assert isinstance(found, Server), found.reason
