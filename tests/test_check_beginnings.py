"""A check that does not begin with an empty database, or has rows of the person's own; what is kept of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from checks import CLEAN, CONSOLE, FAULTY, PROJECTS, checked, refusal, written

from lab_app.check.project.repository import root_of, seen_from
from lab_app.document.checks import load
from lab_app.errors import LabError

#: Its one revision needs a table that no revision makes.
STARTLESS = PROJECTS["missing_table"]

pytestmark = pytest.mark.slow


def document(folder: Path, *words: str, environment: dict[str, str]) -> dict[str, Any]:
    """The document of a check on SQLite."""
    answer = checked(folder, "--format", "json", *words, environment=environment)
    assert answer.returncode in (0, 1), answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def outcomes(found: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The outcome of each step, by revision and direction."""
    return {(cell["revision"], cell["direction"]): cell["outcome"] for cell in found["cells"]}


WHOLE = {("0001", "up"): "done", ("0001", "down"): "done", ("0001", "up again"): "done"}


def test_a_history_begins_with_a_file_of_sql(alone: dict[str, str], tmp_path: Path) -> None:
    """The tables that no revision makes come from it, with a per cent sign and a semicolon in a text."""
    folder = written(STARTLESS, tmp_path / "shop")
    (folder / "start.sql").write_text(
        "CREATE TABLE student (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);\n"
        "INSERT INTO student (name) VALUES ('100 %; and more');\n"
    )
    found = document(folder, "--from", str(folder / "start.sql"), environment=alone)
    assert outcomes(found) == WHOLE
    assert "needs-a-start" not in {each["code"] for each in found["findings"]}
    [up, *_] = found["cells"]
    assert up["rows_before"]["student"]["count"] == 1


def test_a_walk_backwards_goes_on_where_an_upgrade_fails(alone: dict[str, str], tmp_path: Path) -> None:
    """What the downgrade has left keeps the second upgrade from passing; the revisions before it are walked."""
    folder = written(PROJECTS["missing_table"], tmp_path / "shop")
    file = folder / "migrations" / "versions" / "0001_change.py"
    upgrade = 'op.add_column("student", sa.Column("age", sa.Integer()))'
    later = file.read_text().replace('"0001"', '"0002"').replace("down_revision = None", 'down_revision = "0001"')
    file.with_name("0002_change.py").write_text(
        later.replace(upgrade, 'op.execute("INSERT INTO nobody VALUES (1)")').replace(
            'op.drop_column("student", "age")', "pass"
        )
    )
    (folder / "app.py").write_text(
        (folder / "app.py").read_text().replace("name = sa", "age = sa.Column(sa.Integer)\n    name = sa")
    )
    found = document(folder, "--baseline", "create_all", environment=alone)
    assert outcomes(found)["0001", "up again"] == "done"
    assert [each["code"] for each in found["findings"] if each["severity"] == "error"] == ["upgrade-again-refused"]


def test_a_file_of_sql_that_an_engine_does_not_take_is_not_tested(alone: dict[str, str], tmp_path: Path) -> None:
    """In the engine's words, with the statement."""
    folder = written(STARTLESS, tmp_path / "shop")
    (folder / "start.sql").write_text("CREATE NONSENSE student;")
    found = document(folder, "--from", str(folder / "start.sql"), environment=alone)
    assert outcomes(found) == {("0001", "up"): "not run"}
    [said] = [each["why"] for each in found["not_tested"] if each["what"] == "SQLite"]
    assert said.startswith("it does not take start.sql: ")
    assert said.endswith("in: CREATE NONSENSE student")


def test_revisions_that_the_database_has_already_are_not_run(alone: dict[str, str], tmp_path: Path) -> None:
    """A dump of production has its version table in it."""
    folder = written(FAULTY, tmp_path / "shop")
    (folder / "dump.sql").write_text(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL); INSERT INTO alembic_version VALUES ('0001');"
        "CREATE TABLE student (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, CONSTRAINT pk_student PRIMARY KEY (id));"
    )
    found = document(folder, "--from", str(folder / "dump.sql"), environment=alone)
    assert outcomes(found)["0001", "up"] == "not run"
    assert found["cells"][0]["reason"] == "the database that the check starts from has it"
    assert ("refused-with-rows", "0002") in {(each["code"], each["revision"]) for each in found["findings"]}


