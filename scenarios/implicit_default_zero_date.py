"""A NOT NULL date is added to a table that holds rows, and MariaDB fills in a day that does not exist.

MariaDB writes '0000-00-00 00:00:00' into every old row and reports no error. The Python driver cannot make a datetime
of that and hands your application the text instead, so the failure comes later, wherever the value is used. MySQL has
the same implicit default but also NO_ZERO_DATE in its sql_mode as shipped, and refuses; with that mode switched off it
writes the zeros too. SQLite and PostgreSQL refuse, since the old rows would hold NULL.

Decide on a date that means "before we wrote this down", or take one from the row, and fill it in before NOT NULL.
Where the day of the migration is good enough, say so with `server_default=sa.func.now()`, in batch mode for SQLite.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rows_changed

scenario = Scenario(
    title="Add a NOT NULL date to a table that holds rows",
    question="A NOT NULL DateTime is added. Which date do the old rows hold?",
    level="intermediate",
    lesson=[
        "safe model change",
        "The implicit default of a date is a day that does not exist.",
        "sql_mode decides what MySQL and MariaDB accept: it may differ by server.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_zero_date",
    hints=[
        "Which date does each old row hold afterwards, and what type has it in Python?",
        "Zero dates are allowed by MariaDB's sql_mode, and not by MySQL's.",
        "Add it nullable, UPDATE the old rows with a date that you choose, then set nullable=False in batch mode.",
    ],
)


def students(db, **more):
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(100)),
        "born": sa.Column(sa.Date),
    }
    return type("Student", (db.Model,), columns | more)


@scenario.before
def before(db):
    students(db)


@scenario.after
def joined_at(db):
    students(db, joined=sa.Column(sa.DateTime, nullable=False))


def joined_on(db):
    students(db, joined=sa.Column(sa.Date, nullable=False))


scenario.rows(
    "student",
    dict(id=1, name="Ada", born=dt.date(1815, 12, 10)),
    dict(id=2, name="Zoë", born=None),
    dict(id=3, name="", born=dt.date(2000, 2, 29)),
    dict(id=8, name="0000-00-00", born=dt.date(1999, 12, 31)),
)
scenario.rows_after("student", *(dict(id=key, joined=dt.datetime(2020, 9, 1)) for key in (1, 2, 3, 8)))


@scenario.attempt(
    "A NOT NULL DateTime",
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=refused("NO_ZERO_DATE is in its sql_mode", "1292"),
    mariadb=rows_changed("zero dates are allowed by default"),
)
def zero_datetime(lab):
    lab.migrate("when a student joined")
    lab.upgrade()


@scenario.attempt(
    "A NOT NULL Date",
    after=joined_on,
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=refused("NO_ZERO_DATE is in its sql_mode", "1292"),
    mariadb=rows_changed("zero dates are allowed by default"),
)
def zero_date(lab):
    lab.migrate("the day a student joined")
    lab.upgrade()


@scenario.attempt(
    "A NOT NULL DateTime, with sql_mode switched off",
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=rows_changed("without its sql_mode it writes zeros"),
    mariadb=rows_changed("zero dates are allowed anyway"),
)
def no_sql_mode(lab):
    @lab.on_engine
    def switch_off(engine):
        if engine.dialect.name in ("mysql", "mariadb"):
            sa.event.listen(engine, "connect", lambda raw, _record: raw.cursor().execute("SET sql_mode = ''"))

    lab.migrate("when a student joined")
    lab.upgrade()


@scenario.attempt(
    "Nullable, then filled, then NOT NULL",
    everywhere=done("filled by UPDATE before NOT NULL"),
    better=True,
)
def three_steps(lab):
    @lab.revision("when a student joined")
    def upgrade():
        op.add_column("student", sa.Column("joined", sa.DateTime()))
        op.execute("UPDATE student SET joined = '2020-09-01 00:00:00'")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("joined", existing_type=sa.DateTime(), nullable=False)

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "joined")

    lab.upgrade()
