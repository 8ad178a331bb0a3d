"""Texts with fractions of a second and offsets become dates.

The last microsecond of the year is 2024-12-31 23:59:59.999999. In a plain DateTime column SQLite and PostgreSQL keep
it. MySQL rounds it to 2025-01-01 00:00:00, so that the entry belongs to another year; MariaDB cuts it off. There
DATETIME means DATETIME(0), whole seconds, unless a precision is written.

DateTime(timezone=True) is a second trap. PostgreSQL alone has a type for it: it counts in the offset and keeps the
moment. The other three ignore the flag, drop +05:00 without a word, and keep what the clock on the wall showed, which
is now five hours off.

Convert to UTC in Python with moment.astimezone(UTC).replace(tzinfo=None), store it without a zone, and write the
precision for the two engines that need one: sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb").
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from lab_app.scenario import Scenario, done, rows_changed

scenario = Scenario(
    title="Fractions of a second and time zones in DateTime",
    question="Times with fractions of a second move to a DateTime column. Do they stay the same?",
    level="intermediate",
    lesson=[
        "DateTime means whole seconds on MySQL and MariaDB.",
        "Only PostgreSQL keeps the moment of a time with an offset.",
        "Store UTC, and write the precision.",
    ],
    reference="https://dev.mysql.com/doc/refman/9.7/en/fractional-seconds.html",
    hints=[
        "Compare each text with the date it became: which second, which hour, which year?",
        "DATETIME on MySQL and MariaDB has no fractions unless written, and no offsets at all.",
        "Convert to UTC first; use sa.DateTime().with_variant(mysql.DATETIME(fsp=6), 'mysql', 'mariadb').",
    ],
)


def visits(db, name, type_):
    fixed = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "student": sa.Column(sa.String(50)),
    }
    return type("Visit", (db.Model,), fixed | {name: sa.Column(type_)})


@scenario.before
def before(db):
    visits(db, "seen", sa.String(40))


@scenario.after
def plain(db):
    visits(db, "seen_at", sa.DateTime())


def with_zone(db):
    visits(db, "seen_at", sa.DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"))


def precise(db):
    visits(db, "seen_at", sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"))


scenario.rows(
    "visit",
    dict(id=1, student="Ada", seen="2024-12-31 23:59:59.999999"),
    dict(id=2, student="Zoë", seen="2024-05-01 09:00:00.500000"),
    dict(id=3, student="", seen="2024-02-29 12:00:00"),
    dict(id=4, student="O'Neil", seen="2024-05-01 02:30:00+05:00"),
    dict(id=5, student=None, seen=None),
)
scenario.rows_after(
    "visit",
    dict(id=1, seen_at="2024-12-31 23:59:59.999999"),
    dict(id=2, seen_at="2024-05-01 09:00:00.500000"),
    dict(id=3, seen_at="2024-02-29 12:00:00"),
    dict(id=4, seen_at="2024-04-30 21:30:00"),
    dict(id=5, seen_at=None),
)


@scenario.attempt(
    "DateTime, in UTC",
    sqlite=done("text keeps every digit"),
    postgresql=done("timestamp counts microseconds"),
    mysql=rows_changed("whole seconds: rounded into 2025"),
    mariadb=rows_changed("whole seconds: the fraction is cut off"),
)
def whole_seconds(lab):
    @lab.revision("seen becomes seen_at, in UTC")
    def upgrade():
        from datetime import UTC, datetime

        op.add_column("visit", sa.Column("seen_at", sa.DateTime()))
        visit = sa.table("visit", sa.column("id"), sa.column("seen"), sa.column("seen_at", sa.DateTime()))
        connection = op.get_bind()
        for row in connection.execute(sa.select(visit.c.id, visit.c.seen).where(visit.c.seen.is_not(None))).all():
            moment = datetime.fromisoformat(row.seen)
            if moment.tzinfo:
                moment = moment.astimezone(UTC).replace(tzinfo=None)
            connection.execute(sa.update(visit).where(visit.c.id == row.id).values(seen_at=moment))
        with op.batch_alter_table("visit") as batch:
            batch.drop_column("seen")

    lab.upgrade()


@scenario.attempt(
    "DateTime(timezone=True), the offset left to the engine",
    after=with_zone,
    rows_after={
        "visit": [
            dict(id=1, seen_at="2024-12-31 23:59:59.999999+00:00"),
            dict(id=2, seen_at="2024-05-01 09:00:00.500000+00:00"),
            dict(id=3, seen_at="2024-02-29 12:00:00+00:00"),
            dict(id=4, seen_at="2024-04-30 21:30:00+00:00"),
            dict(id=5, seen_at=None),
        ]
    },
    sqlite=rows_changed("the offset is dropped: five hours off"),
    postgresql=done("the offset is counted in"),
    mysql=rows_changed("the offset is dropped: five hours off"),
    mariadb=rows_changed("the offset is dropped: five hours off"),
)
def offset(lab):
    @lab.revision("seen becomes seen_at, with its zone")
    def upgrade():
        from datetime import UTC, datetime

        from sqlalchemy.dialects import mysql

        kind = sa.DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
        op.add_column("visit", sa.Column("seen_at", kind))
        visit = sa.table("visit", sa.column("id"), sa.column("seen"), sa.column("seen_at", kind))
        connection = op.get_bind()
        for row in connection.execute(sa.select(visit.c.id, visit.c.seen).where(visit.c.seen.is_not(None))).all():
            moment = datetime.fromisoformat(row.seen)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            connection.execute(sa.update(visit).where(visit.c.id == row.id).values(seen_at=moment))
        with op.batch_alter_table("visit") as batch:
            batch.drop_column("seen")

    lab.upgrade()


@scenario.attempt(
    "DATETIME(6) where it is needed, in UTC",
    after=precise,
    everywhere=done("six digits, and UTC before storing"),
    better=True,
)
def six_digits(lab):
    @lab.revision("seen becomes seen_at, in UTC, with microseconds")
    def upgrade():
        from datetime import UTC, datetime

        from sqlalchemy.dialects import mysql

        kind = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
        op.add_column("visit", sa.Column("seen_at", kind))
        visit = sa.table("visit", sa.column("id"), sa.column("seen"), sa.column("seen_at", kind))
        connection = op.get_bind()
        for row in connection.execute(sa.select(visit.c.id, visit.c.seen).where(visit.c.seen.is_not(None))).all():
            moment = datetime.fromisoformat(row.seen)
            if moment.tzinfo:
                moment = moment.astimezone(UTC).replace(tzinfo=None)
            connection.execute(sa.update(visit).where(visit.c.id == row.id).values(seen_at=moment))
        with op.batch_alter_table("visit") as batch:
            batch.drop_column("seen")

    lab.upgrade()
