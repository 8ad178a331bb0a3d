"""One history in the idioms of several years: an app object, several binds, Alembic without Flask.

Its folder of migrations is made by the environment's own ``flask db init`` or ``alembic init``: older versions have
other templates. The revisions are the same, line by line.
"""

from __future__ import annotations

import os
import subprocess
import textwrap
from pathlib import Path

_APP = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///own.db"
app.config["SQLALCHEMY_BINDS"] = {binds}
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = False
db = SQLAlchemy(app)
migrate = Migrate(app, db)
{models}
"""
_PLAIN = """
import sqlalchemy as db
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import declarative_base

Base = declarative_base()
{models}
"""
_FAULTY_MODELS = """
@event.listens_for(Engine, "connect")
def foreign_keys(connection, _record):
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA foreign_keys=ON").close()


class Course(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(120), nullable=False)
    stock = db.Column(db.Integer, nullable=False)


class Enrolment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    course_id = db.Column(db.Integer, db.ForeignKey("course.id", ondelete="CASCADE"), nullable=False)
    word = db.Column(db.String(40), index=True)
"""
#: Of every revision, what upgrade() and downgrade() do: one makes the tables, each of the others has a fault.
_FAULTY = [
    (
        """
op.create_table("course", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("title", sa.String(80), nullable=False), sa.PrimaryKeyConstraint("id"))
op.create_table("enrolment", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("course_id", sa.Integer(), nullable=False), sa.Column("word", sa.String(40)),
    sa.ForeignKeyConstraint(["course_id"], ["course.id"], ondelete="CASCADE"), sa.PrimaryKeyConstraint("id"))
""",
        """
op.drop_table("enrolment")
op.drop_table("course")
""",
    ),
    (
        """op.add_column("course", sa.Column("stock", sa.Integer(), nullable=False))""",
        """op.drop_column("course", "stock")""",
    ),
    (
        """
with op.batch_alter_table("course") as batch:
    batch.alter_column("title", existing_type=sa.String(80), type_=sa.String(120), existing_nullable=False)
""",
        """
with op.batch_alter_table("course") as batch:
    batch.alter_column("title", existing_type=sa.String(120), type_=sa.String(80), existing_nullable=False)
""",
    ),
    (
        """op.create_index("ix_enrolment_word", "enrolment", ["word"])""",
        """op.drop_index("enrolment_word", "enrolment")""",
    ),
    (
        """
try:
    op.execute("ALTER TABLE pupil ADD COLUMN age INTEGER")
except Exception:
    pass
""",
        "pass",
    ),
]
_BINDS_MODELS = """
class Student(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), nullable=False)
    age = db.Column(db.Integer)


class Event(db.Model):
    __bind_key__ = "log"
    id = db.Column(db.Integer, primary_key=True)
    word = db.Column(db.String(40), nullable=False)
    age = db.Column(db.Integer)
"""
_BINDS = [
    (
        """
if engine_name == "log":
    op.create_table("event", sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id"))
else:
    op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id"))
""",
        """op.drop_table("event" if engine_name == "log" else "student")""",
    ),
    (
        """op.add_column("event" if engine_name == "log" else "student", sa.Column("age", sa.Integer()))""",
        """
with op.batch_alter_table("event" if engine_name == "log" else "student") as batch:
    batch.drop_column("age")
""",
    ),
]
_REVISION = '''"""change {number}"""
import sqlalchemy as sa
from alembic import op

revision = "{number:04d}"
down_revision = {parent!r}


def upgrade({arguments}):
{upgrade}


def downgrade({arguments}):
{downgrade}
'''


def with_an_app(python: Path, folder: Path) -> Path:
    """Write the project with faults, its application an object of the module, as the tutorials had it."""
    _written(folder, "app.py", _APP.format(models=_FAULTY_MODELS, binds="{}"))
    _run(python, folder, "flask", "db", "init")
    return _with_revisions(folder, _FAULTY)


def with_binds(python: Path, folder: Path) -> Path:
    """Write a project without a fault that has two databases."""
    _written(folder, "app.py", _APP.format(models=_BINDS_MODELS, binds='{"log": "sqlite:///log.db"}'))
    _run(python, folder, "flask", "db", "init", "--multidb")
    return _with_revisions(folder, _BINDS, "engine_name")


def without_flask(python: Path, folder: Path) -> Path:
    """Write the project with faults, with Alembic alone."""
    models = _FAULTY_MODELS.replace("db.Model", "Base")
    for name in ("Course", "Enrolment"):
        declared = f"class {name}(Base):\n"
        models = models.replace(declared, f'{declared}    __tablename__ = "{name.lower()}"\n')
    _written(folder, "models.py", _PLAIN.format(models=models))
    _run(python, folder, "alembic", "init", "migrations")
    _replace(folder / "alembic.ini", "driver://user:pass@localhost/dbname", "sqlite:///own.db")
    imported = "from models import Base\n\ntarget_metadata = Base.metadata"
    _replace(folder / "migrations" / "env.py", "target_metadata = None", imported)
    return _with_revisions(folder, _FAULTY)


def _run(python: Path, folder: Path, *words: str) -> None:
    """Run a module of the environment in the project's folder."""
    own = {**os.environ, "FLASK_APP": "app.py"}
    done = subprocess.run([python, "-m", *words], cwd=folder, env=own, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def _written(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / name).write_text(text.lstrip("\n"))


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def _with_revisions(folder: Path, revisions: list[tuple[str, str]], arguments: str = "") -> Path:
    for number, (upgrade, downgrade) in enumerate(revisions, 1):
        text = _REVISION.format(
            number=number,
            parent=f"{number - 1:04d}" if number > 1 else None,
            arguments=arguments,
            upgrade=textwrap.indent(upgrade.strip("\n"), "    "),
            downgrade=textwrap.indent(downgrade.strip("\n"), "    "),
        )
        (folder / "migrations" / "versions" / f"{number:04d}_change.py").write_text(text)
    return folder
