"""The commands as a person runs them: real processes, their screens, and their exit statuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from availability import ENGINE_NAMES, Found, tells_password
from commands import FLASK, REPOSITORY, lab, with_servers

from lab_app.engines import ENGINES
from lab_app.servers import Server

pytestmark = pytest.mark.slow


def edit(file: Path, old: str, new: str) -> None:
    """Replace a piece of a file that must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_run_prints_one_document_and_nothing_else(environment: dict[str, str]) -> None:
    """With --format json standard output is exactly one JSON document; progress goes to standard error."""
    result = lab("run", "add_age", "--format", "json", environment=environment)
    document = json.loads(result.stdout)

    assert (document["schema"], document["kind"]) == (2, "run")
    assert result.returncode == 0, result.stderr
    assert [target["name"] for target in document["targets"]] == ENGINE_NAMES
    assert len(document["cells"]) == 3 * len(ENGINE_NAMES)
    assert {"python", "alembic", "sqlalchemy"} <= set(document["versions"])


def test_the_terminal_report_is_plain_when_piped(environment: dict[str, str]) -> None:
    """On a pipe there is no escape code, and no line is longer than 80 columns but an address."""
    result = lab("run", "add_age", environment=environment)

    assert "\x1b" not in result.stdout
    assert "ignored" in result.stdout
    assert [line for line in result.stdout.splitlines() if len(line) > 80 and "https://" not in line] == []


@pytest.mark.parametrize(("form", "start"), [("markdown", "#"), ("junit", "<?xml")])
def test_run_speaks_other_formats(alone: dict[str, str], form: str, start: str) -> None:
    """Markdown and JUnit come from the same run."""
    result = lab("run", "add_age", "--engine", "sqlite", "--format", form, environment=alone)

    assert result.returncode == 0
    assert result.stdout.startswith(start)
    assert "create_all" in result.stdout


def test_an_engine_that_is_not_up_is_said_and_the_others_run(alone: dict[str, str]) -> None:
    """An unusable address costs that engine alone; with --strict it is a failure."""
    alone["LAB_MYSQL_URL"] = "mysql+pymysql://root:secret-word@127.0.0.1:1/"

    result = lab("run", "add_age", "--engine", "sqlite", "--engine", "mysql", environment=alone)
    strict = lab("run", "add_age", "--engine", "sqlite", "--engine", "mysql", "--strict", environment=alone)

    assert result.returncode == 0
    assert strict.returncode == 1
    assert "not run" in result.stdout
    assert "127.0.0.1:1" in result.stdout
    assert "secret-word" not in result.stdout + result.stderr


def test_a_wrong_expectation_is_a_failure(alone: dict[str, str], tmp_path: Path) -> None:
    """A cell that is not as declared makes exit status 1, and says what was expected."""
    lab("new", "mine", environment=alone, cwd=tmp_path)
    edit(tmp_path / "scenarios" / "mine.py", "everywhere=ignored(", "everywhere=done(")

    result = lab("run", "mine", "--engine", "sqlite", environment=alone, cwd=tmp_path)

    assert result.returncode == 1
    assert "expected done" in result.stdout


def test_a_new_scenario_runs_as_it_is(environment: dict[str, str], tmp_path: Path) -> None:
    """`flask lab new` in an empty folder writes a scenario that runs on every engine."""
    made = lab("new", "add_nickname", environment=environment, cwd=tmp_path)
    result = lab("run", "add_nickname", environment=environment, cwd=tmp_path)

    assert made.returncode == 0
    assert made.stdout == "scenarios/add_nickname.py is written, and runs: flask lab run add_nickname\n"
    assert result.returncode == 0, result.stdout


def test_a_scenario_that_hangs_is_stopped_and_the_others_go_on(alone: dict[str, str], tmp_path: Path) -> None:
    """An attempt has a time limit; when it strikes the cell says so, and the next attempt runs."""
    lab("new", "mine", environment=alone, cwd=tmp_path)
    file = tmp_path / "scenarios" / "mine.py"
    edit(file, 'ignored("the table exists: nothing to create")', 'ignored("x"), seconds=0.1')
    edit(file, "    lab.create_all()", "    import time; time.sleep(600)")

    result = lab("run", "mine", "--engine", "sqlite", "--format", "json", environment=alone, cwd=tmp_path)
    hung, migration = json.loads(result.stdout)["cells"]

    assert result.returncode == 1
    assert (hung["outcome"], hung["reason"]) == ("not run", "stopped: no end within 0.1 s")
    assert migration["outcome"] == "done"


