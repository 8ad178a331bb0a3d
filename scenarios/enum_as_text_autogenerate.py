"""A list of words is kept as text with a CHECK, and autogenerate misses the new word.

The model allows one more word. While no word got longer `flask db migrate` writes nothing, and the first row with the
new word is refused. Where one did, the file makes the column longer. On SQLite that is enough. PostgreSQL refuses it
and takes it back, and MySQL and MariaDB stop with the column longer and the CHECK old.

With native_enum=False an enum is VARCHAR as long as its longest word. Autogenerate compares that length and never the
text of a CHECK. Its alter_column() brings the new CHECK along under the old one's name: SQLite's copy replaces the old
one, the others say that the name is taken.

Give the enum a generous length once, so that it need not grow, and a name to its CHECK. Then write the change by hand:
drop the CHECK, and create it with the new list.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, ignored, refused, rolled_back

scenario = Scenario(
    title="Autogenerate misses a word of an enum kept as text",
    question="An enum kept as text gets a value that is no longer than the others. Is it noticed?",
    level="intermediate",
    lesson=[
        "flask db migrate",
        "Autogenerate never compares the text of a CHECK.",
        "Read what it wrote, also when it wrote nothing.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/autogenerate.html"
    "#what-does-autogenerate-detect-and-what-does-it-not-detect",
    hints=[
        "Insert a row with the new word after the upgrade: what happens?",
        "The CHECK still holds the old list, and its text is never compared.",
        "batch.drop_constraint(), and batch.create_check_constraint() with the new list.",
    ],
)


def parcels(db, *states):
    class Parcel(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        note = sa.Column(sa.String(50))
        state = sa.Column(sa.Enum(*states, name="state", native_enum=False, create_constraint=True))


@scenario.before
def before(db):
    parcels(db, "new", "paid")


@scenario.after
def void(db):
    parcels(db, "new", "paid", "void")


def shipped(db):
    parcels(db, "new", "paid", "shipped")


scenario.rows(
    "parcel",
    dict(id=1, note="Größe L", state="new"),
    dict(id=2, note="", state="paid"),
    dict(id=3, note=None, state=None),
)


@scenario.attempt("flask db migrate, no word got longer", everywhere=ignored("VARCHAR(4) fits 'void' as well"))
def same_length(lab):
    lab.migrate("parcels may be void")
    lab.upgrade()


@scenario.attempt(
    "The same, then a row with the new word",
    sqlite=refused("the CHECK holds the old list", "IntegrityError"),
    postgresql=refused("the CHECK holds the old list", "CheckViolation"),
    mysql=refused("the CHECK holds the old list", "3819"),
    mariadb=refused("the CHECK holds the old list", "4025"),
)
def same_length_used(lab):
    lab.migrate("parcels may be void")
    lab.upgrade()
    lab.execute("INSERT INTO parcel (id, note, state) VALUES (104, 'heavy', 'void')")


@scenario.attempt(
    "flask db migrate, one word got longer",
    after=shipped,
    sqlite=done("the copy replaces the CHECK"),
    postgresql=rolled_back("a second CHECK of the same name", "DuplicateObject"),
    mysql=half_applied("longer already, then a second CHECK", "3822"),
    mariadb=half_applied("longer already, then a second CHECK", "1826"),
)
def longer(lab):
    lab.migrate("parcels are shipped")
    lab.upgrade()


@scenario.attempt(
    "The type and the CHECK by hand, then the row",
    after=shipped,
    everywhere=done("the CHECK holds the new list"),
    better=True,
)
def by_hand(lab):
    @lab.revision("parcels are shipped")
    def upgrade():
        with op.batch_alter_table("parcel") as batch:
            batch.drop_constraint("state", type_="check")
            batch.alter_column("state", existing_type=sa.String(4), type_=sa.String(7), existing_nullable=True)
            batch.create_check_constraint("state", "state IN ('new', 'paid', 'shipped')")

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("parcel") as batch:
            batch.drop_constraint("state", type_="check")
            batch.alter_column("state", existing_type=sa.String(7), type_=sa.String(4), existing_nullable=True)
            batch.create_check_constraint("state", "state IN ('new', 'paid')")

    lab.upgrade()
    lab.execute("INSERT INTO parcel (id, note, state) VALUES (104, 'heavy', 'shipped')")
