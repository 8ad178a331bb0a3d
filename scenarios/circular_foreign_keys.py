"""Two tables that point at each other need one key that comes later.

An account has a main card, and a card belongs to an account. flask db migrate writes two create_table() calls, and
whichever comes first names a table that is not there yet. SQLite takes that: it looks at a foreign key when a row is
written, not when the table is made. PostgreSQL, MySQL and MariaDB refuse the first statement.

The usual advice is use_alter=True: create_all() then makes both tables, and adds the key with ALTER TABLE. The revision
that flask db migrate writes has use_alter=True in its create_table(), which leaves the key out and adds it nowhere. The
migration succeeds, the key is missing, and nobody is told. On SQLite, which cannot add a key later, the key stays in
the CREATE TABLE.

Keep use_alter=True, and write the second key into the revision by hand, once both tables are there. On SQLite that
takes batch mode:

    with op.batch_alter_table("account") as batch:
        batch.create_foreign_key("fk_account_card_id_card", "card", ["card_id"], ["id"])
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, refused

scenario = Scenario(
    title="Two new tables that point at each other",
    question="Two new tables point at each other. Does flask db migrate find an order for them?",
    level="advanced",
    lesson=[
        "flask db migrate cannot order tables that refer to each other",
        "create_table() leaves a key with use_alter=True out: add it by hand",
    ],
    reference="https://github.com/sqlalchemy/alembic/issues/326",
    hints=[
        "Which table would have to be made first?",
        "Read the SQL: is every foreign key of the models in it?",
        "Make both tables without the second key, and add it afterwards in a batch.",
    ],
    start="empty",
)


def accounts_and_cards(db, later):
    """Two tables with a key each way; ``later`` lets the account's key be added once both are there."""

    class Account(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))
        card_id = sa.Column(sa.Integer, sa.ForeignKey("card.id", use_alter=later, name="fk_account_card_id_card"))

    class Card(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        account_id = sa.Column(sa.Integer, sa.ForeignKey("account.id"), nullable=False)


@scenario.after
def both_at_once(db):
    accounts_and_cards(db, later=False)


def one_later(db):
    accounts_and_cards(db, later=True)


@scenario.attempt(
    "flask db migrate",
    sqlite=done("keys are looked at with the rows"),
    everywhere=refused("the other table is not there yet"),
)
def autogenerate(lab):
    lab.migrate("accounts and cards")
    lab.upgrade()


@scenario.attempt(
    "use_alter=True, and flask db migrate",
    after=one_later,
    sqlite=done("the key is in the CREATE TABLE"),
    everywhere=drifted("no statement adds the second key"),
)
def use_alter(lab):
    lab.migrate("accounts and cards")
    lab.upgrade()


@scenario.attempt(
    "The second key by hand", after=one_later, everywhere=done("both tables are there by then"), better=True
)
def second_key_by_hand(lab):
    @lab.revision("accounts and cards")
    def upgrade():
        op.create_table(
            "account",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(40)),
            sa.Column("card_id", sa.Integer()),
            sa.PrimaryKeyConstraint("id"),
        )
        op.create_table(
            "card",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("account_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
            sa.PrimaryKeyConstraint("id"),
        )
        with op.batch_alter_table("account") as batch:
            batch.create_foreign_key("fk_account_card_id_card", "card", ["card_id"], ["id"])

    lab.upgrade()
