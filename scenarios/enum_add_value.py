"""A list of allowed words gets one more word.

On MySQL and MariaDB the words are part of the column's type, and altering the column is enough. On PostgreSQL they are
a type of their own: autogenerate sees no difference, altering the column to the longer list succeeds without any
effect, and the next INSERT of the new word fails. On SQLite the column is text, and takes any word at all.

PostgreSQL has ALTER TYPE ... ADD VALUE for this, and a word that was added cannot be used in the transaction that
added it. Flask-Migrate runs an upgrade in one transaction, so the UPDATE that comes next is refused.

Give PostgreSQL its ALTER TYPE in an autocommit_block(), which commits before and after it, and the others a plain
alter_column(). Or keep the words as text with a CHECK, which is dropped and made anew on every engine alike.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored, rolled_back

scenario = Scenario(
    title="Add a word to an enum",
    question="An enum in the model gets one more value. Does flask db migrate add it?",
    level="intermediate",
    lesson=[
        "An enum is a type of its own on PostgreSQL only.",
        "Altering a column to a longer enum does nothing on PostgreSQL.",
        "A new enum value needs a commit before its first use.",
    ],
    reference="https://www.postgresql.org/docs/current/sql-altertype.html",
    hints=[
        "Which statement did PostgreSQL get, and does it name the new word?",
        "The words belong to a type of their own, and a new one cannot be used before a commit.",
        "with op.get_context().autocommit_block(): op.execute(\"ALTER TYPE parcel_state ADD VALUE 'shipped'\")",
    ],
)


def parcels(db, states, colours):
    class Parcel(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        state = sa.Column(sa.Enum(*states, name="parcel_state"))
        colour = sa.Column(sa.Enum(*colours, name="colour", native_enum=False, create_constraint=True, length=20))


@scenario.before
def before(db):
    parcels(db, ["new", "paid"], ["red", "grün"])


@scenario.after
def shipped(db):
    parcels(db, ["new", "paid", "shipped"], ["red", "grün"])


def blue(db):
    parcels(db, ["new", "paid"], ["red", "grün", "blue"])


scenario.rows(
    "parcel",
    dict(id=1, state="new", colour="red"),
    dict(id=2, state="paid", colour="grün"),
    dict(id=3, state=None, colour=None),
    dict(id=4, state="paid", colour="red"),
)


@scenario.attempt(
    "flask db migrate, then upgrade",
    sqlite=done("seen: the longest word got longer"),
    postgresql=ignored("the words of a type are not compared"),
    mysql=done("seen since Alembic 1.18.5"),
    mariadb=done("seen since Alembic 1.18.5"),
)
def autogenerate(lab):
    lab.migrate("parcels are shipped")
    lab.upgrade()


@scenario.attempt(
    "alter_column() to the longer enum",
    sqlite=done("text that got longer"),
    postgresql=ignored("same type name: an ALTER without effect"),
    mysql=done("MODIFY restates the list"),
    mariadb=done("MODIFY restates the list"),
)
def alter_column(lab):
    @lab.revision("parcels are shipped")
    def upgrade():
        with op.batch_alter_table("parcel") as batch:
            batch.alter_column(
                "state",
                existing_type=sa.Enum("new", "paid", name="parcel_state"),
                type_=sa.Enum("new", "paid", "shipped", name="parcel_state"),
                existing_nullable=True,
            )

    lab.upgrade()


@scenario.attempt(
    "ALTER TYPE, and the new word used at once",
    sqlite=done("text that got longer"),
    postgresql=rolled_back("a new word is unusable before COMMIT", "UnsafeNewEnumValueUsage"),
    mysql=done("MODIFY restates the list"),
    mariadb=done("MODIFY restates the list"),
    rows_after={"parcel": [dict(id=4, state="shipped")]},
)
def used_at_once(lab):
    @lab.revision("parcels are shipped")
    def upgrade():
        if op.get_bind().dialect.name == "postgresql":
            op.execute("ALTER TYPE parcel_state ADD VALUE 'shipped'")
        else:
            with op.batch_alter_table("parcel") as batch:
                batch.alter_column(
                    "state",
                    existing_type=sa.Enum("new", "paid", name="parcel_state"),
                    type_=sa.Enum("new", "paid", "shipped", name="parcel_state"),
                    existing_nullable=True,
                )
        op.execute("UPDATE parcel SET state = 'shipped' WHERE id = 4")

    lab.upgrade()


@scenario.attempt(
    "ALTER TYPE in an autocommit_block(), then used",
    sqlite=done("text that got longer"),
    postgresql=done("committed before it is used"),
    mysql=done("MODIFY restates the list"),
    mariadb=done("MODIFY restates the list"),
    rows_after={"parcel": [dict(id=4, state="shipped")]},
    better=True,
)
def autocommit(lab):
    @lab.revision("parcels are shipped")
    def upgrade():
        if op.get_bind().dialect.name == "postgresql":
            with op.get_context().autocommit_block():
                op.execute("ALTER TYPE parcel_state ADD VALUE 'shipped'")
        else:
            with op.batch_alter_table("parcel") as batch:
                batch.alter_column(
                    "state",
                    existing_type=sa.Enum("new", "paid", name="parcel_state"),
                    type_=sa.Enum("new", "paid", "shipped", name="parcel_state"),
                    existing_nullable=True,
                )
        op.execute("UPDATE parcel SET state = 'shipped' WHERE id = 4")

    lab.upgrade()


@scenario.attempt(
    "Words kept as text, their CHECK made anew",
    after=blue,
    everywhere=done("a CHECK is dropped and added alike"),
    better=True,
)
def text_with_check(lab):
    @lab.revision("blue parcels")
    def upgrade():
        with op.batch_alter_table("parcel") as batch:
            batch.drop_constraint("colour", type_="check")
            batch.create_check_constraint("colour", "colour IN ('red', 'grün', 'blue')")

    lab.upgrade()