def test_more_rows_are_seeded_and_proven(alone: dict[str, str]) -> None:
    """ROWS grows the table in the engine; beyond 10,000 rows a digest proves that they survived."""
    result = lab(
        "run",
        "add_age",
        "--attempt",
        "migrate",
        "--engine",
        "sqlite",
        "--rows",
        "20000",
        "--format",
        "json",
        environment=alone,
    )
    [cell] = json.loads(result.stdout)["cells"]

    assert cell["outcome"] == "done"
    assert cell["rows_after"]["student"]["count"] == 20000
    assert cell["rows_after"]["student"]["digest"]
    assert cell["survival"][0]["how"] == "digest"


def test_sql_needs_no_server(alone: dict[str, str]) -> None:
    """The SQL of every dialect is written with no server at all."""
    del alone["LAB_SERVERS"]
    alone |= {engine.url_variable: "nonsense" for engine in ENGINES if engine.needs_server}

    result = lab("sql", "batch_mode", environment=alone)

    assert result.returncode == 0, result.stderr
    assert (
        "ALTER TABLE student ALTER COLUMN joined TYPE TIMESTAMP WITHOUT TIME ZONE USING joined::timestamp"
        in " ".join(result.stdout.split())
    )
    assert "CREATE TABLE _alembic_tmp_student" in result.stdout
    assert [line for line in result.stdout.splitlines() if len(line) > 80] == []


def test_list_and_show(alone: dict[str, str]) -> None:
    """`list` names every scenario; `show` prints the file."""
    listed = lab("list", environment=alone)
    shown = lab("show", "add_age", environment=alone)

    assert [line.split()[0] for line in listed.stdout.splitlines()] == sorted(
        path.stem for path in (REPOSITORY / "scenarios").glob("*.py")
    )
    assert shown.stdout == (REPOSITORY / "scenarios" / "add_age.py").read_text(encoding="utf-8")


def test_demo_needs_nothing(alone: dict[str, str]) -> None:
    """The demo tells one story on one screen: what it was, what it is now, and what to type next."""
    result = lab("demo", environment=alone)

    assert result.returncode == 0, result.stderr
    assert "rows changed" in result.stdout
    assert "was 'n/a'" in result.stdout
    assert "make scenario NAME=batch_mode" in result.stdout
    assert len(result.stdout.splitlines()) <= 24


def test_servers_names_each_engine(environment: dict[str, str], servers: Found) -> None:
    """One line an engine, with version and source; no password."""
    result = lab("servers", environment=environment)

    assert result.returncode == 0
    for server in servers.values():
        if isinstance(server, Server):
            assert f"{server.engine.title}" in result.stdout
            assert server.version in result.stdout
            assert not tells_password(server, result.stdout)


def _folders(environment: dict[str, str]) -> Iterator[Path]:
    home = Path(environment["LAB_HOME"])
    yield from (path for name in ("runs", "leases") for path in (home / name).glob("*"))


@pytest.mark.parametrize("seconds", [0.4, 1.5, 3.0])
def test_nothing_is_left_behind_by_an_interrupted_run(
    lab_environment: dict[str, str], tmp_path: Path, seconds: float
) -> None:
    """Ctrl-C, SIGTERM or kill -9 at any moment: no process, folder, lease or database stays; three labs at once."""
    words = ("SIGINT", "SIGTERM", "SIGKILL")
    environments = {word: with_servers(tmp_path / word, lab_environment) for word in words}
    labs = {word: _everything(environment) for word, environment in environments.items()}
    time.sleep(seconds)
    for word, process in labs.items():
        os.killpg(process.pid, signal.SIGINT) if word == "SIGINT" else process.send_signal(getattr(signal, word))
    for word, process in labs.items():
        process.wait(timeout=30)
        left = partial(_left, environments[word], process.pid)
        assert _eventually(lambda left=left: not left()), (word, left())


def _everything(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A run of every scenario, in a session of its own."""
    return subprocess.Popen(
        [*FLASK, "run", "--all", "--quiet"],
        env=environment,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _left(environment: dict[str, str], session: int) -> list[object]:
    """The scratch folders, leases and processes of a run that are still there."""
    return [*_folders(environment), *_members(session)]


def _members(session: int) -> list[str]:
    """The processes of a session that are still there."""
    found = subprocess.run(
        ["ps", "-o", "pid=,stat=,args=", "-s", str(session)], capture_output=True, text=True, check=False
    )
    return [line for line in found.stdout.splitlines() if " Z" not in line]


def _eventually(condition: object, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False
