"""A word leaves the list of allowed ones while a row still holds it.

On MySQL and MariaDB the row stops the change. On SQLite and PostgreSQL the upgrade succeeds and the row keeps its word:
the database is content, and the application is not. The first SELECT that meets the row raises LookupError, far away
from the migration that caused it. Turning a text column into an enum goes wrong in the same way on SQLite.

SQLite has no enum, only text, and without a CHECK any text will do. PostgreSQL cannot take a value out of a type, and
an alter_column() from a type to one of the same name changes nothing.

Decide first what the rows should hold instead and UPDATE them. Then shorten the list: with alter_column() on three
engines, and on PostgreSQL with a new type that takes the old one's place.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rolled_back

scenario = Scenario(
    title="Remove a word from an enum that is in use",
    question="A value leaves an enum while a row still holds it. What becomes of that row?",
    level="intermediate",
    lesson=[
        "SQLite checks no enum unless the model asks for a CHECK.",
        "PostgreSQL cannot remove a value from a type.",
        "Change the rows first, then the list.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Enum",
    hints=[
        "The upgrade was content: what does the first SELECT say?",
        "A row still holds a word that the model no longer knows.",
        "UPDATE the rows to a word that stays, and change the list after that.",
    ],
)


def parcels(db, *states, kind_type=None):
    class Parcel(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        state = sa.Column(sa.Enum(*states, name="parcel_state"))
        kind = sa.Column(kind_type or sa.String(10))


def read_all(db):
    """Read every parcel as the application does."""
    db.session.execute(sa.select(db.metadata.tables["parcel"])).all()


@scenario.before
def before(db):
    parcels(db, "new", "paid", "void")


@scenario.after
def without_void(db):
    parcels(db, "new", "paid")


def kind_is_enum(db):
    parcels(db, "new", "paid", "void", kind_type=sa.Enum("letter", "box", name="parcel_kind"))


scenario.rows(
    "parcel",
    dict(id=1, state="new", kind="letter"),
    dict(id=2, state="void", kind="BOX"),
    dict(id=3, state=None, kind=None),
    dict(id=4, state="paid", kind="größer"),
)


@scenario.attempt(
    "The shorter list while a row holds 'void', then a SELECT",
    sqlite=half_applied("the text stays: the model stops at it", "LookupError"),
    postgresql=half_applied("an ALTER without effect: the model stops", "LookupError"),
    mysql=refused("'void' would fit nowhere", "1265"),
    mariadb=refused("'void' would fit nowhere", "1265"),
)
def shorter(lab):
    @lab.revision("no more void parcels")
    def upgrade():
        with op.batch_alter_table("parcel") as batch:
            batch.alter_column(
                "state",
                existing_type=sa.Enum("new", "paid", "void", name="parcel_state"),
                type_=sa.Enum("new", "paid", name="parcel_state"),
                existing_nullable=True,
            )

    lab.upgrade()
    with lab.app() as db:
        read_all(db)


@scenario.attempt(
    "Text becomes an enum that lacks a word, then a SELECT",
    after=kind_is_enum,
    sqlite=half_applied("any text is taken: the model stops", "LookupError"),
    postgresql=rolled_back("'BOX' is none of the words", "InvalidTextRepresentation"),
    mysql=refused("'größer' is none of the words", "1265"),
    mariadb=refused("'größer' is none of the words", "1265"),
)
def text_to_enum(lab):
    @lab.revision("kind is one of a list")
    def upgrade():
        kind = sa.Enum("letter", "box", name="parcel_kind")
        kind.create(op.get_bind(), checkfirst=True)
        with op.batch_alter_table("parcel") as batch:
            batch.alter_column(
                "kind",
                existing_type=sa.String(10),
                type_=kind,
                existing_nullable=True,
                postgresql_using="kind::parcel_kind",
            )

    lab.upgrade()
    with lab.app() as db:
        read_all(db)


@scenario.attempt(
    "The rows first, then the list",
    sqlite=done("no row holds the word any more"),
    postgresql=done("a new type takes the old one's place"),
    mysql=done("no row holds the word any more"),
    mariadb=done("no row holds the word any more"),
    rows_after={"parcel": [dict(id=2, state="new")]},
    better=True,
)
def rows_first(lab):
    @lab.revision("no more void parcels")
    def upgrade():
        op.execute("UPDATE parcel SET state = 'new' WHERE state = 'void'")
        if op.get_bind().dialect.name == "postgresql":
            op.execute("ALTER TYPE parcel_state RENAME TO parcel_state_old")
            op.execute("CREATE TYPE parcel_state AS ENUM ('new', 'paid')")
            op.execute("ALTER TABLE parcel ALTER state TYPE parcel_state USING state::text::parcel_state")
            op.execute("DROP TYPE parcel_state_old")
        else:
            with op.batch_alter_table("parcel") as batch:
                batch.alter_column(
                    "state",
                    existing_type=sa.Enum("new", "paid", "void", name="parcel_state"),
                    type_=sa.Enum("new", "paid", name="parcel_state"),
                    existing_nullable=True,
                )

    lab.upgrade()
    with lab.app() as db:
        read_all(db)


@scenario.attempt(
    "Text becomes an enum, the rows made to fit first",
    after=kind_is_enum,
    everywhere=done("every text is one of the words"),
    rows_after={"parcel": [dict(id=2, kind="box"), dict(id=4, kind="box")]},
    better=True,
)
def made_to_fit(lab):
    @lab.revision("kind is one of a list")
    def upgrade():
        op.execute("UPDATE parcel SET kind = 'box' WHERE kind <> 'letter'")
        kind = sa.Enum("letter", "box", name="parcel_kind")
        kind.create(op.get_bind(), checkfirst=True)
        with op.batch_alter_table("parcel") as batch:
            batch.alter_column(
                "kind",
                existing_type=sa.String(10),
                type_=kind,
                existing_nullable=True,
                postgresql_using="kind::parcel_kind",
            )

    lab.upgrade()
    with lab.app() as db:
        read_all(db)
