"""A text column without a length, and one with a length that is too big.

SQLite and PostgreSQL create sa.String() as VARCHAR and store whatever arrives. For MySQL and MariaDB the migration
stops before anything is sent: SQLAlchemy cannot compile it. With a length of 20000 the statement is sent and the
server refuses it; and of two columns of 10000 the second one is refused, because a row is too small for both.

There VARCHAR(n) is a promise about the row: all columns together have 65535 bytes, utf8mb4 counts 4 for each character,
so 16383 is the most that a single one can be. PostgreSQL takes the length for a limit to check, and SQLite takes it for
a remark: it never checks it.

Write a length that fits the value, sa.String(100), or sa.Text() for text of unknown length, which is kept outside the
row.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="String without a length, and with too long a one",
    question="Can every engine create a String column without a length?",
    level="beginner",
    lesson=[
        "Give every String a length, and use Text for what has none.",
        "A length is a limit, a promise or a remark.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.String",
    hints=[
        "Which engines were sent a statement at all?",
        "MySQL and MariaDB reserve the length in the row, and a row has 65535 bytes: 4 for each character.",
        "sa.String(100) where the values are short, sa.Text() where nobody knows.",
    ],
)


def students(db, *more):
    fixed = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(50))}
    return type("Student", (db.Model,), fixed | {column.name: column for column in more})


@scenario.before
def before(db):
    students(db)


@scenario.after
def nickname(db):
    students(db, sa.Column("nickname", sa.String(100)))


def without_length(db):
    students(db, sa.Column("nickname", sa.String()))


def without_length_where_it_can_be(db):
    students(db, sa.Column("nickname", sa.String().with_variant(sa.Text(), "mysql", "mariadb")))


def long_essay(db):
    students(db, sa.Column("essay", sa.String(20_000).with_variant(sa.Text(), "mysql", "mariadb")))


def two_long_columns(db):
    long = sa.String(10_000).with_variant(sa.Text(), "mysql", "mariadb")
    students(db, sa.Column("essay", long), sa.Column("remark", long))


def texts(db):
    students(db, sa.Column("essay", sa.Text()), sa.Column("remark", sa.Text()))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë Łukasiewicz"),
    dict(id=3, name=None),
    dict(id=4, name=" trailing "),
)


@scenario.attempt(
    "sa.String(), as flask db migrate writes it",
    after=without_length_where_it_can_be,
    sqlite=done("VARCHAR without a length is text"),
    postgresql=done("VARCHAR without a length is text"),
    mysql=refused("SQLAlchemy cannot compile VARCHAR without length", "CompileError"),
    mariadb=refused("SQLAlchemy cannot compile VARCHAR without length", "CompileError"),
)
def no_length(lab):
    lab.models(without_length)
    lab.migrate("add nickname to student")
    lab.upgrade()


@scenario.attempt(
    "One column of 20000 characters",
    after=long_essay,
    sqlite=done("the length is never checked"),
    postgresql=done("a limit, kept outside the row"),
    mysql=refused("16383 characters of 4 bytes at most", "1074"),
    mariadb=refused("16383 characters of 4 bytes at most", "1074"),
)
def too_long(lab):
    @lab.revision("add essay to student")
    def upgrade():
        op.add_column("student", sa.Column("essay", sa.String(20_000)))

    lab.upgrade()


@scenario.attempt(
    "Two columns of 10000 characters",
    after=two_long_columns,
    sqlite=done("the length is never checked"),
    postgresql=done("limits, kept outside the row"),
    mysql=half_applied("the first fills the row's 65535 bytes", "1118"),
    mariadb=half_applied("the first fills the row's 65535 bytes", "1118"),
)
def two_long(lab):
    @lab.revision("add essay and remark to student")
    def upgrade():
        op.add_column("student", sa.Column("essay", sa.String(10_000)))
        op.add_column("student", sa.Column("remark", sa.String(10_000)))

    lab.upgrade()


@scenario.attempt("sa.String(100)", everywhere=done("the length fits value and row"), better=True)
def with_length(lab):
    lab.migrate("add nickname to student")
    lab.upgrade()


@scenario.attempt(
    "sa.Text() for text of unknown length",
    after=texts,
    everywhere=done("kept outside the row, no length"),
    better=True,
)
def text(lab):
    lab.migrate("add essay and remark to student")
    lab.upgrade()
