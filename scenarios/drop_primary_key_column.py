"""The key of a table is dropped like any other column.

PostgreSQL, MySQL and MariaDB do it without a word, and the table has no key any more: two rows may be the same, and
nothing tells them apart. SQLite refuses the plain change. In batch mode it copies the table, without its key as well.

A primary key that has only one column goes with that column. Nothing in the statement says that another column should
take over, and no engine asks.

Name the new key in the same batch block: drop_column(), then create_primary_key() on a column that is NOT NULL already.
Make sure first that no two rows share a value of it.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, refused

scenario = Scenario(
    title="Drop the column that is the primary key",
    question="The column that is the primary key is dropped. What is the key then?",
    level="intermediate",
    lesson=[
        "safe model change",
        "Three engines drop a primary key along with its column, without a word.",
        "Say in the same migration which column is the key from now on.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.create_primary_key",
    hints=[
        "Compare the primary key before and after.",
        "It went with its column, and nothing says which one should follow.",
        'batch.drop_column("id"), then batch.create_primary_key("pk_student", ["badge"]).',
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        badge = sa.Column(sa.String(20), nullable=False)
        name = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        badge = sa.Column(sa.String(20), primary_key=True)
        name = sa.Column(sa.String(100))


scenario.rows(
    "student",
    dict(id=1, badge="A-1", name="Ada"),
    dict(id=2, badge="Z-2", name="Zoë "),
    dict(id=3, badge="É-3", name=None),
    dict(id=8, badge="", name=""),
)


@scenario.attempt(
    "The column at once",
    sqlite=refused("a key column cannot be dropped", "OperationalError"),
    everywhere=drifted("the key went along: none is left"),
)
def plain(lab):
    @lab.revision("the badge is the key")
    def upgrade():
        op.drop_column("student", "id")

    lab.upgrade()


@scenario.attempt(
    "The column in batch mode",
    everywhere=drifted("the key went along: none is left"),
)
def batch(lab):
    @lab.revision("the badge is the key")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_column("id")

    lab.upgrade()


@scenario.attempt(
    "The column dropped, the new key named",
    everywhere=done("the badge is the key now"),
    better=True,
)
def new_key(lab):
    @lab.revision("the badge is the key")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_column("id")
            batch.create_primary_key("pk_student", ["badge"])

    lab.upgrade()