def test_a_history_is_walked_back_from_the_models(alone: dict[str, str], tmp_path: Path) -> None:
    """The newest revision is taken back first, and goes down, up, down and up with rows."""
    folder = written(STARTLESS, tmp_path / "shop")
    app = (folder / "app.py").read_text()
    column = "    name = sa.Column(sa.String(40), nullable=False)\n"
    (folder / "app.py").write_text(app.replace(column, f"{column}    age = sa.Column(sa.Integer)\n"))
    found = document(folder, "--baseline", "create_all", environment=alone)
    assert outcomes(found) == WHOLE
    assert found["cells"][0]["rows_before"]["student"]["count"] == 5


def test_a_downgrade_that_fails_ends_the_way_back(alone: dict[str, str], tmp_path: Path) -> None:
    """What is before it is not tested, and that is said."""
    folder = written(PROJECTS["downgrade_wrong_name"], tmp_path / "shop")
    found = document(folder, "--baseline", "create_all", environment=alone)
    last = found["revisions"][-1]["revision"]
    assert any(each["what"] == f"{last} on SQLite" for each in found["not_tested"]), found["not_tested"]


def test_own_rows_take_the_place_of_the_labs(alone: dict[str, str], tmp_path: Path) -> None:
    """They are put in at the first revision at which their tables are there, and the lab adds none to those tables."""
    folder = written(STARTLESS, tmp_path / "shop")
    (folder / "start.sql").write_text("CREATE TABLE student (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);")
    (folder / "rows.sql").write_text("INSERT INTO student (id, name) VALUES (70, 'Zoë'), (71, 'Ada');")
    words = ["--from", str(folder / "start.sql"), "--seed", str(folder / "rows.sql")]
    found = document(folder, *words, environment=alone)
    assert found["cells"][0]["rows_before"]["student"]["count"] == 2
    assert found["not_tested"] == []


def test_own_rows_that_no_revision_takes_are_not_tested(alone: dict[str, str], tmp_path: Path) -> None:
    """In the engine's words; the lab's own rows are there instead."""
    folder = written(CLEAN, tmp_path / "shop")
    (folder / "rows.sql").write_text("SELECT 1; INSERT INTO nowhere VALUES (1);")
    found = document(folder, "--seed", str(folder / "rows.sql"), environment=alone)
    why = "SQLite: no such table: nowhere, in: INSERT INTO nowhere VALUES (1)"
    assert {"what": "the rows of rows.sql", "why": why} in found["not_tested"]


