"""What a person types to check a project, and what is answered: the command, its first line, its refusals."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checks import CLEAN, CONSOLE, TEMPLATE, checked, refusal, typed, written
from commands import REPOSITORY

pytestmark = pytest.mark.slow


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A folder with a project without a fault."""
    return written(CLEAN, tmp_path / "shop")


def test_the_console_script_calls_itself_by_its_name(alone: dict[str, str], tmp_path: Path) -> None:
    """Its usage, and what it says is to be typed, name migration-lab, and no flask."""
    usage = typed("check", "--help", environment=alone, cwd=tmp_path)
    assert usage.stdout.splitlines()[0] == "Usage: migration-lab check [OPTIONS] [FOLDER]"
    wrong = typed("check", "--magic", environment=alone, cwd=tmp_path)
    assert refusal(wrong) == "No such option '--magic'. Did you mean '--alembic'? Type: migration-lab check --help"
    assert "flask lab" not in typed("demo", environment=alone, cwd=tmp_path).stderr


def test_uvx_checks_a_project_from_the_checkout(alone: dict[str, str], clean: Path, tmp_path: Path) -> None:
    """What the README tells to type works without installing anything in the project's environment."""
    uvx = shutil.which("uvx") or _uvx(tmp_path / "uv")
    command = [uvx, "--refresh-package", "migration-lab", "--from", str(REPOSITORY), "migration-lab", "check"]
    # The project's own environment is where Flask is.
    words = ["--on", "sqlite", "--python", sys.executable]
    environment = {name: value for name, value in alone.items() if name != "PYTHONPATH"}
    answer = typed(*words, environment=environment, cwd=clean, program=command)
    assert answer.returncode == 0, answer.stderr
    assert "2 revisions on one engine" in answer.stdout


def _uvx(folder: Path) -> str:
    """Install uv for one test."""
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), "uv"]
    if subprocess.run(command, capture_output=True, timeout=120).returncode:
        pytest.skip("uvx is not installed, and uv cannot be installed")
    return str(folder / "bin" / "uvx")


