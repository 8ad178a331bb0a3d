"""A table has a generated column, and its expression, or a column beside it, is to change.

`flask db migrate` does not compare expressions, so it writes nothing and the old one stays. alter_column() cannot
change it either: Alembic refuses before it sends anything. On SQLite the generated column also stands in the way of
its neighbours. Batch mode copies every column into a new table, the generated one too, and nobody may insert into
that; Alembic then drops its copy again. The other engines alter the neighbour and do not mind.

A generated column holds nothing of its own. Drop it, change what is to change, and add it again with the expression
that you want; batch mode is for the neighbour alone. Look for such columns by eye, because `flask db check` does not
find them.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored, refused, rolled_back

scenario = Scenario(
    title="Change a table that has a generated column",
    question="A generated column has a new expression in the model. Does flask db migrate notice?",
    level="advanced",
    lesson=[
        "where batch mode is needed",
        "Autogenerate does not see a changed expression.",
        "A generated column holds no data: it can be dropped and added again.",
    ],
    reference="https://www.sqlite.org/gencol.html",
    hints=[
        "What did flask db migrate write, and into which columns does SQLite's copy insert?",
        "Nobody may insert into a generated column, not even batch mode.",
        "Drop the generated column, make the change, add it again: nothing is lost, it is computed.",
    ],
)


def invoices(db, total, length=20):
    class Invoice(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        net = sa.Column(sa.Integer)
        tax = sa.Column(sa.Integer)
        memo = sa.Column(sa.String(length))
        gross = sa.Column(sa.Integer, sa.Computed(total))


@scenario.before
def before(db):
    invoices(db, "net + tax")


@scenario.after
def expression(db):
    invoices(db, "net + coalesce(tax, 0)")


def longer_memo(db):
    invoices(db, "net + tax", length=200)


scenario.rows(
    "invoice",
    dict(id=1, net=100, tax=19, memo="Zoë"),
    dict(id=2, net=0, tax=None, memo=""),
    dict(id=3, net=-50, tax=-10, memo=None),
    dict(id=4, net=None, tax=7, memo="o'Neil "),
)
scenario.rows_after(
    "invoice", dict(id=1, gross=119), dict(id=2, gross=0), dict(id=3, gross=-60), dict(id=4, gross=None)
)


@scenario.attempt("A new expression, flask db migrate, upgrade", everywhere=ignored("autogenerate does not compare it"))
def migrate(lab):
    lab.migrate("tax may be missing")
    lab.upgrade()


@scenario.attempt(
    "alter_column() with the new expression",
    sqlite=refused("Computed is no default for the copy", "ArgumentError"),
    postgresql=refused("Alembic changes no generated column", "CompileError"),
    mysql=refused("Alembic changes no generated column", "CompileError"),
    mariadb=refused("Alembic changes no generated column", "CompileError"),
)
def alter(lab):
    @lab.revision("tax may be missing")
    def upgrade():
        with op.batch_alter_table("invoice") as batch:
            batch.alter_column(
                "gross",
                existing_type=sa.Integer(),
                server_default=sa.Computed("net + coalesce(tax, 0)"),
                existing_server_default=sa.Computed("net + tax"),
            )

    lab.upgrade()


@scenario.attempt(
    "Another column is made longer, in batch mode",
    after=longer_memo,
    rows_after={},
    sqlite=rolled_back("the copy cannot be filled: dropped again", "OperationalError"),
    postgresql=done("ALTER touches only the neighbour"),
    mysql=done("ALTER touches only the neighbour"),
    mariadb=done("ALTER touches only the neighbour"),
)
def neighbour(lab):
    @lab.revision("longer memos")
    def upgrade():
        with op.batch_alter_table("invoice") as batch:
            batch.alter_column("memo", existing_type=sa.String(20), type_=sa.String(200))

    lab.upgrade()


@scenario.attempt(
    "Drop it, change its neighbour, add it again",
    after=longer_memo,
    rows_after={},
    everywhere=done("what is computed can be computed again"),
    better=True,
)
def around(lab):
    @lab.revision("longer memos")
    def upgrade():
        op.drop_column("invoice", "gross")
        with op.batch_alter_table("invoice") as batch:
            batch.alter_column("memo", existing_type=sa.String(20), type_=sa.String(200))
        op.add_column("invoice", sa.Column("gross", sa.Integer(), sa.Computed("net + tax")))

    lab.upgrade()


@scenario.attempt(
    "Drop it and add it with the new expression",
    everywhere=done("what is computed can be computed again"),
    better=True,
)
def again(lab):
    @lab.revision("tax may be missing")
    def upgrade():
        op.drop_column("invoice", "gross")
        op.add_column("invoice", sa.Column("gross", sa.Integer(), sa.Computed("net + coalesce(tax, 0)")))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("invoice", "gross")
        op.add_column("invoice", sa.Column("gross", sa.Integer(), sa.Computed("net + tax")))

    lab.upgrade()