def test_what_is_known_skipped_or_old_does_not_fail(alone: dict[str, str], tmp_path: Path) -> None:
    """Exit 1 becomes 0, and the report shows what was left out; --fail-on decides what counts."""
    folder = written(FAULTY, tmp_path / "shop")
    out = tmp_path / "out.json"
    summary = tmp_path / "summary.md"
    github = {**alone, "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    answer = checked(folder, "--out", str(out), environment=github)
    assert answer.returncode == 1
    [annotation] = [line for line in answer.stdout.splitlines() if line.startswith("::error ")]
    assert "file=migrations/versions/0002_change.py,line=" in annotation
    assert "refused-with-rows" in summary.read_text()
    kept = load(Path(alone["LAB_HOME"]) / "checks" / "shop.json")
    assert kept == load(out) == json.loads(out.read_text())
    codes = {each["code"] for each in kept["findings"] if each["severity"] == "error"}
    assert codes == {"refused-with-rows"}
    assert checked(folder, "--baseline-findings", str(out), environment=alone).returncode == 0
    assert checked(folder, "--since", "0002", environment=alone).returncode == 0
    (folder / "pyproject.toml").write_text(
        '[tool.migration-lab]\nformat = "json"\nskip = [{code = "refused-with-rows", because = "no rows yet"}]\n'
    )
    answer = checked(folder, environment=alone)
    assert answer.returncode == 0
    assert {"code": "refused-with-rows", "revision": "0002", "because": "no rows yet"} in (
        json.loads(answer.stdout)["skipped"]
    )


def test_a_project_in_a_folder_of_its_repository_is_shown_from_the_root(alone: dict[str, str], tmp_path: Path) -> None:
    """GitHub knows no other paths; --out writes each file in the form that its name asks for."""
    (tmp_path / "all" / ".git").mkdir(parents=True)
    folder = written(FAULTY, tmp_path / "all" / "services" / "shop")
    path = "services/shop/migrations/versions/0002_change.py"
    answer = checked(folder, "--out", "x.sarif", environment={**alone, "GITHUB_ACTIONS": "true"})
    assert f"file={path},line=" in answer.stdout
    assert " migrations/versions/0002_change.py:" in answer.stdout
    assert f'"uri": "{path}"' in (folder / "x.sarif").read_text()


@pytest.mark.parametrize("workspace", [True, False])
def test_the_root_is_told_by_git_or_by_github(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: bool) -> None:
    """A job without a history has no .git; where neither tells, a path is as the project sees it."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    folder = tmp_path / "services" / "shop"
    if workspace:
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert root_of(folder) == (tmp_path if workspace else folder)
    outside = str(tmp_path / "migrations" / "x.py")
    assert seen_from(folder, str(folder / "x.py")) == "x.py"
    assert seen_from(folder, outside) == ("../../migrations/x.py" if workspace else outside)
    assert seen_from(folder, None) is None


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--since", "nowhere"], "--since nowhere is no revision of this history. Type one of: 0001, 0002"),
        (
            ["--from", "a.sql", "--baseline", "create_all"],
            "--from and --baseline are two beginnings. Type one.",
        ),
        (
            ["--seed", "nowhere.sql"],
            "--seed nowhere.sql cannot be read: No such file or directory. Name a SQL file.",
        ),
        (["--baseline-findings", "app.py"], "app.py is not JSON. Type flask lab check --out and the file's name"),
        (["--ignore", "word"], "--ignore word is not a table and a column. Type --ignore TABLE.COLUMN"),
        (["--env", "URL"], "--env URL has no value. Type --env NAME=VALUE."),
        (["--allow", "redis"], "--allow redis is not a host and a port. Type --allow HOST:PORT, as in localhost:6379."),
        (["--out", "migrations"], "migrations is a folder. Name another file with --out."),
    ],
)
def test_an_option_that_cannot_be_followed_is_one_line(
    alone: dict[str, str], tmp_path: Path, words: list[str], line: str
) -> None:
    """Before anything is run, or as soon as the project is loaded."""
    folder = written(CLEAN, tmp_path / "shop")
    assert refusal(checked(folder, *words, environment=alone)) == line.replace("flask lab", "migration-lab")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["kind"], "run", "is no document of a check"),
        (["schema"], 9, "it is of schema 9, and this lab reads schema 1"),
        (["cells", 0, "target"], "oracle", "cells[0] is of a target that is not listed, 'oracle'"),
        (["recorded_at"], "today", "recorded_at is 'today', and no moment"),
    ],
)
def test_a_document_that_is_none_is_not_let_in(
    kept_check: Path, tmp_path: Path, path: list[Any], value: Any, said: str
) -> None:
    """Pages and --baseline-findings read what was validated."""
    found = json.loads(kept_check.read_text())
    part = found
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    (tmp_path / "x.json").write_text(json.dumps(found))
    with pytest.raises(LabError) as told:
        load(tmp_path / "x.json")
    assert said in str(told.value)


@pytest.fixture(scope="module")
def kept_check(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document of a check, made once."""
    from commands import alone as alone_in

    folder = tmp_path_factory.mktemp("kept")
    environment = alone_in(folder / "home")
    checked(written(CLEAN, folder / "shop"), "--out", str(folder / "x.json"), environment=environment)
    return folder / "x.json"


def test_ctrl_c_leaves_nothing(alone: dict[str, str], tmp_path: Path) -> None:
    """No process, no folder of scratch files, no document."""
    folder = written(CLEAN, tmp_path / "shop")
    marker = tmp_path / "loading"
    app = (folder / "app.py").read_text()
    (folder / "app.py").write_text(f"{app}\nopen({str(marker)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n")
    (folder / "app.py").write_text("import os, time\n" + (folder / "app.py").read_text())
    command = [*CONSOLE, "check", "--python", sys.executable, "--on", "sqlite"]
    with subprocess.Popen(command, env=alone, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        for _ in range(600):
            if marker.exists() and marker.read_text():
                break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "Stopped. Nothing is left behind."
    assert not Path(f"/proc/{marker.read_text()}").exists()
    home = Path(alone["LAB_HOME"])
    assert [*(home / "runs").iterdir(), *(home / "leases").glob("*"), *home.glob("checks/*")] == []
