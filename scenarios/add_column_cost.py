"""A column with a default is added to a full table, and the engines work very differently hard for it.

A constant is written into the catalogue and not into the rows. For the present moment SQLite copies the whole table.
For a value that differs from row to row PostgreSQL and MariaDB rewrite the table, and MySQL refuses. A longer VARCHAR
is a note in the catalogue on PostgreSQL, and on MySQL and MariaDB it is a copy once the column passes 255 bytes: asked
for ALGORITHM=INSTANT they refuse, and say so before they begin.

A default that is the same for all rows needs no row to be touched. One that differs has to be worked out for each of
them. MySQL refuses it where replicas replay statements, because they would work out other values.

Add the column empty, which is instant everywhere. Fill it in portions while the table is in use.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.ext.compiler import compiles

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Which new columns rewrite the table",
    question="How does each engine add a column that has a constant default?",
    level="advanced",
    lesson=[
        "An empty column or one with a constant is added without touching a row.",
        "A value that differs by row rewrites the table, or is refused: fill it in afterwards.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html",
    hints=[
        "Is the new value the same in every row?",
        "A constant is noted once; anything else is worked out and written row by row.",
        "Add the column without a default, then UPDATE in portions.",
    ],
)


class RandomText(sa.sql.functions.GenericFunction):
    """A text that is another one in each row, in each engine's own words."""

    type = sa.String(36)
    name = "random_text"
    inherit_cache = True


@compiles(RandomText, "sqlite")
def _sqlite(_element, _compiler, **_options):
    return "lower(hex(randomblob(16)))"


@compiles(RandomText, "postgresql")
def _postgresql(_element, _compiler, **_options):
    return "CAST(gen_random_uuid() AS VARCHAR)"


@compiles(RandomText, "mysql", "mariadb")
def _mysql(_element, _compiler, **_options):
    return "(uuid())"


def students(db, name=60, **columns):
    """The student table with further columns."""
    own = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(name))}
    type("Student", (db.Model,), own | columns)


@scenario.before
def before(db):
    students(db)


@scenario.after
def with_token(db):
    students(db, token=sa.Column(sa.String(36)))


def with_points(db):
    students(db, points=sa.Column(sa.Integer, server_default="5", nullable=False))


def with_moment(db):
    students(db, joined=sa.Column(sa.DateTime, server_default=sa.func.now(), nullable=False))


def with_random_default(db):
    students(db, token=sa.Column(sa.String(36), server_default=RandomText()))


def longer_name(db):
    students(db, name=70)


scenario.rows("student", dict(id=1, name="Ada"), dict(id=2, name="Zoë"), dict(id=3, name=""), dict(id=4, name=None))


@scenario.attempt(
    "A constant default",
    everywhere=done("noted in the catalogue, no row touched"),
    after=with_points,
    rows_after={"student": [dict(id=number, points=5) for number in (1, 2, 3, 4)]},
)
def constant(lab):
    @lab.revision("5 points for a start")
    def upgrade():
        op.add_column("student", sa.Column("points", sa.Integer(), server_default="5", nullable=False))

    lab.upgrade()


@scenario.attempt(
    "The present moment as default",
    sqlite=done("batch mode copies the table"),
    postgresql=done("one moment for all old rows"),
    mysql=done("the table is rebuilt"),
    mariadb=done("one moment for all old rows"),
    after=with_moment,
)
def moment(lab):
    @lab.revision("when they joined")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("joined", sa.DateTime(), server_default=sa.func.now(), nullable=False))

    lab.upgrade()
    lab.execute("UPDATE student SET joined = '2024-01-02 03:04:05'")


@scenario.attempt(
    "A default that differs by row",
    sqlite=done("batch mode copies the table"),
    postgresql=done("every row is written anew"),
    mysql=refused("a replica would get other values", "1674"),
    mariadb=done("the table is copied"),
    after=with_random_default,
)
def random_default(lab):
    @lab.revision("a token for each")
    def upgrade():
        defaults = {
            "sqlite": "(lower(hex(randomblob(16))))",
            "postgresql": "CAST(gen_random_uuid() AS VARCHAR)",
            "mysql": "(uuid())",
            "mariadb": "(uuid())",
        }
        default = sa.text(defaults[op.get_bind().dialect.name])
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("token", sa.String(36), server_default=default))

    lab.upgrade()
    lab.execute("UPDATE student SET token = NULL")


@scenario.attempt(
    "A longer VARCHAR, but only if instant",
    sqlite=done("batch mode copies the table"),
    postgresql=done("only the catalogue changes"),
    mysql=refused("past 255 bytes it is a copy", "1846"),
    mariadb=refused("past 255 bytes it is a copy", "1846"),
    after=longer_name,
)
def only_if_instant(lab):
    @lab.revision("a longer name")
    def upgrade():
        if op.get_bind().dialect.name in ("mysql", "mariadb"):
            op.execute("ALTER TABLE student MODIFY name VARCHAR(70), ALGORITHM=INSTANT")
        else:
            with op.batch_alter_table("student") as batch:
                batch.alter_column("name", existing_type=sa.String(60), type_=sa.String(70))

    lab.upgrade()


@scenario.attempt(
    "Add the column empty, fill it afterwards",
    everywhere=done("instant, then an UPDATE"),
    rows_after={"student": [dict(id=number, token=f"s-{number}") for number in (1, 2, 3, 4)]},
    better=True,
)
def fill_afterwards(lab):
    @lab.revision("add a token")
    def add_token():
        op.add_column("student", sa.Column("token", sa.String(36)))

    @lab.revision("a token for each")
    def fill_token():
        student = sa.table("student", sa.column("id"), sa.column("token"))
        connection = op.get_bind()
        for number in connection.scalars(sa.select(student.c.id)).all():
            connection.execute(sa.update(student).where(student.c.id == number).values(token=f"s-{number}"))

    lab.upgrade()
