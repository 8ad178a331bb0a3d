"""Three columns get a type that fits better, and the values come out different.

A text that says yes or no becomes a Boolean, a grade with halves a whole number, a fee of four decimals one of two. No
engine warns. SQLite turns 'true' and 'yes' into 0 and cuts 1.5 to 1. The other three round 1.5 to 2 and 2.5 to 2 as
well, and cut a fee to two decimals, while SQLite keeps all four behind a type that says two.

In batch mode SQLite copies with CAST, which reads the digits at the start of a text and makes 0 of the rest. Its types
are advice: NUMERIC(10, 2) stores 1.2345 as it is. The others convert for real, a floating number half to even and a
decimal half away from zero.

A conversion is a decision, so write it down where it can be read and tested: add a column, fill it as you mean it, drop
the old one, rename the new one.
"""

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rows_changed

scenario = Scenario(
    title="A type change bends the values it copies",
    question="The texts 'true', 'yes' and 'no' become a Boolean. Which values are they then?",
    level="intermediate",
    lesson=[
        "safe model change",
        "SQLite converts with CAST, which never fails.",
        "Engines round by rules of their own: say in code what you mean.",
    ],
    reference="https://www.sqlite.org/datatype3.html",
    hints=[
        "Compare the values before and after, row by row, also where nothing failed.",
        "CAST('true' AS BOOLEAN) is 0 on SQLite, and 2.5 is rounded to 2 on the others.",
        "Add a column of the new type, fill it by your own rule, then drop the old and rename.",
    ],
)


def students(db, active_type, grade_type, fee_type):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        active = sa.Column(active_type)
        grade = sa.Column(grade_type)
        fee = sa.Column(fee_type)


TEXT, FLOAT, FINE = sa.String(10), sa.Float(), sa.Numeric(10, 4)


@scenario.before
def before(db):
    students(db, TEXT, FLOAT, FINE)


@scenario.after
def all_three(db):
    students(db, sa.Boolean(), sa.Integer(), sa.Numeric(10, 2))


def active_is_boolean(db):
    students(db, sa.Boolean(), FLOAT, FINE)


def grade_is_whole(db):
    students(db, TEXT, sa.Integer(), FINE)


def fee_has_cents(db):
    students(db, TEXT, FLOAT, sa.Numeric(10, 2))


scenario.rows(
    "student",
    dict(id=1, active="true", grade=1.5, fee="1.2345"),
    dict(id=2, active="yes", grade=2.5, fee="10.0050"),
    dict(id=3, active="No", grade=4.0, fee="-0.5000"),
    dict(id=4, active="0", grade=3.0, fee="3.1000"),
    dict(id=5, active=None, grade=None, fee=None),
)


@scenario.attempt(
    "Text to Boolean, in batch mode",
    after=active_is_boolean,
    sqlite=rows_changed("CAST makes 'true' and 'yes' a 0"),
    postgresql=done("USING reads true, yes and no"),
    mysql=refused("a Boolean is TINYINT: 'true' is no number", "1366"),
    mariadb=refused("a Boolean is TINYINT: 'true' is no number", "1292"),
)
def boolean(lab):
    @lab.revision("active is yes or no")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "active", existing_type=sa.String(10), type_=sa.Boolean(), postgresql_using="active::boolean"
            )

    lab.upgrade()


@scenario.attempt(
    "Float to Integer, in batch mode, meant to round halves up",
    after=grade_is_whole,
    sqlite=rows_changed("CAST cuts off: 1.5 is 1"),
    everywhere=rows_changed("a half goes to even: 2.5 is 2"),
    rows_after={"student": [dict(id=1, grade=2), dict(id=2, grade=3)]},
)
def whole_number(lab):
    @lab.revision("whole grades")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("grade", existing_type=sa.Float(), type_=sa.Integer())

    lab.upgrade()


@scenario.attempt(
    "Four decimals to two, in batch mode",
    after=fee_has_cents,
    sqlite=done("(10, 2) is advice: it keeps 1.2345"),
    everywhere=rows_changed("rounded without a word: 1.23"),
)
def two_decimals(lab):
    @lab.revision("fees in cents")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("fee", existing_type=sa.Numeric(10, 4), type_=sa.Numeric(10, 2))

    lab.upgrade()


@scenario.attempt(
    "New columns, filled by your own rule",
    after=all_three,
    everywhere=done("the rule is yours: same values everywhere"),
    rows_after={
        "student": [
            dict(id=1, active=True, grade=2, fee=Decimal("1.23")),
            dict(id=2, active=True, grade=3, fee=Decimal("10.01")),
            dict(id=3, active=False, grade=4, fee=Decimal("-0.50")),
            dict(id=4, active=False, grade=3, fee=Decimal("3.10")),
            dict(id=5, active=None, grade=None, fee=None),
        ]
    },
    better=True,
)
def own_rule(lab):
    @lab.revision("active, grade and fee get types that fit")
    def upgrade():
        from decimal import ROUND_HALF_UP, Decimal

        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("active_new", sa.Boolean()))
            batch.add_column(sa.Column("grade_new", sa.Integer()))
            batch.add_column(sa.Column("fee_new", sa.Numeric(10, 2)))
        student = sa.table(
            "student",
            *map(sa.column, ("id", "active", "grade", "fee")),
            sa.column("active_new", sa.Boolean()),
            sa.column("grade_new", sa.Integer()),
            sa.column("fee_new", sa.Numeric(10, 2)),
        )
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

        def rounded(value, step):
            return None if value is None else Decimal(str(value)).quantize(Decimal(step), ROUND_HALF_UP)

        connection = op.get_bind()
        for row in connection.execute(sa.select(student)).all():
            connection.execute(
                sa.update(student)
                .where(student.c.id == row.id)
                .values(
                    active_new=words.get((row.active or "").lower()),
                    grade_new=None if row.grade is None else int(rounded(row.grade, "1")),
                    fee_new=rounded(row.fee, "0.01"),
                )
            )
        with op.batch_alter_table("student") as batch:
            for name in ("active", "grade", "fee"):
                batch.drop_column(name)
        with op.batch_alter_table("student") as batch:
            batch.alter_column("active_new", new_column_name="active", existing_type=sa.Boolean())
            batch.alter_column("grade_new", new_column_name="grade", existing_type=sa.Integer())
            batch.alter_column("fee_new", new_column_name="fee", existing_type=sa.Numeric(10, 2))

    lab.upgrade()
