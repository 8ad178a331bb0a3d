"""A column that is computed from others is added, stored or virtual.

A stored value is written into each row, a virtual one is worked out when it is read. MySQL and MariaDB add both kinds.
SQLite adds a virtual column in place and refuses a stored one, because its ADD COLUMN does not touch the rows; batch
mode copies them. PostgreSQL knew only stored columns before version 18: SQLAlchemy then raises an error before
anything is sent. If you leave `persisted` out you get what the engine prefers, which is stored up to PostgreSQL 17 and
virtual everywhere else.

Say `persisted=True` and add the column in batch mode: that gives the same column on all four. Mind the key in the
expression: MySQL lets no generated column use an AUTO_INCREMENT column, and MariaDB no stored one.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Add a generated column, stored or virtual",
    question="Can a virtual generated column be added to a table that holds rows?",
    level="advanced",
    lesson=[
        "where batch mode is needed",
        "Stored or virtual is a choice that not every engine gives you.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/defaults.html#computed-columns-generated-always-as",
    hints=[
        "Which of the two kinds does each engine know, and which can it add?",
        "A stored value has to be written into every row: SQLite's ADD COLUMN does not touch rows.",
        "In batch mode, with sa.Computed('...', persisted=True).",
    ],
)


def invoices(db, **more):
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "net": sa.Column(sa.Integer),
        "tax": sa.Column(sa.Integer),
    }
    return type("Invoice", (db.Model,), columns | more)


@scenario.before
def before(db):
    invoices(db)


@scenario.after
def stored(db):
    invoices(db, gross=sa.Column(sa.Integer, sa.Computed("net + tax", persisted=True)))


def as_it_comes(db):
    invoices(db, gross=sa.Column(sa.Integer, sa.Computed("net + tax")))


scenario.rows(
    "invoice",
    dict(id=1, net=100, tax=19),
    dict(id=2, net=0, tax=None),
    dict(id=3, net=-50, tax=-10),
    dict(id=4, net=None, tax=7),
)
scenario.rows_after(
    "invoice", *(dict(id=key, gross=gross) for key, gross in ((1, 119), (2, None), (3, -60), (4, None)))
)


@scenario.attempt(
    "Virtual",
    after=as_it_comes,
    sqlite=done("worked out when it is read"),
    postgresql={
        "<18": refused("no virtual columns before version 18", "CompileError"),
        ">=18": done("worked out when it is read"),
    },
    mysql=done("worked out when it is read"),
    mariadb=done("worked out when it is read"),
)
def virtual(lab):
    @lab.revision("gross")
    def upgrade():
        op.add_column("invoice", sa.Column("gross", sa.Integer(), sa.Computed("net + tax", persisted=False)))

    lab.upgrade()


@scenario.attempt(
    "Stored, in place",
    sqlite=refused("ADD COLUMN does not write to rows", "OperationalError"),
    postgresql=done("every row is written anew"),
    mysql=done("every row is written anew"),
    mariadb=done("every row is written anew"),
)
def stored_in_place(lab):
    @lab.revision("gross")
    def upgrade():
        op.add_column("invoice", sa.Column("gross", sa.Integer(), sa.Computed("net + tax", persisted=True)))

    lab.upgrade()


@scenario.attempt(
    "persisted not given",
    after=as_it_comes,
    sqlite=done("virtual is what it prefers"),
    postgresql={"<18": done("stored is all it has"), ">=18": done("virtual is what it prefers")},
    mysql=done("virtual is what it prefers"),
    mariadb=done("virtual is what it prefers"),
)
def not_given(lab):
    @lab.revision("gross")
    def upgrade():
        op.add_column("invoice", sa.Column("gross", sa.Integer(), sa.Computed("net + tax")))

    lab.upgrade()


@scenario.attempt(
    "Stored, in batch mode",
    sqlite=done("the copy holds the new column"),
    postgresql=done("every row is written anew"),
    mysql=done("every row is written anew"),
    mariadb=done("every row is written anew"),
    better=True,
)
def stored_in_batch(lab):
    @lab.revision("gross")
    def upgrade():
        with op.batch_alter_table("invoice") as batch:
            batch.add_column(sa.Column("gross", sa.Integer(), sa.Computed("net + tax", persisted=True)))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("invoice", "gross")

    lab.upgrade()
