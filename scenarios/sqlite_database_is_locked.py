"""A migration meets an uncommitted write and stops with "database is locked".

Nothing is changed. Another connection has written and not committed: SQLite says "database is locked" after a
time-out, PostgreSQL, MySQL and MariaDB say that they waited too long for a lock. Often the other connection is your
own: a script that writes through db.session and calls upgrade() before it commits.

SQLite locks the whole file for one writer. The servers lock the table against ALTER. All of them wait first: SQLite's
driver for 5 seconds, the servers much longer.

Commit, or call db.session.remove(), before the upgrade. Let one process run migrations, before the web workers start.
If others write in short bursts, a time-out that is longer than their transactions is enough.
"""

import threading

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rolled_back

scenario = Scenario(
    title="An uncommitted write blocks the migration",
    question="Another connection has written and not committed. Can an upgrade run?",
    level="beginner",
    lesson=[
        "An open transaction that has written keeps a migration out, on every engine.",
        "Commit before upgrade(), and let one process run the migrations.",
    ],
    reference="https://www.sqlite.org/lockingv3.html",
    hints=[
        "Who else has written, and not committed?",
        "SQLite has one lock for the whole file; the servers have one for the table.",
        "db.session.commit() or db.session.remove() before upgrade().",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100))
        age = sa.Column(sa.Integer)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email=None),
    dict(id=3, name="", email=""),
    dict(id=4, name="Linus ", email="LINUS@example.org"),
)

#: What the session writes, and what must be there when it has committed.
WRITTEN = {"student": [dict(id=2, name="Zoë", email="zoe@example.org")]}


def write_revision(lab):
    """Add a column, and wait for a lock one second at most."""

    @lab.revision("add age")
    def upgrade():
        limits = {
            "sqlite": "PRAGMA busy_timeout = 1000",
            "postgresql": "SET LOCAL lock_timeout = '1s'",
            "mysql": "SET SESSION lock_wait_timeout = 1",
            "mariadb": "SET SESSION lock_wait_timeout = 1",
        }
        op.execute(limits[op.get_bind().dialect.name])
        op.add_column("student", sa.Column("age", sa.Integer()))


def write_elsewhere(url, written, finish, seconds):
    """Another process: it writes, waits for ``finish`` or so many seconds, and gives up what it wrote."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("UPDATE student SET email = 'zoe@example.org' WHERE id = 2"))
        written.set()
        finish.wait(seconds)
        connection.rollback()


@scenario.attempt(
    "Upgrade while another connection has written",
    sqlite=refused("the file has one writer", "OperationalError"),
    postgresql=refused("the writer's lock keeps ALTER out", "LockNotAvailable"),
    mysql=refused("the writer's metadata lock keeps it out", "1205"),
    mariadb=refused("the writer's metadata lock keeps it out", "1205"),
)
def other_connection(lab):
    write_revision(lab)
    written, finish = threading.Event(), threading.Event()
    with lab.app() as db:
        other = threading.Thread(target=write_elsewhere, args=(db.engine.url, written, finish, 2))
    other.start()
    written.wait(2)
    try:
        lab.upgrade()
    finally:
        finish.set()
        other.join(2)


@scenario.attempt(
    "Upgrade while your own session has written",
    sqlite=rolled_back("locked by itself; the session's write goes", "OperationalError"),
    postgresql=rolled_back("locked by itself; the session's write goes", "LockNotAvailable"),
    mysql=rolled_back("locked by itself; the session's write goes", "1205"),
    mariadb=rolled_back("locked by itself; the session's write goes", "1205"),
)
def own_session(lab):
    write_revision(lab)
    with lab.app() as db:
        db.session.execute(sa.text("UPDATE student SET email = 'zoe@example.org' WHERE id = 2"))
        lab.upgrade()


@scenario.attempt("The other one ends within the time-out", everywhere=done("waited, and got the lock"))
def wait_for_it(lab):
    write_revision(lab)
    written, finish = threading.Event(), threading.Event()
    with lab.app() as db:
        other = threading.Thread(target=write_elsewhere, args=(db.engine.url, written, finish, 0.3))
    other.start()
    written.wait(2)
    lab.upgrade()
    other.join(2)


@scenario.attempt(
    "Commit first, then upgrade",
    everywhere=done("the write is kept, no lock is left"),
    rows_after=WRITTEN,
    better=True,
)
def commit_first(lab):
    write_revision(lab)
    with lab.app() as db:
        db.session.execute(sa.text("UPDATE student SET email = 'zoe@example.org' WHERE id = 2"))
        db.session.commit()
        lab.upgrade()
