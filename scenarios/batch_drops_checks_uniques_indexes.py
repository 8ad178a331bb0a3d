"""Batch mode forgets what it cannot see.

Only the name was to become longer. Afterwards a card number may be used twice, an age may be negative, and the index
that was sorted downwards is sorted upwards. There was no error; of the CHECK there was a warning.

Batch mode copies the table from what reflection tells about it, and reflection on SQLite misses some of what a
hand-written CREATE TABLE says: a CHECK without a name, UNIQUE right behind VARCHAR(20), DESC in an index,
AUTOINCREMENT. What it misses is not in the copy. The other engines alter the table where it stands.

Tell the batch what belongs to the table, take the indexes down before and put them up after:

    with op.batch_alter_table("student", table_args=(sa.UniqueConstraint("card", name="uq_student_card"),)) as batch:
        ...
"""

import contextlib

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted

scenario = Scenario(
    title="Batch mode drops constraints it cannot see",
    question="A column becomes longer in batch mode. Is the rest of the table as it was?",
    level="intermediate",
    lesson=[
        "where batch mode is needed",
        "what reflection does not see is not in the copy",
        "compare the schema before and after a batch",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/batch.html#including-check-constraints",
    hints=[
        "Compare the schema before and after: what has a minus sign?",
        "SQLite's table is made anew from what reflection reported of it.",
        "Name them in table_args=(...) and table_kwargs={...} of batch_alter_table.",
    ],
)


def tables(db, name_length=40, title_length=40):
    """The student table as its author meant it, and tickets whose numbers are never used twice."""

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
        name = sa.Column(sa.String(name_length))
        age = sa.Column(sa.Integer)
        card = sa.Column(sa.String(20), unique=True)
        __table_args__ = (
            sa.CheckConstraint("age >= 0", name="age"),
            sa.Index("ix_student_name", name.desc()),
        )

    class Ticket(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(title_length))
        __table_args__ = ({"sqlite_autoincrement": True},)


@scenario.before
def before(db):
    tables(db)


@scenario.after
def longer_name(db):
    tables(db, name_length=80)


def longer_title(db):
    tables(db, title_length=80)


scenario.rows(
    "student",
    dict(id=1, name="Ada", age=36, card="A-1"),
    dict(id=2, name="Zoë", age=None, card=None),
    dict(id=3, name="", age=0, card="a-2 "),
    dict(id=7, name=None, age=19, card=None),
)
scenario.rows("ticket", dict(id=1, title="Broken chair"), dict(id=2, title=None), dict(id=9, title="  "))


@scenario.prepare
def written_by_hand(lab):
    lab.execute("DROP INDEX ix_student_name" + (" ON student" if lab.engine.name in ("mysql", "mariadb") else ""))
    lab.execute("ALTER TABLE student RENAME TO old_student")
    lab.execute(
        "CREATE TABLE student (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40), "
        "age INTEGER CHECK (age >= 0), card VARCHAR(20) UNIQUE)"
    )
    lab.execute("CREATE INDEX ix_student_name ON student (name DESC)")
    lab.execute("INSERT INTO student SELECT * FROM old_student")
    lab.execute("DROP TABLE old_student")


@scenario.attempt(
    "A longer name, in batch mode",
    sqlite=drifted("the copy lacks CHECK, UNIQUE and DESC"),
    everywhere=done("ALTER TABLE keeps the rest"),
)
def longer(lab):
    @lab.revision("longer name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "And then a card twice, and an age of -1",
    sqlite=drifted("both rows are let in"),
    everywhere=done("both rows are turned away"),
)
def and_bad_rows(lab):
    @lab.revision("longer name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()
    with contextlib.suppress(sa.exc.DBAPIError):
        lab.execute("INSERT INTO student (id, name, card) VALUES (20, 'a second card A-1', 'A-1')")
    with contextlib.suppress(sa.exc.DBAPIError):
        lab.execute("INSERT INTO student (id, name, age) VALUES (21, 'not born yet', -1)")


@scenario.attempt(
    "Everything named in table_args, the index anew",
    sqlite=done("the copy has what it was told"),
    everywhere=done("table_args only matter for a copy"),
    better=True,
)
def told(lab):
    @lab.revision("longer name")
    def upgrade():
        op.drop_index("ix_student_name", table_name="student")
        with op.batch_alter_table(
            "student",
            table_args=(
                sa.UniqueConstraint("card", name="uq_student_card"),
                sa.CheckConstraint("age >= 0", name=op.f("ck_student_age")),
            ),
        ) as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)
        op.create_index("ix_student_name", "student", [sa.text("name DESC")])

    lab.upgrade()


@scenario.attempt(
    "A table with AUTOINCREMENT, in batch mode",
    after=longer_title,
    sqlite=drifted("the copy lacks AUTOINCREMENT"),
    everywhere=done("the counter stays with the table"),
)
def autoincrement(lab):
    @lab.revision("longer title")
    def upgrade():
        with op.batch_alter_table("ticket") as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "The same, AUTOINCREMENT in table_kwargs",
    after=longer_title,
    sqlite=done("the copy has AUTOINCREMENT again"),
    everywhere=done("table_kwargs only matter for a copy"),
    better=True,
)
def autoincrement_told(lab):
    @lab.revision("longer title")
    def upgrade():
        with op.batch_alter_table("ticket", table_kwargs={"sqlite_autoincrement": True}) as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()
