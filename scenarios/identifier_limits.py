"""Names of columns and indexes that are longer than an engine allows.

A column with a name of 64 characters is added. PostgreSQL keeps 63 bytes of a name and cuts off the rest with a notice
that nobody sees. The application works, because its queries are cut the same way; the next flask db migrate compares
whole names, finds the column missing, and writes a file that adds it again and fails. Two names that differ in the
last characters only become one, and the second is refused.

MySQL and MariaDB take 64 characters and refuse the 65th; SQLite has no limit, which is why such a name passes every
test there. For an index SQLAlchemy counts the characters itself and stops before PostgreSQL can cut.

Keep names under 60 characters. What comes from a naming convention through op.f() is shortened by SQLAlchemy, with a
few hexadecimal digits that keep it different from others; such a name is not the same on every engine.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rolled_back

scenario = Scenario(
    title="Names that are longer than an engine allows",
    question="How does each engine take a column name of 64 characters?",
    level="advanced",
    lesson=[
        "PostgreSQL cuts names off at 63 bytes, without an error.",
        "MySQL and MariaDB allow 64 characters, SQLite any number.",
    ],
    reference="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
    hints=[
        "Count the characters of the name, and read the column's name in the schema afterwards.",
        "63 bytes on PostgreSQL, 64 characters on MySQL and MariaDB; longer is cut off or refused.",
        "Give it a shorter name, or one from the naming convention through op.f().",
    ],
)


def contacts(db, *more, indexed=False):
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(50), index=indexed),
        "phone": sa.Column(sa.String(20), index=indexed),
    }
    return type("Student", (db.Model,), columns | {column.name: column for column in more})


@scenario.before
def before(db):
    contacts(db)


@scenario.after
def both_indexed(db):
    contacts(db, indexed=True)


def long_column(db):
    name = "telephone_number_of_the_person_to_call_in_an_emergency_at_school"
    contacts(db, sa.Column(name, sa.String(20)))


def short_column(db):
    contacts(db, sa.Column("emergency_phone", sa.String(20)))


scenario.rows(
    "student",
    dict(id=1, name="Ada", phone="+44 20 7946 0018"),
    dict(id=2, name="Zoë", phone=""),
    dict(id=3, name=None, phone=None),
    dict(id=4, name=" o'Neil", phone="020"),
)


@scenario.attempt(
    "A column of 64 characters, then the next migration",
    after=long_column,
    sqlite=done("names have no limit"),
    postgresql=half_applied("cut at 63, then not found", "DuplicateColumn"),
    mysql=done("64 characters are allowed"),
    mariadb=done("64 characters are allowed"),
)
def column(lab):
    @lab.revision("whom to call")
    def upgrade():
        name = "telephone_number_of_the_person_to_call_in_an_emergency_at_school"
        op.add_column("student", sa.Column(name, sa.String(20)))

    lab.upgrade()
    lab.migrate("nothing has changed")
    lab.upgrade()


@scenario.attempt(
    "Two indexes whose names differ after 63 characters",
    sqlite=done("names have no limit"),
    postgresql=rolled_back("both are cut to one name", "DuplicateTable"),
    mysql=refused("more than 64 characters", "1059"),
    mariadb=refused("more than 64 characters", "1059"),
)
def two_indexes(lab):
    @lab.revision("index name and phone")
    def upgrade():
        prefix = "ix_the_student_table_of_the_enrolment_application_searched_by_their_"
        op.execute(f"CREATE INDEX {prefix}name ON student (name)")
        op.execute(f"CREATE INDEX {prefix}phone ON student (phone)")

    lab.upgrade()


@scenario.attempt(
    "The same two through op.create_index",
    sqlite=done("names have no limit"),
    postgresql=refused("SQLAlchemy counts to 63 first", "IdentifierError"),
    mysql=refused("more than 64 characters", "1059"),
    mariadb=refused("more than 64 characters", "1059"),
)
def create_index(lab):
    @lab.revision("index name and phone")
    def upgrade():
        prefix = "ix_the_student_table_of_the_enrolment_application_searched_by_their_"
        op.create_index(prefix + "name", "student", ["name"])
        op.create_index(prefix + "phone", "student", ["phone"])

    lab.upgrade()


@scenario.attempt(
    "The same two through op.f, as conventions do",
    everywhere=done("SQLAlchemy shortens what op.f() marks"),
    better=True,
)
def through_op_f(lab):
    @lab.revision("index name and phone")
    def upgrade():
        prefix = "ix_the_student_table_of_the_enrolment_application_searched_by_their_"
        op.create_index(op.f(prefix + "name"), "student", ["name"])
        op.create_index(op.f(prefix + "phone"), "student", ["phone"])

    @upgrade.downgrade
    def downgrade():
        prefix = "ix_the_student_table_of_the_enrolment_application_searched_by_their_"
        op.drop_index(op.f(prefix + "phone"), table_name="student")
        op.drop_index(op.f(prefix + "name"), table_name="student")

    lab.upgrade()
    lab.downgrade()
    lab.upgrade()


@scenario.attempt("A shorter name", after=short_column, everywhere=done("15 characters fit everywhere"), better=True)
def short(lab):
    @lab.revision("whom to call")
    def upgrade():
        op.add_column("student", sa.Column("emergency_phone", sa.String(20)))

    lab.upgrade()
    lab.migrate("nothing has changed")
    lab.upgrade()
