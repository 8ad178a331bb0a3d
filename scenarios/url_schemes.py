"""One migration, and the first word of the database's address written in four ways.

The word before :// chooses the dialect and the driver. Left without a driver it means whatever SQLAlchemy's default is,
and that has moved: since SQLAlchemy 2.1 postgresql:// asks for psycopg 3, where it used to mean psycopg2. mysql:// and
mariadb:// ask for mysqlclient, a third thing that is not installed. postgres://, which some hosting services still hand
out, is no dialect at all. In each case the migration stops before a connection is made.

mariadb+pymysql:// is refused by a MySQL server, while mysql+pymysql:// works on both, because SQLAlchemy looks at the
server's version.

Each attempt opens a connection with its address first, and migrates if that succeeds. Name the driver in every address,
and rewrite the one that a hosting service gives you before the application uses it:
url.replace("postgres://", "postgresql+psycopg2://", 1).
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, not_run, refused

scenario = Scenario(
    title="The address of the database, with and without its driver",
    question="A database URL names no driver. Can the application connect?",
    level="beginner",
    lesson=["Always name the driver in the address.", "postgres:// is no dialect of SQLAlchemy."],
    reference="https://docs.sqlalchemy.org/en/21/core/engines.html#database-urls",
    hints=[
        "Which driver does the address ask for, and which one is installed?",
        "Without a driver, SQLAlchemy's default counts, and it is not the one that this project installs.",
        "sqlite://, postgresql+psycopg2://, mysql+pymysql://, mariadb+pymysql://.",
    ],
)


def students(db, *more):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(50))}
    return type("Student", (db.Model,), columns | {column.name: column for column in more})


@scenario.before
def before(db):
    students(db)


@scenario.after
def after(db):
    students(db, sa.Column("age", sa.Integer))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=""),
    dict(id=4, name=None),
)


def connect(lab, scheme):
    """Open a connection with another word before ``://``, as an application does when it starts."""
    with lab.app() as db:
        url = db.engine.url.set(drivername=scheme)
        if scheme != "sqlite" and not url.host:
            raise ConnectionError("no server to connect to")
        engine = sa.create_engine(url)
        try:
            engine.connect().close()
        finally:
            engine.dispose()


def add_age(lab):
    @lab.revision("add age to student")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()


@scenario.attempt(
    "No driver: postgresql://, mysql://, mariadb://",
    sqlite=done("the driver comes with Python"),
    postgresql=refused("asks for psycopg, not psycopg2", "ModuleNotFoundError"),
    mysql=refused("asks for mysqlclient", "ModuleNotFoundError"),
    mariadb=refused("asks for mysqlclient", "ModuleNotFoundError"),
)
def no_driver(lab):
    connect(lab, lab.engine.name)
    add_age(lab)


@scenario.attempt(
    "postgres://, as some hosting services write it",
    sqlite=not_run("not an address of SQLite"),
    postgresql=refused("the dialect is called postgresql", "NoSuchModuleError"),
    mysql=not_run("not an address of MySQL"),
    mariadb=not_run("not an address of MariaDB"),
)
def postgres(lab):
    connect(lab, "postgres")
    add_age(lab)


@scenario.attempt(
    "mariadb+pymysql:// for MySQL and MariaDB alike",
    sqlite=not_run("not an address of SQLite"),
    postgresql=not_run("not an address of PostgreSQL"),
    mysql=refused("MySQL is no MariaDB", "InvalidRequestError"),
    mariadb=done("dialect and driver are named"),
)
def mariadb_for_both(lab):
    connect(lab, "mariadb+pymysql")
    add_age(lab)


@scenario.attempt(
    "mysql+pymysql:// for MySQL and MariaDB alike",
    sqlite=not_run("not an address of SQLite"),
    postgresql=not_run("not an address of PostgreSQL"),
    mysql=done("dialect and driver are named"),
    mariadb=done("the version tells MariaDB apart"),
)
def mysql_for_both(lab):
    connect(lab, "mysql+pymysql")
    add_age(lab)


@scenario.attempt("Dialect and driver named, as the lab does", everywhere=done("nothing is left to guess"), better=True)
def named(lab):
    connect(lab, lab.engine.driver)
    add_age(lab)
