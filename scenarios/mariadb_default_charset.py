"""A migration names a character set or a collation for one server.

Two names that look harmless: latin1, which a MariaDB 10.11 gives to a database that nobody chose one for, and
utf8mb4_0900_ai_ci, which MySQL gives. In a latin1 table Łódź and 🎓 cannot be stored, so the data migration fails after
the table was created. The collation of MySQL is unknown to MariaDB 10.11; MariaDB 11.8 accepts it, and the column then
compares unlike its neighbours. MariaDB's own utf8mb4_uca1400_ai_ci is unknown to MySQL.

A character set belongs to the database, the table or the column, in that order, and what is not written is inherited.
That is why the same file behaves differently on two servers with two defaults.

Write the character set where the database is created: CREATE DATABASE school CHARACTER SET utf8mb4. Leave it out of the
migrations; where a column needs a collation of its own, take one that both know, such as utf8mb4_bin.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, half_applied, refused

scenario = Scenario(
    title="Character sets and collations of one server only",
    question="A new table in latin1 is filled with Genève and Łódź. Do both fit?",
    level="intermediate",
    lesson=["Choose utf8mb4 when the database is created.", "MySQL and MariaDB have different collations."],
    reference="https://mariadb.com/docs/server/reference/data-types/string-data-types/character-sets/supported-character-sets-and-collations",
    hints=[
        "Which characters does latin1 have, and which server knows the collation?",
        "utf8mb4_0900_ai_ci is MySQL's, utf8mb4_uca1400_ai_ci is MariaDB's, utf8mb4_bin is known to both.",
        "Set utf8mb4 for the database; name a collation in a migration only if both know it.",
    ],
)


def students(db, type_=None):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(type_ or sa.String(50))


@scenario.before
def before(db):
    students(db)


@scenario.after
def with_towns(db):
    students(db)

    class Town(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))


def mysql_collation(db):
    kind = sa.String(50)
    students(db, kind.with_variant(sa.String(50, collation="utf8mb4_0900_ai_ci"), "mysql"))


def mariadb_collation(db):
    kind = sa.String(50)
    students(db, kind.with_variant(sa.String(50, collation="utf8mb4_uca1400_ai_ci"), "mariadb"))


def binary_collation(db):
    students(db, sa.String(50).with_variant(sa.String(50, collation="utf8mb4_bin"), "mysql", "mariadb"))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë Łukasiewicz"),
    dict(id=3, name="ada"),
    dict(id=4, name=None),
)
TOWNS = {"town": [dict(id=1, name="Genève"), dict(id=2, name="Łódź"), dict(id=3, name="🎓 Cambridge")]}


@scenario.attempt(
    "A table in latin1",
    sqlite=done("the option is not for SQLite"),
    postgresql=done("the option is not for PostgreSQL"),
    mysql=half_applied("latin1 has no Ł", "1366"),
    mariadb=half_applied("latin1 has no Ł", "1366"),
)
def latin1(lab):
    @lab.revision("towns")
    def upgrade():
        town = op.create_table(
            "town",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("name", sa.String(50)),
            sa.PrimaryKeyConstraint("id", name="pk_town"),
            mysql_charset="latin1",
            mariadb_charset="latin1",
        )
        op.bulk_insert(town, [{"name": "Genève"}, {"name": "Łódź"}, {"name": "🎓 Cambridge"}])

    lab.upgrade()


@scenario.attempt(
    "MySQL's collation",
    after=mysql_collation,
    sqlite=done("the variant is not for SQLite"),
    postgresql=done("the variant is not for PostgreSQL"),
    mysql=done("its own collation"),
    mariadb={
        "<11.8": refused("unknown collation", "1273"),
        ">=11.8": drifted("accepted, and not the database's own collation"),
    },
)
def collation_of_mysql(lab):
    @lab.revision("names are compared as MySQL does")
    def upgrade():
        kind = sa.String(50).with_variant(sa.String(50, collation="utf8mb4_0900_ai_ci"), "mysql", "mariadb")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(50), type_=kind)

    lab.upgrade()


@scenario.attempt(
    "MariaDB's collation",
    after=mariadb_collation,
    sqlite=done("the variant is not for SQLite"),
    postgresql=done("the variant is not for PostgreSQL"),
    mysql=refused("unknown collation", "1273"),
    mariadb=done("its own collation"),
)
def collation_of_mariadb(lab):
    @lab.revision("names are compared as MariaDB does")
    def upgrade():
        kind = sa.String(50).with_variant(sa.String(50, collation="utf8mb4_uca1400_ai_ci"), "mysql", "mariadb")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(50), type_=kind)

    lab.upgrade()


@scenario.attempt(
    "utf8mb4_bin, which both know",
    after=binary_collation,
    everywhere=done("compared letter by letter"),
    better=True,
)
def collation_of_both(lab):
    @lab.revision("names are compared letter by letter")
    def upgrade():
        kind = sa.String(50).with_variant(sa.String(50, collation="utf8mb4_bin"), "mysql", "mariadb")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(50), type_=kind)

    lab.upgrade()


@scenario.attempt(
    "A table that inherits the database's utf8mb4",
    rows_after=TOWNS,
    everywhere=done("every character has a place"),
    better=True,
)
def inherited(lab):
    @lab.revision("towns")
    def upgrade():
        town = op.create_table(
            "town",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("name", sa.String(50)),
            sa.PrimaryKeyConstraint("id", name="pk_town"),
        )
        op.bulk_insert(town, [{"name": "Genève"}, {"name": "Łódź"}, {"name": "🎓 Cambridge"}])

    lab.upgrade()
