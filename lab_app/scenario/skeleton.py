"""``flask lab new``: a scenario to start from, which runs as it is."""

from __future__ import annotations

from pathlib import Path

from lab_app.errors import LabError
from lab_app.scenario import catalogue

_TEXT = '''"""What happens to your data or your table, in one sentence.

Why the engine does that. What to do instead. Write it for someone who has not met this yet.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(
    title="A plain statement of what changes",
    question="What does each engine do about the nickname?",
    level="beginner",
    lesson=["what a person knows afterwards"],
    reference="https://alembic.sqlalchemy.org/en/latest/ops.html",
    hints=["A nudge.", "The cause.", "The answer."],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        nickname = sa.Column(sa.String(50))


scenario.rows("student", dict(id=1, name="Ada"), dict(id=2, name="Zoë"), dict(id=3, name=None))


@scenario.attempt("db.create_all() again", everywhere=ignored("the table exists: nothing to create"))
def create_all(lab):
    lab.create_all()


@scenario.attempt("A migration", everywhere=done("the column is there, every row stayed"), better=True)
def migration(lab):
    @lab.revision("add a nickname")
    def upgrade():
        op.add_column("student", sa.Column("nickname", sa.String(50)))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "nickname")

    lab.upgrade()
'''


def write(name: str) -> Path:
    """Write ``scenarios/NAME.py`` below the current folder and return its path.

    Raises:
        LabError: the name cannot be one, is taken, or the folder cannot be written.
    """
    if not catalogue.NAME.match(name):
        raise LabError(f"{name!r} cannot name a scenario. Type lower-case letters, digits and _, such as add_nickname.")
    if name in catalogue.files():
        raise LabError(f"There is a scenario {name} already: {catalogue.find(name)}. Choose another name.")
    path = Path("scenarios") / f"{name}.py"
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(_TEXT)
    except OSError as error:
        raise LabError(f"{path} cannot be written: {error.strerror}. Go to a folder of your own.") from None
    return path
