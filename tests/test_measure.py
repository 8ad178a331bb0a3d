"""What a scenario's attempts come to is printed as lines of its file: ``flask lab run NAME --measure``."""

from __future__ import annotations

import ast
import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from availability import Found, available
from commands import REPOSITORY, lab, with_servers
from sample_document import document as sample

from lab_app.document.types import Document
from lab_app.errors import LabError
from lab_app.scenario import catalogue
from lab_app.scenario.measured import measured

HEAD = '''"""A story."""
import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done

scenario = Scenario(title="T", level="beginner", lesson=["l"], reference="https://example.org")


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(10))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.Text)


scenario.rows("student", dict(id=1, name=None))


@scenario.attempt("In place"DECLARED)
def in_place(lab):
    @lab.revision("x")
    def upgrade():
        op.alter_column("student", "name", existing_type=sa.String(10), type_=sa.Text())

    lab.upgrade()
'''
MORE = """

@scenario.attempt("In batch mode", better=True, seconds=20)
def batch(lab):
    lab.configure(render_as_batch=True)
    lab.migrate()
    lab.upgrade()
"""


SAME = "the schema is what the models say"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of one's own, whose attempts declare nothing yet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    path = tmp_path / "scenarios" / "mine.py"
    path.write_text(HEAD.replace("DECLARED", "") + MORE, encoding="utf-8")
    return path


def test_a_file_without_expectations_is_measured(environment: dict[str, str], servers: Found, file: Path) -> None:
    """The most common word is everywhere's, others stand by their engine, and what else was said of it is kept."""
    for engine in ("postgresql", "mysql", "mariadb"):
        available(servers, engine)
    done = lab("run", "mine", "--measure", "--quiet", environment=environment, cwd=file.parent.parent)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "from lab_app.scenario import Scenario, done, refused",
        "@scenario.attempt(",
        '    "In place",',
        '    everywhere=done("the schema is what the models say"),',
        '    sqlite=refused("nothing was changed", "OperationalError"),',
        ")",
        f'@scenario.attempt("In batch mode", everywhere=done("{SAME}"), better=True, seconds=20)',
    ]
    assert not (Path(environment["LAB_HOME"]) / "results").exists()


def test_what_is_measured_can_be_pasted(environment: dict[str, str], file: Path) -> None:
    """With the lines in its place the file runs as expected, and ruff format leaves them as they are."""
    done = lab("run", "mine", "--measure", "--quiet", environment=environment, cwd=file.parent.parent)
    lines = done.stdout.splitlines()
    second = next(place for place, line in enumerate(lines) if '"In batch mode"' in line)
    text = file.read_text(encoding="utf-8").replace("from lab_app.scenario import Scenario, done", lines[0])
    text = text.replace('@scenario.attempt("In place")', "\n".join(lines[1:second]))
    text = text.replace('@scenario.attempt("In batch mode", better=True, seconds=20)', "\n".join(lines[second:]))
    file.write_text(text, encoding="utf-8")

    assert lab("run", "mine", "--quiet", environment=environment, cwd=file.parent.parent).returncode == 0
    kept = [sys.executable, "-m", "ruff", "format", "--diff", "--config", str(REPOSITORY / "pyproject.toml"), str(file)]
    formatted = subprocess.run(kept, capture_output=True, text=True, check=False)
    assert not [line for line in formatted.stdout.splitlines() if line.startswith(("-", "+")) and "attempt" in line]


def test_what_is_declared_wrongly_is_measured_too(alone: dict[str, str], file: Path) -> None:
    """A wrong word is replaced, a reason that holds is kept, and an engine that was not asked is named."""
    declared = ', sqlite=done("so we thought"), postgresql={"<10": done("old")}'
    batch = MORE.replace("better=True", 'everywhere=done("it is copied over"), better=True')
    file.write_text(HEAD.replace("DECLARED", declared) + batch, encoding="utf-8")
    done = lab("run", "mine", "--measure", "--quiet", environment=alone, cwd=file.parent.parent)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == [
        '@scenario.attempt("In place", everywhere=refused("nothing was changed", "OperationalError"))',
        '@scenario.attempt("In batch mode", everywhere=done("it is copied over"), better=True, seconds=20)',
    ]
    assert "MySQL was not measured: " in done.stderr


def test_a_file_without_expectations_does_not_run(alone: dict[str, str], file: Path) -> None:
    """What it lacks is told with its line, and how to get it."""
    done = lab("run", "mine", "--quiet", environment=alone, cwd=file.parent.parent)

    assert done.returncode == 2
    assert done.stderr == (
        "scenarios/mine.py:27: attempt 'In place': no expectation for sqlite, postgresql, mysql, mariadb: add it, or "
        "everywhere=; flask lab run mine --measure prints what to add\n"
    )
    with pytest.raises(LabError):
        catalogue.load(file)
    assert catalogue.load(file, measuring=True).attempts[0].expected == {}


def test_a_mistake_is_no_measurement(alone: dict[str, str], file: Path) -> None:
    """The other attempts are printed, the mistake is told, and the status says so."""
    file.write_text(file.read_text(encoding="utf-8").replace("lab.migrate()", "lab.migrat()"), encoding="utf-8")
    done = lab("run", "mine", "--on", "sqlite", "--measure", "--quiet", environment=alone, cwd=file.parent.parent)

    assert done.returncode == 2
    assert '@scenario.attempt("In place", everywhere=refused(' in done.stdout
    assert "In batch mode" not in done.stdout
    assert "scenarios/mine.py:39: AttributeError: 'Lab' object has no attribute 'migrat'" in done.stderr