def test_a_page_is_not_for_a_terminal(alone: dict[str, str], clean: Path) -> None:
    """One line says what to type; nothing is run."""
    ours, terminal = pty.openpty()
    command = [*CONSOLE, "check", str(clean), "--format", "html"]
    answer = subprocess.run(command, env=alone, stdout=terminal, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(terminal)
    os.close(ours)
    assert answer.returncode == 2
    assert answer.stderr == "A page is not for a terminal. Type --out check.html instead of --format html.\n"


def test_the_first_lines_say_what_was_understood(alone: dict[str, str], clean: Path) -> None:
    """The application and where its name was found, who runs it; then the migrations, the address, the engines."""
    answer = checked(clean, environment=alone)
    assert answer.returncode == 0, answer.stderr
    lines = answer.stderr.splitlines()
    assert max(map(len, lines)) <= max(80, len(sys.executable) + 2)
    said = " ".join(line.strip() for line in lines)
    version = ".".join(map(str, sys.version_info[:3]))
    assert said.startswith(
        f"Checking app:create_app (Migrate() in app.py): Python {version} of {sys.executable}, SQLAlch"
    )
    assert "2 revisions in migrations; the database's address goes through SQLAlchemy.init_app; on SQLite 3." in said


FACTORY = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
{above}

def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///own.db"
    {factory}
    db = SQLAlchemy(app)
    {migrate}
    return app
"""
MIGRATE = "Migrate(app, db)"


def failing(folder: Path, above: str = "", factory: str = "", migrate: str = MIGRATE) -> Path:
    """A project that cannot be loaded."""
    written(CLEAN, folder)
    (folder / "app.py").write_text(FACTORY.format(above=above, factory=factory, migrate=migrate))
    return folder


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (
            {"above": "import celery_of_nobody.app"},
            "The project needs the module celery_of_nobody, and {python} has none (app.py:6). "
            "Type {python} -m pip install celery_of_nobody, or --python and the project's own",
        ),
        (
            {"above": "from enum import TypeAlias"},
            "needs a newer Python than 3.",
        ),
        (
            {"factory": "os.environ['UI_URL']"},
            "The project wants the setting UI_URL (KeyError: 'UI_URL') (app.py:11). "
            "Type what you typed and add --env UI_URL=VALUE",
        ),
        (
            {"factory": "app.config['UI_URL']"},
            "The project wants the setting UI_URL (KeyError: 'UI_URL') (app.py:11). "
            "Type what you typed and add --setting UI_URL=VALUE",
        ),
        (
            {"factory": "raise RuntimeError('SECRET_KEY is not set')"},
            "The project wants the setting SECRET_KEY (RuntimeError: SECRET_KEY is not set) (app.py:11). "
            "Type what you typed and add --env SECRET_KEY=VALUE",
        ),
        (
            {"factory": "app.config.from_pyfile('settings.cfg')"},
            "The project wants settings.cfg, whose template lies beside it. "
            "Type cp {folder}/settings.cfg.example {folder}/settings.cfg, and edit it",
        ),
        (
            {"above": "import config"},
            "The project wants config.py, whose template lies beside it. "
            "Type cp {folder}/config.sample.py {folder}/config.py, and edit it",
        ),
        (
            {"migrate": ""},
            "The application has no Flask-Migrate. Its Migrate(app, db) may be in another factory. See to it that ",
        ),
        (
            {"migrate": "Migrate(app, db, directory='changes')"},
            "There is no env.py in {folder}/changes, ",
        ),
        (
            {"factory": "import time; time.sleep(60)"},
            "The project was not loaded: it did not end within 8 s, and hangs in app.py:11 (create_app). If it ",
        ),
        (
            {"factory": "print('no licence', flush=True); os._exit(7)"},
            "The project ended the process while it was loaded in app.py:11 (create_app): the process ended by itself, "
            "with status 7. "
            "Its last line: no licence",
        ),
        (
            {"factory": "1 / 0"},
            "The project cannot be loaded: ZeroDivisionError: division by zero (app.py:11). ",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_cannot_be_loaded_is_one_line(
    alone: dict[str, str], tmp_path: Path, parts: dict[str, str], line: str
) -> None:
    """It says what is missing, where, and what to type."""
    folder = failing(tmp_path / "shop", **parts)
    (folder / "settings.cfg.example").write_text("")
    (folder / "config.sample.py").write_text("")
    hangs = ["--seconds", "8"] if "sleep" in str(parts) else []
    answer = checked(folder, "--app", "app:create_app", *hangs, environment=alone)
    assert line.format(python=sys.executable, folder=folder) in refusal(answer)


def test_a_setting_that_is_typed_reaches_the_application(alone: dict[str, str], tmp_path: Path) -> None:
    """--env is there when the module is imported, with the address and its parts in it; --setting at init_app."""
    folder = written(CLEAN, tmp_path / "shop")
    app = (folder / "app.py").read_text()
    (folder / "app.py").write_text(
        f"import os\nassert os.environ['PLACE'].startswith('sqlite:///') and os.environ['KIND'] == 'sqlite'\n{app}\n"
        "real = create_app\ndef create_app():\n    app = real()\n    assert app.config['COLOUR'] == 'red'\n"
        "    return app\n"
    )
    words = ["--env", "PLACE={url}", "--env", "KIND={driver}", "--setting", "COLOUR=red"]
    answer = checked(folder, *words, environment=alone)
    assert answer.returncode == 0, answer.stderr
    assert "goes through the environment (PLACE, KIND) and SQLAlchemy.init_app" in " ".join(answer.stderr.split())


def test_an_application_that_chooses_its_dialect_early_is_loaded_once_more(
    alone: dict[str, str], tmp_path: Path
) -> None:
    """The variable in which it looked for an address has the scratch database's then."""
    folder = written(CLEAN, tmp_path / "shop")
    app = (folder / "app.py").read_text().replace('"sqlite:///own.db"', "URL")
    (folder / "app.py").write_text(
        f"import os\nURL = os.environ.get('SHOP_DATABASE_URL', 'mysql+pymysql://nobody@nowhere/shop')\n{app}\n"
        "real = create_app\ndef create_app():\n    app = real()\n    assert URL.startswith('sqlite')\n    return app\n"
    )
    answer = checked(folder, environment=alone)
    assert answer.returncode == 0, answer.stderr
    assert "environment (SHOP_DATABASE_URL) and SQLAlchemy.init_app" in " ".join(answer.stderr.split())


def test_a_project_of_alembic_alone_is_checked(alone: dict[str, str], tmp_path: Path) -> None:
    """Without Flask and without an option: the alembic.ini of the folder, though it names no folder."""
    project = written(CLEAN, tmp_path / "whole")
    folder = tmp_path / "plain"
    shutil.copytree(project / "migrations" / "versions", folder / "db" / "versions")
    generic = TEMPLATE.parent.parent.parent / "alembic" / "templates" / "generic"
    shutil.copy(generic / "env.py", folder / "db" / "env.py")
    (folder / "alembic.ini").write_text("[alembic]\nsqlalchemy.url = sqlite:///own.db\n")
    env = (folder / "db" / "env.py").read_text()
    (folder / "db" / "env.py").write_text(env.replace("fileConfig(config.config_file_name)", "pass"))
    answer = checked(folder, environment=alone)
    assert answer.returncode in (0, 1), answer.stderr
    said = " ".join(answer.stderr.split())
    assert "alembic.ini (no Flask application), migrations in db:" in said
    assert "2 revisions in db; the database's address goes through create_engine" in said
    assert not (folder / "own.db").exists()
