"""A unique index on some of the rows is one on all rows elsewhere.

An email should be unique among active accounts only. On MySQL and MariaDB the index is built over every account: it is
refused because of an account that was closed long ago, or it is built, and one day somebody cannot come back.

These two engines have no partial indexes. Alembic's postgresql_where and sqlite_where are meant for the engines they
name, so for the others the condition is left out without a word, and what remains is a full unique index. An index on
an expression is another thing that not all have: MySQL wants it in a second pair of parentheses, MariaDB has none.

Put the condition into a generated column and make that unique. It is NULL where the rule does not hold, and NULL
equals nothing:

    sa.Column("active_email", sa.String(100), sa.Computed("CASE WHEN active THEN email END", persisted=True))
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, ignored, refused

scenario = Scenario(
    title="A partial unique index covers every row elsewhere",
    question="A unique index is to cover active accounts only. Does a closed one get in its way?",
    level="advanced",
    lesson=[
        "safe model change",
        "an option for one engine is left out on the others",
        "a generated column is portable",
    ],
    reference="https://www.postgresql.org/docs/current/indexes-partial.html",
    hints=[
        "Compare the CREATE UNIQUE INDEX that each engine was given.",
        "MySQL and MariaDB know no WHERE in an index, and Alembic leaves it out.",
        "A generated column that is NULL for the rows that do not count, with a unique constraint.",
    ],
)

EVERYWHERE_BUT_MARIADB = ("sqlite", "postgresql", "mysql")


def accounts(db, active=None, lower=False, generated=False):
    """Accounts; ``active`` names the column that is unique among active ones."""

    class Account(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        login = sa.Column(sa.String(40))
        email = sa.Column(sa.String(100))
        phone = sa.Column(sa.String(20))
        active = sa.Column(sa.Boolean, nullable=False)
        if generated:
            active_email = sa.Column(
                sa.String(100), sa.Computed("CASE WHEN active THEN email END", persisted=True), unique=True
            )
            login_key = sa.Column(sa.String(40), sa.Computed("lower(login)", persisted=True), unique=True)

    if active:
        where = sa.text("active")
        column = Account.__table__.c[active]
        sa.Index(f"ix_account_{active}", column, unique=True, sqlite_where=where, postgresql_where=where)
    if lower:
        index = sa.Index("ix_account_login", sa.text("(lower(login))"), unique=True)
        Account.__table__.append_constraint(index.ddl_if(dialect=EVERYWHERE_BUT_MARIADB))


@scenario.before
def before(db):
    accounts(db)


@scenario.after
def email_of_active(db):
    accounts(db, active="email")


def phone_of_active(db):
    accounts(db, active="phone")


def login_in_any_case(db):
    accounts(db, lower=True)


def generated_columns(db):
    accounts(db, generated=True)


scenario.rows(
    "account",
    dict(id=1, login="Ada", email="ada@example.org", phone="1", active=True),
    dict(id=2, login="old Ada", email="ada@example.org", phone="2", active=False),
    dict(id=3, login="zoë", email="ZOË@example.org", phone="", active=True),
    dict(id=4, login=None, email=None, phone=None, active=True),
    dict(id=5, login="", email="", phone=None, active=False),
)


@scenario.attempt(
    "Unique among the active; a closed account is in the way",
    sqlite=done("WHERE leaves the closed one out"),
    postgresql=done("WHERE leaves the closed one out"),
    mysql=refused("WHERE was left out: all rows count", "1062"),
    mariadb=refused("WHERE was left out: all rows count", "1062"),
)
def partial(lab):
    @lab.revision("email is unique among the active")
    def upgrade():
        where = sa.text("active")
        op.create_index(
            "ix_account_email", "account", ["email"], unique=True, sqlite_where=where, postgresql_where=where
        )

    lab.upgrade()


@scenario.attempt(
    "Nothing in the way yet, and then a closed account comes",
    after=phone_of_active,
    sqlite=done("a closed account does not count"),
    postgresql=done("a closed account does not count"),
    mysql=half_applied("the full index refuses the new row", "1062"),
    mariadb=half_applied("the full index refuses the new row", "1062"),
)
def and_later(lab):
    @lab.revision("phone is unique among the active")
    def upgrade():
        where = sa.text("active")
        op.create_index(
            "ix_account_phone", "account", ["phone"], unique=True, sqlite_where=where, postgresql_where=where
        )

    lab.upgrade()
    lab.execute("INSERT INTO account (id, login, phone, active) VALUES (6, 'closed', '1', false)")


@scenario.attempt(
    "Unique in any case: an index on (lower(login))",
    after=login_in_any_case,
    sqlite=done("an index may hold an expression"),
    postgresql=done("an index may hold an expression"),
    mysql=done("an expression in its own parentheses"),
    mariadb=refused("no index on an expression", "1064"),
)
def functional(lab):
    @lab.revision("login is unique in any case")
    def upgrade():
        op.create_index("ix_account_login", "account", [sa.text("(lower(login))")], unique=True)

    lab.upgrade()


@scenario.attempt(
    "The same, found by flask db migrate",
    after=login_in_any_case,
    sqlite=ignored("expression indexes are not reflected"),
    postgresql=done("seen, written and built"),
    mysql=done("seen, written and built"),
    mariadb=refused("no index on an expression", "1064"),
)
def functional_by_autogenerate(lab):
    lab.migrate("login is unique in any case")
    lab.upgrade()


@scenario.attempt(
    "Generated columns that are unique",
    after=generated_columns,
    everywhere=done("a rule in a column holds everywhere"),
    better=True,
)
def generated(lab):
    @lab.revision("generated columns that are unique")
    def upgrade():
        with op.batch_alter_table("account") as batch:
            batch.add_column(
                sa.Column(
                    "active_email", sa.String(100), sa.Computed("CASE WHEN active THEN email END", persisted=True)
                )
            )
            batch.add_column(sa.Column("login_key", sa.String(40), sa.Computed("lower(login)", persisted=True)))
            batch.create_unique_constraint("uq_account_active_email", ["active_email"])
            batch.create_unique_constraint("uq_account_login_key", ["login_key"])

    lab.upgrade()
    lab.execute("INSERT INTO account (id, email, active) VALUES (6, 'ada@example.org', false)")