@pytest.fixture
def two_versions() -> Document:
    """What two versions of PostgreSQL and one SQLite did, of one attempt."""
    found = copy.deepcopy(sample())
    [one, *_] = [cell for cell in found["cells"] if cell["outcome"] == "done"]
    lite, old, new = ({**copy.deepcopy(one), "expected": None, "attempt": "in_place"} for _ in range(3))
    lite |= {"engine": "sqlite", "target": "sqlite", "finding": "the schema is what the models say"}
    old |= {"engine": "postgresql", "target": "postgresql 15"}
    new |= {"engine": "postgresql", "target": "postgresql 18"}
    names: list[Any] = [("sqlite", "3.40.1"), ("postgresql 15", "15.9"), ("postgresql 18", "18.1")]
    targets = [{**found["targets"][0], "name": name, "version": version} for name, version in names]
    return {**found, "targets": targets, "cells": [lite, new, old]}  # type: ignore[typeddict-item]


def test_versions_that_differ_get_ranges(two_versions: Document, file: Path) -> None:
    """The newer range begins with the release that was measured; versions that agree get none."""
    name = two_versions["cells"][0]["scenario"]
    assert measured(two_versions, name, file) == [
        '@scenario.attempt("In place", everywhere=done("the schema is what the models say"))'
    ]
    error: Any = {"class": "DatatypeMismatch", "code": "42804", "message": "no"}
    two_versions["cells"][2] |= {"outcome": "refused", "finding": 'column "name" cannot be', "error": error}  # type: ignore[typeddict-item]

    lines = measured(two_versions, name, file)
    assert lines == [
        "from lab_app.scenario import Scenario, done, refused",
        "@scenario.attempt(",
        '    "In place",',
        '    everywhere=done("the schema is what the models say"),',
        "    postgresql={",
        """        "<18": refused('column "name" cannot be', "DatatypeMismatch"),""",
        '        ">=18": done("the schema is what the models say"),',
        "    },",
        ")",
    ]
    ast.parse("\n".join([*lines[1:], "def f(): pass"]))
    assert max(map(len, lines)) <= 120


def test_a_long_finding_is_cut_to_eight_words(two_versions: Document, file: Path) -> None:
    """A reason that the file would refuse is never printed."""
    for cell in two_versions["cells"]:
        cell["finding"] = "part of it stayed: + column student.a INTEGER NOT NULL DEFAULT 0 and more"
    name = two_versions["cells"][0]["scenario"]
    [line] = measured(two_versions, name, file)

    assert line == '@scenario.attempt("In place", everywhere=done("part of it stayed: + column student.a INTEGER"))'

    for cell in two_versions["cells"]:
        cell["finding"] = "something had run, and nothing of it is left"
    assert '=done("something had run"))' in measured(two_versions, name, file)[0]


NAMES = """

@scenario.prepare(when="before rows")
def early(lab):
    assert lab.query("SELECT count(*) FROM student")[0][0] == 0
    lab.execute("CREATE TABLE seen (id INTEGER)")


@scenario.prepare
def late(lab):
    assert lab.query("SELECT count(*) FROM student")[0][0] == 1
    lab.execute("INSERT INTO seen VALUES (1)")
"""
CHILD = """        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(10), unique=True)
        parent_id = sa.Column(sa.ForeignKey("student.id"))
"""
DROP = """

@scenario.attempt("by the engine's own name", everywhere=done("fine"))
def by_name(lab):
    names = {"mysql": "student_ibfk_1", "mariadb": "student_ibfk_1", "postgresql": "student_parent_id_fkey"}
    lab.execute("ALTER TABLE student DROP CONSTRAINT " + names[lab.engine.name])
"""


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "mariadb"])
def test_an_application_without_a_naming_convention(
    lab_environment: dict[str, str], servers: Found, tmp_path: Path, engine: str
) -> None:
    """The engine names its constraints; preparations run before the rows and after them, once each."""
    available(servers, engine)
    (tmp_path / "scenarios").mkdir()
    text = HEAD[: HEAD.index("@scenario.after")].replace('reference="', 'naming_convention=None, reference="')
    text = text.replace(text[text.index("        id = ") : text.rindex("\n\n\n") + 1], CHILD)
    text += 'scenario.rows("student", dict(id=1, name=None))\n' + NAMES + DROP
    (tmp_path / "scenarios" / "mine.py").write_text(text, encoding="utf-8")
    words = ("run", "mine", "--on", engine, "--measure", "--quiet")
    done = lab(*words, environment=with_servers(tmp_path / "home", lab_environment), cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert 'everywhere=drifted("not what the models say: ' in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('scenario.prepare(when="later")', r".*prepare\(when='later'\): write one of 'before rows', 'after rows'"),
        ("scenario.prepare(print)\nscenario.prepare(print)", r".*two functions prepare after rows: put them into one"),
        (
            'Scenario(title="T", level="beginner", lesson=[], reference="", naming_convention="ix")',
            r".*naming_convention='ix': write None, or a mapping as sa\.MetaData takes it",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(file: Path, text: str, said: str) -> None:
    """A time that there is not, a time that is taken, and a convention that is none."""
    file.write_text(file.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")

    with pytest.raises(LabError, match=said):
        catalogue.load(file)
