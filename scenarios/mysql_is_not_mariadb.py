"""A revision file with raw SQL that MariaDB understands and MySQL does not.

ADD COLUMN IF NOT EXISTS makes a migration that can be run twice, on MariaDB and on PostgreSQL. MySQL refuses it, and so
does SQLite; INSERT with RETURNING is refused by MySQL alone. A DROP TABLE with two names, of which one is not there,
changes nothing on MySQL; MariaDB reports the error, and the other table and its rows are gone all the same.

MySQL and MariaDB share a driver and most of their SQL, and are two products all the same. MySQL drops every table of a
statement or none; MariaDB drops one after the other. Test on the one that you run in production. What has to look
before it acts can ask the inspector, sa.inspect(op.get_bind()), which answers on every engine, and a table goes with
op.drop_table(name, if_exists=True), one at a time.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="SQL that runs on MariaDB and not on MySQL",
    question="Which engines know ADD COLUMN IF NOT EXISTS?",
    level="intermediate",
    lesson=[
        "MySQL and MariaDB are two engines.",
        "Ask the inspector instead of writing IF NOT EXISTS.",
        "On MariaDB a DROP TABLE of two tables may do half of it.",
    ],
    reference="https://mariadb.com/docs/release-notes/community-server/about/compatibility-and-differences",
    hints=[
        "Which words of the statement does each engine not know?",
        "IF NOT EXISTS for columns is MariaDB's and PostgreSQL's; only MySQL drops all tables of a DROP or none.",
        "Look with sa.inspect(op.get_bind()), and drop one table at a time with if_exists=True.",
    ],
)


def tables(db, *more, old=True):
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(50)),
        "email": sa.Column(sa.String(100)),
    }
    type("Student", (db.Model,), columns | {column.name: column for column in more})
    if old:

        class OldStudent(db.Model):
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.String(50))


@scenario.before
def before(db):
    tables(db)


@scenario.after
def with_age(db):
    tables(db, sa.Column("age", sa.Integer))


def without_old(db):
    tables(db, old=False)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email=""),
    dict(id=3, name=None, email=None),
)
scenario.rows("old_student", dict(id=1, name="Grace"), dict(id=2, name="Émilie "), dict(id=3, name=None))


@scenario.attempt(
    "ADD COLUMN IF NOT EXISTS",
    sqlite=refused("knows no IF NOT EXISTS here", "OperationalError"),
    postgresql=done("knows IF NOT EXISTS"),
    mysql=refused("knows no IF NOT EXISTS here", "1064"),
    mariadb=done("knows IF NOT EXISTS"),
)
def if_not_exists(lab):
    @lab.revision("add age to student")
    def upgrade():
        op.execute("ALTER TABLE student ADD COLUMN IF NOT EXISTS age INTEGER")

    lab.upgrade()


@scenario.attempt(
    "DROP TABLE old_student, older_student",
    after=without_old,
    sqlite=refused("one table in a DROP", "OperationalError"),
    postgresql=refused("one is missing: neither is dropped", "UndefinedTable"),
    mysql=refused("one is missing: neither is dropped", "1051"),
    mariadb=half_applied("an error, and old_student is gone", "1051"),
)
def drop_both(lab):
    @lab.revision("drop the old tables")
    def upgrade():
        op.execute("DROP TABLE old_student, older_student")

    lab.upgrade()


@scenario.attempt(
    "INSERT with RETURNING",
    after=before,
    sqlite=done("since 3.35"),
    postgresql=done("its own invention"),
    mysql=refused("no RETURNING", "1064"),
    mariadb=done("since 10.5"),
)
def returning(lab):
    @lab.revision("Grace is a student again")
    def upgrade():
        op.execute("INSERT INTO student (id, name) SELECT 4, name FROM old_student WHERE id = 1 RETURNING id")

    lab.upgrade()


@scenario.attempt("Look first, then add", everywhere=done("the inspector answers everywhere"), better=True)
def look_first(lab):
    @lab.revision("add age to student")
    def upgrade():
        columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("student")}
        if "age" not in columns:
            op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()


@scenario.attempt(
    "Drop one at a time, if it is there",
    after=without_old,
    everywhere=done("IF EXISTS is known for tables"),
    better=True,
)
def drop_each(lab):
    @lab.revision("drop the old tables")
    def upgrade():
        op.drop_table("old_student", if_exists=True)
        op.drop_table("older_student", if_exists=True)

    lab.upgrade()
