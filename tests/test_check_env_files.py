"""An env.py as people write it: each is run as it is, and one that cannot be run is one line with what to type."""

from __future__ import annotations

from pathlib import Path

import pytest
from checks import checked, refusal
from probes import FIRST, MODELS, lane, loaded, written
from project_files import Project

ENGINE = "    connectable = get_engine()"
CONFIGURE = "            target_metadata=get_metadata(),"
BEGIN = "        with context.begin_transaction():"
OWN = "    import os\n    from sqlalchemy import create_engine, engine_from_config, pool\n    connectable = "
ASYNC = "    from sqlalchemy.ext.asyncio import create_async_engine\n    connectable = create_async_engine"
#: What of Flask-Migrate's env.py is replaced by what.
RUNS = {
    "ignores the connection": (ENGINE, f"{OWN}create_engine('sqlite:///own.db')"),
    "connects to another dialect": (ENGINE, f"{OWN}create_engine('postgresql+psycopg2://u:secret@db.invalid/x')"),
    "asks a variable": (ENGINE, f"{OWN}create_engine(os.environ.get('DATABASE_URL', 'sqlite:///own.db'))"),
    "asks its configuration": (ENGINE, f"{OWN}engine_from_config({{'sqlalchemy.url': 'mysql+pymysql://u@db.invalid/x'}})"),
    "autocommit": (ENGINE, f"{ENGINE}.execution_options(isolation_level='AUTOCOMMIT')"),
    "does not double a percent sign": ("'%', '%%'", "'%', '%'"),
    "switches off every logger": ("logger = logging", "logging.disable(50)\nlogger = logging"),
    "wraps what runs": ("def run_migrations_online", "@lambda run: lambda: run()\ndef run_migrations_online"),
    "asks what was typed": ("config = context.config", "config = context.config\nimport sys\nassert 'db' in sys.argv"),
    "asks for further arguments": ("config = context.config", "config = context.config\ncontext.get_x_argument(True)"),
    "has hooks": (CONFIGURE, f"{CONFIGURE}\n            include_object=lambda *_: True,"),
    "keeps versions elsewhere": (CONFIGURE, f"{CONFIGURE}\n            version_table='my_versions',"),
    "commits each revision": (CONFIGURE, f"{CONFIGURE}\n            transaction_per_migration=True,"),
    "begins by itself": ("connectable.connect()", "connectable.begin()"),
}  # fmt: skip


@pytest.mark.parametrize("way", RUNS)
def test_an_env_file_is_run_as_it_is(way: str, tmp_path: Path) -> None:
    """It acts on the scratch database, whatever it asked for: the revision's table is there, and nowhere else."""
    folder = Project("probed", MODELS, [FIRST], {}, {}, env=RUNS[way]).write(tmp_path / "project")
    with lane(folder) as found:
        answer = loaded(found).do("up", revision="0001")
        state = found.read()
    assert answer.failure is None, answer.failure
    assert "t" in state.schema
    assert state.revisions == ("0001",) or list(state.revisions) == ["0001"]
    assert not list(folder.rglob("*.db"))


@pytest.mark.servers
def test_versions_in_another_schema_are_read_there(environment: dict[str, str], tmp_path: Path) -> None:
    """PostgreSQL alone has schemas in a database; the revisions are noted where env.py says."""
    env = (CONFIGURE, f"{CONFIGURE}\n            version_table_schema='meta',")
    folder = Project("probed", MODELS, [FIRST], {}, {}, env=env).write(tmp_path / "project")
    file = folder / "migrations" / "env.py"
    makes = "        connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS meta')\n        connection.commit()\n"
    file.write_text(file.read_text().replace(BEGIN, makes + BEGIN))
    answer = checked(folder, "--on", "postgresql", environment=environment)
    assert "version-did-not-move" not in answer.stdout
    assert "1 revision on 2 engines" in answer.stdout or "1 revision on one engine" in answer.stdout, answer.stderr


#: What is put in front of an env.py, or instead of a part of it, and what the person is told.
FAILS = {
    "a syntax error": (("config = context", "config = = context"),
                       "env.py fails, and so no command can run: SyntaxError: invalid syntax (env.py, line 10)"
                       " (migrations/env.py:10). See to it that flask db current works in {folder}."),
    "an exit": (("config = context", "raise SystemExit(2)\nconfig = context"),
                "env.py fails, and so no command can run: SystemExit: 2 (migrations/env.py:10). See to it that"),
    "a variable": ((ENGINE, f"{OWN}create_engine(os.environ['DATABASE_URL'])"),
                   "The project wants the setting DATABASE_URL (KeyError: 'DATABASE_URL') (migrations/env.py:99). "
                   "Type what you typed and add --env DATABASE_URL={{url}}"),
    "no connection": (("if context.is_offline_mode():", "if True:"), "env.py fails, and so no command can run: "),
    "nothing to run": (("            context.run_migrations()", "            pass"),
                       "env.py never calls context.run_migrations(), so no revision is ever run."),
    "an engine of asyncio": ((ENGINE, f"{ASYNC}('postgresql+asyncpg://u@db.invalid/x')"),
                             "env.py fails, and so no command can run: NoAsyncDriverError: an engine of "),
    "a driver of asyncio": ((ENGINE, f"{ASYNC}('sqlite+aiosqlite:///own.db')"),
                            "The project needs the module aiosqlite, and "),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAILS)
def test_an_env_file_that_fails_is_one_line(fault: str, alone: dict[str, str], tmp_path: Path) -> None:
    """No revision is blamed for it: the line names env.py, and says what to type."""
    replaced, line = FAILS[fault]
    folder = Project("probed", MODELS, [FIRST], {}, {}, env=replaced).write(tmp_path / "project")
    said = refusal(checked(folder, environment=alone))
    assert said.startswith(line.format(folder=folder)), said


def test_what_env_writes_is_gone_before_the_first_revision(tmp_path: Path) -> None:
    """Running it for its configuration leaves nothing for the revisions to trip over."""
    folder = written(tmp_path)
    file = folder / "migrations" / "env.py"
    once = "from app import db\nif not hasattr(db, 'asked'):\n    db.asked = True\n    db.create_all()"
    file.write_text(file.read_text().replace("config = context.config", f"config = context.config\n{once}"))
    with lane(folder) as found:
        assert loaded(found).do("up", revision="0001").failure is None
