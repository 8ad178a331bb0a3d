"""The model counts with a sequence, and no migration makes it.

Invoices get a number of their own from sa.Sequence("invoice_number"). create_all() makes the sequence on PostgreSQL and
MariaDB. flask db migrate writes the column and not a word of the sequence, and the upgrade succeeds. The first invoice
fails: relation "invoice_number" does not exist. SQLite and MySQL have no sequences, so SQLAlchemy leaves the number out
there, and the tests on a laptop stay green.

Autogenerate compares tables, and a sequence is not part of one.

Add two lines to the revision, for the engines that have sequences:

    if op.get_bind().dialect.supports_sequences:
        op.execute(sa.schema.CreateSequence(sa.Sequence("invoice_number", start=100)))
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted

scenario = Scenario(
    title="A sequence that no migration makes",
    question="A column of the model counts with a Sequence. Does flask db migrate create it?",
    level="advanced",
    lesson=[
        "flask db migrate",
        "Autogenerate does not see sequences: create them by hand.",
    ],
    reference="https://github.com/4teamwork/opengever.core/pull/3469",
    hints=[
        "create_all() makes something that the revision does not.",
        "Look for CREATE SEQUENCE in make sql.",
        "op.execute(sa.schema.CreateSequence(…)), where the dialect supports sequences.",
    ],
)


def invoices(db, **more):
    """The invoice table, with more columns."""
    type(
        "Invoice",
        (db.Model,),
        {"id": sa.Column(sa.Integer, primary_key=True), "customer": sa.Column(sa.String(40)), **more},
    )


@scenario.before
def before(db):
    invoices(db)


@scenario.after
def after(db):
    invoices(db, number=sa.Column(sa.Integer, sa.Sequence("invoice_number", start=100)))


scenario.rows("invoice", dict(id=1, customer="Zoë"), dict(id=2, customer=""), dict(id=3, customer=None))


@scenario.attempt(
    "flask db migrate",
    sqlite=done("there are no sequences"),
    postgresql=drifted("the sequence is missing"),
    mysql=done("there are no sequences"),
    mariadb=drifted("the sequence is missing"),
)
def autogenerate(lab):
    lab.migrate("invoices have numbers")
    lab.upgrade()


@scenario.attempt("The sequence by hand", everywhere=done("made where sequences exist"), better=True)
def by_hand(lab):
    @lab.revision("invoices have numbers")
    def upgrade():
        if op.get_bind().dialect.supports_sequences:
            op.execute(sa.schema.CreateSequence(sa.Sequence("invoice_number", start=100)))
        op.add_column("invoice", sa.Column("number", sa.Integer()))

    lab.upgrade()
