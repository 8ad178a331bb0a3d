"""An UPDATE in a migration finds its row on two engines only.

Ada is to become the administrator. The revision says WHERE email = 'Ada@Example.org', and the row holds
ada@example.org. MySQL and MariaDB find it. SQLite and PostgreSQL find nothing, change nothing, and report success:
an UPDATE that matches no row is not an error anywhere. The revision counts as applied, and nobody is administrator.

What is equal is a matter of collation. The usual ones of MySQL and MariaDB take no account of case; SQLite and
PostgreSQL compare character by character. (LIKE is no way out: SQLite's ignores case, PostgreSQL's does not.)

Say what is meant with lower() on both sides, and let the migration count: it is the last one who can complain.

    found = op.get_bind().execute(sa.text("UPDATE …")).rowcount
    if found != 1:
        raise RuntimeError(f"{found} accounts of ada@example.org: expected one")
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored, refused

scenario = Scenario(
    title="An UPDATE finds its row on two engines only",
    question="The row holds 'ada@example.org'. Does WHERE email = 'Ada@Example.org' find it?",
    level="intermediate",
    lesson=[
        "An UPDATE that matches no row is no error: count what a data migration has changed.",
        "collation decides what is equal",
    ],
    reference="https://github.com/keratin/authn-server/pull/170",
    hints=[
        "Ask each engine: SELECT 'Ada' = 'ada'.",
        "How many rows did the UPDATE change? Nobody asked.",
        "Write lower(email) = lower('…'), and raise an error when rowcount is not 1.",
    ],
)


@scenario.before
@scenario.after
def accounts(db):
    class Account(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100), nullable=False)
        role = sa.Column(sa.String(20), nullable=False)


scenario.rows(
    "account",
    dict(id=1, email="ada@example.org", role="member"),
    dict(id=2, email="zoë@example.org", role="member"),
    dict(id=3, email="", role=""),
)
scenario.rows_after("account", dict(id=1, role="admin"))


@scenario.attempt(
    "WHERE email = 'Ada@Example.org'",
    sqlite=ignored("case counts: no row is found"),
    postgresql=ignored("case counts: no row is found"),
    mysql=done("_ci: case does not count"),
    mariadb=done("_ci: case does not count"),
)
def equal(lab):
    @lab.revision("ada is administrator")
    def upgrade():
        op.execute("UPDATE account SET role = 'admin' WHERE email = 'Ada@Example.org'")

    lab.upgrade()


@scenario.attempt(
    "The same, and the rows are counted",
    sqlite=refused("no row is found, and somebody says so", "RuntimeError"),
    postgresql=refused("no row is found, and somebody says so", "RuntimeError"),
    mysql=done("_ci: case does not count"),
    mariadb=done("_ci: case does not count"),
)
def counted(lab):
    @lab.revision("ada is administrator")
    def upgrade():
        update = sa.text("UPDATE account SET role = 'admin' WHERE email = 'Ada@Example.org'")
        found = op.get_bind().execute(update).rowcount
        if found != 1:
            raise RuntimeError(f"{found} accounts of Ada@Example.org: expected one")

    lab.upgrade()


@scenario.attempt("lower() on both sides", everywhere=done("one spelling is compared"), better=True)
def lower(lab):
    @lab.revision("ada is administrator")
    def upgrade():
        op.execute("UPDATE account SET role = 'admin' WHERE lower(email) = lower('Ada@Example.org')")

    lab.upgrade()
