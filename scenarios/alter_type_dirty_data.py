"""A text column becomes a number, and not every text is one. A number becomes a Boolean, and one is 7.

SQLite takes everything: '12kg' is now 12, an empty text is 0, and nobody is told. The other three refuse at the first
text that is no number. A Boolean is the other way round: PostgreSQL turns 7 into true, if it is told how to convert,
and the other three keep a 7 in a column that should hold yes or no.

SQLite copies with CAST, which reads digits as far as it can. PostgreSQL has a real Boolean and no automatic cast to it.
On the other three a Boolean is a small number by another name.

Look at the values before you change their type, and UPDATE those that do not fit in the same migration. With clean rows
the same batch_alter_table(), with postgresql_using, is right everywhere.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rows_changed

scenario = Scenario(
    title="Change a type while some values do not fit",
    question="A text column becomes a number, and one text is '12kg'. What becomes of it?",
    level="beginner",
    lesson=[
        "safe model change",
        "A type change that succeeds may still have changed values.",
        "Clean the rows first, in the same migration.",
    ],
    reference="https://www.postgresql.org/docs/current/sql-altertable.html",
    hints=[
        "Compare '12kg' and '' before and after on SQLite.",
        "CAST('12kg' AS INTEGER) is 12 and CAST('' AS INTEGER) is 0: no error is ever raised.",
        "UPDATE what does not fit to NULL or to a value you chose, and alter the type after that.",
    ],
)


def students(db, weight_type, flag_type):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        weight = sa.Column(weight_type)
        flag = sa.Column(flag_type)


@scenario.before
def before(db):
    students(db, sa.String(10), sa.Integer())


@scenario.after
def both(db):
    students(db, sa.Integer(), sa.Boolean())


def weight_is_number(db):
    students(db, sa.Integer(), sa.Integer())


def flag_is_boolean(db):
    students(db, sa.String(10), sa.Boolean())


scenario.rows(
    "student",
    dict(id=1, weight="61", flag=1),
    dict(id=2, weight="12kg", flag=7),
    dict(id=3, weight="", flag=0),
    dict(id=4, weight=None, flag=None),
    dict(id=5, weight=" 80 ", flag=1),
)


@scenario.attempt(
    "Text to number, with '12kg' and an empty text",
    after=weight_is_number,
    sqlite=rows_changed("CAST makes '12kg' 12 and '' 0"),
    postgresql=refused("'12kg' is no integer", "InvalidTextRepresentation"),
    mysql=refused("'12kg' is no integer", "1265"),
    mariadb=refused("'12kg' is no integer", "1292"),
    rows_after={"student": [dict(id=5, weight=80)]},
)
def number(lab):
    @lab.revision("weight becomes a number")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "weight", existing_type=sa.String(10), type_=sa.Integer(), postgresql_using="weight::integer"
            )

    lab.upgrade()


@scenario.attempt(
    "Number to Boolean, not told how",
    after=flag_is_boolean,
    sqlite=done("a Boolean is a number: 7 stays"),
    postgresql=refused("no automatic cast: it wants USING", "DatatypeMismatch"),
    mysql=done("a Boolean is TINYINT: 7 stays"),
    mariadb=done("a Boolean is TINYINT: 7 stays"),
)
def boolean(lab):
    @lab.revision("flag becomes a Boolean")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("flag", existing_type=sa.Integer(), type_=sa.Boolean())

    lab.upgrade()


@scenario.attempt(
    "Number to Boolean, with postgresql_using",
    after=flag_is_boolean,
    sqlite=done("a Boolean is a number: 7 stays"),
    postgresql=rows_changed("every number but 0 is true"),
    mysql=done("a Boolean is TINYINT: 7 stays"),
    mariadb=done("a Boolean is TINYINT: 7 stays"),
)
def boolean_using(lab):
    @lab.revision("flag becomes a Boolean")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("flag", existing_type=sa.Integer(), type_=sa.Boolean(), postgresql_using="flag::boolean")

    lab.upgrade()


@scenario.attempt(
    "What does not fit is cleaned first",
    everywhere=done("every value fits its new type"),
    rows_after={"student": [dict(id=2, weight=None, flag=True), dict(id=3, weight=None), dict(id=5, weight=80)]},
    better=True,
)
def cleaned_first(lab):
    @lab.revision("weight becomes a number, flag a Boolean")
    def upgrade():
        student = sa.table("student", sa.column("id"), sa.column("weight"), sa.column("flag"))
        connection = op.get_bind()
        for row in connection.execute(sa.select(student).where(student.c.weight.is_not(None))).all():
            digits = row.weight.strip()
            connection.execute(
                sa.update(student).where(student.c.id == row.id).values(weight=digits if digits.isdecimal() else None)
            )
        connection.execute(sa.update(student).where(student.c.flag > 1).values(flag=1))
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "weight", existing_type=sa.String(10), type_=sa.Integer(), postgresql_using="weight::integer"
            )
            batch.alter_column("flag", existing_type=sa.Integer(), type_=sa.Boolean(), postgresql_using="flag::boolean")

    lab.upgrade()
