"""One forgotten session, one ALTER TABLE, and the whole table stands still.

A session has read the table and not ended its transaction. The ALTER has to wait for it, and everybody who comes after
waits behind the ALTER, even for a plain SELECT. On PostgreSQL, MySQL and MariaDB alike, the site is down until
somebody gives up.

A transaction keeps a light lock on every table that it has read, and ALTER TABLE needs the table for itself. Locks are
given out in order, so a waiting ALTER keeps new readers out. PostgreSQL waits for ever by default, MariaDB for a day,
MySQL for a year. SQLite's driver holds no lock after a SELECT that was read to its end.

Set a short lock time-out at the top of the migration and try again when it strikes. Nothing was changed, and the
others were held up for a second. End sessions when a request ends.
"""

import threading
import time

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="One idle reader and one ALTER stop a table",
    question="A session has read the table and left its transaction open. Can the table be altered?",
    level="intermediate",
    lesson=[
        "ALTER TABLE waits for every transaction that has read the table, and new readers wait behind it.",
        "A migration needs a lock time-out and a second try.",
    ],
    reference="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT",
    hints=[
        "Which statement has waited, and for whom?",
        "A transaction that has only read still holds a lock that keeps ALTER TABLE out.",
        "SET lock_timeout (PostgreSQL) or lock_wait_timeout (MySQL, MariaDB) in the migration, and try again.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        age = sa.Column(sa.Integer)


scenario.rows("student", dict(id=1, name="Ada"), dict(id=2, name="Zoë"), dict(id=3, name=""), dict(id=4, name=None))


def write_revision(lab):
    """Add a column, and wait one second at most."""

    @lab.revision("add age")
    def upgrade():
        limits = {
            "postgresql": "SET LOCAL lock_timeout = '1s'",
            "mysql": "SET SESSION lock_wait_timeout = 1",
            "mariadb": "SET SESSION lock_wait_timeout = 1",
        }
        name = op.get_bind().dialect.name
        if name in limits:
            op.execute(limits[name])
        op.add_column("student", sa.Column("age", sa.Integer()))


def write_patient_revision(lab):
    """The same, and wait two seconds: longer than the third session waits."""

    @lab.revision("add age")
    def upgrade():
        limits = {
            "postgresql": "SET LOCAL lock_timeout = '2s'",
            "mysql": "SET SESSION lock_wait_timeout = 2",
            "mariadb": "SET SESSION lock_wait_timeout = 2",
        }
        name = op.get_bind().dialect.name
        if name in limits:
            op.execute(limits[name])
        op.add_column("student", sa.Column("age", sa.Integer()))


def read_behind_alter(lab, failures):
    """A third session that reads the table when the ALTER is on its way, and waits one second at most."""
    limits = {
        "postgresql": "SET lock_timeout = '500ms'",
        "mysql": "SET SESSION lock_wait_timeout = 1",
        "mariadb": "SET SESSION lock_wait_timeout = 1",
    }
    threads = []

    def read(url, name):
        time.sleep(0.2)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        try:
            with engine.connect() as connection:
                if name in limits:
                    connection.exec_driver_sql(limits[name])
                connection.exec_driver_sql("SELECT name FROM student").all()
        except sa.exc.OperationalError as error:
            failures.append(error)

    @lab.on_engine
    def listen(engine):
        @sa.event.listens_for(engine, "before_cursor_execute")
        def sent(_connection, _cursor, sql, *_more):
            if sql.startswith("ALTER TABLE"):
                threads.append(threading.Thread(target=read, args=(engine.url, engine.dialect.name)))
                threads[-1].start()

    return threads


@scenario.attempt(
    "Upgrade while a session has an open transaction",
    sqlite=done("a finished SELECT holds no lock"),
    postgresql=refused("the reader's lock keeps ALTER out", "LockNotAvailable"),
    mysql=refused("the reader's metadata lock keeps it out", "1205"),
    mariadb=refused("the reader's metadata lock keeps it out", "1205"),
)
def idle_reader(lab):
    write_revision(lab)
    with lab.app() as reader:
        reader.session.execute(sa.text("SELECT name FROM student")).all()
        lab.upgrade()


@scenario.attempt(
    "A third session only wants to read",
    sqlite=done("nobody waits for anybody"),
    postgresql=refused("a plain SELECT waits behind the ALTER", "LockNotAvailable"),
    mysql=refused("a plain SELECT waits behind the ALTER", "1205"),
    mariadb=refused("a plain SELECT waits behind the ALTER", "1205"),
)
def third_session(lab):
    write_patient_revision(lab)
    failures = []
    with lab.app() as reader:
        reader.session.execute(sa.text("SELECT name FROM student")).all()
        threads = read_behind_alter(lab, failures)
        try:
            lab.upgrade()
        except sa.exc.OperationalError:
            pass
        finally:
            for thread in threads:
                thread.join(2)
    if failures:
        raise failures[0]


@scenario.attempt("Try again when the time-out strikes", everywhere=done("the reader had gone by then"), better=True)
def try_again(lab):
    write_revision(lab)
    with lab.app() as reader:
        reader.session.execute(sa.text("SELECT name FROM student")).all()
        try:
            lab.upgrade()
        except sa.exc.OperationalError:
            reader.session.commit()
            lab.upgrade()


@scenario.attempt("End the session first", everywhere=done("no lock is left to wait for"), better=True)
def end_first(lab):
    write_revision(lab)
    with lab.app() as reader:
        reader.session.execute(sa.text("SELECT name FROM student")).all()
        reader.session.commit()
        lab.upgrade()
