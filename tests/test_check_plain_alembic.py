"""Plain Alembic, without Flask, as its own templates make it: found, configured, and walked with its own env.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from probes import lane, loaded

from lab_app.check.project.files import inis, names_a_folder

REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "a1"
down_revision = None

def upgrade():
    op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("t")
"""
MODELS = "import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table('x', metadata, sa.Column('i', sa.Integer))\n"
ADDRESS = "driver://user:pass@localhost/dbname"


def _made(folder: Path, template: str = "generic", where: str = "alembic") -> Path:
    """A project as ``alembic init`` makes it, with one revision."""
    folder.mkdir()
    command = [sys.executable, "-m", "alembic", "init", "--template", template, where]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / where / "versions" / "a1_first.py").write_text(REVISION)
    return folder


def _replace(file: Path, old: str, new: str) -> None:
    said = file.read_text()
    assert old in said
    file.write_text(said.replace(old, new))


def _walked(folder: Path, **told: str | None) -> list[str]:
    """Go up and down, and return what autogenerate finds at the head."""
    with lane(folder, **told) as found:
        loaded(found)
        answers = [found.do(what, revision="a1") for what in ("up", "down", "up")]
        assert [answer.failure for answer in answers] == [None] * 3
        assert list(found.read().schema) == ["t"]
        differences: list[str] = found.do("compare").said["differences"]
    assert not list(folder.rglob("*.db"))
    return differences


@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_an_untouched_template_is_walked(template: str, tmp_path: Path) -> None:
    """Nothing of it has to be changed, not even the address that no driver has."""
    assert _walked(_made(tmp_path / "plain", template), ini="alembic.ini") == []


def test_its_models_are_compared(tmp_path: Path) -> None:
    """``target_metadata`` is taken from a module that ``prepend_sys_path`` finds."""
    folder = _made(tmp_path / "plain")
    (folder / "src").mkdir()
    (folder / "src" / "models.py").write_text(MODELS)
    _replace(folder / "alembic" / "env.py", "target_metadata = None", "from models import metadata as target_metadata")
    _replace(folder / "alembic.ini", "prepend_sys_path = .", "prepend_sys_path = src")
    assert _walked(folder, ini="alembic.ini") == ["add_table x", "remove_table t"]


def test_a_folder_is_seen_from_the_projects(tmp_path: Path) -> None:
    """``script_location`` without a place of its own is relative to where the command is typed."""
    folder = _made(tmp_path / "plain", where="db/moves")
    _replace(folder / "alembic.ini", "%(here)s/db/moves", "db/moves")
    _walked(folder, ini="alembic.ini")


def test_pyproject_stands_for_an_ini(tmp_path: Path) -> None:
    """``[tool.alembic]`` is enough; it is found, and read by those Alembics that read it."""
    folder = _made(tmp_path / "plain", "pyproject")
    (folder / "alembic.ini").unlink()
    own = "import sqlalchemy\n    connectable = sqlalchemy.create_engine('sqlite:///own.db') or engine_from_config("
    _replace(folder / "alembic" / "env.py", "connectable = engine_from_config(", own)
    assert inis(folder) == [folder / "pyproject.toml"]
    assert names_a_folder(folder / "pyproject.toml")
    _walked(folder, ini="pyproject.toml")


def test_an_engine_of_asyncio_keeps_its_driver(tmp_path: Path) -> None:
    """Where the driver is for the engine's kind of database, env.py runs as it is."""
    pytest.importorskip("aiosqlite", reason="aiosqlite is not installed")
    folder = _made(tmp_path / "plain", "async")
    _replace(folder / "alembic.ini", ADDRESS, "sqlite+aiosqlite:///own.db")
    _walked(folder, ini="alembic.ini")
