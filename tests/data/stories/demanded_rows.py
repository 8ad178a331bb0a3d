"""Values that should change, rows that should come, and rows that should go."""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, ignored, rolled_back, rows_changed, rows_lost

scenario = Scenario(title="Rows as told", level="advanced", lesson=["l"], reference="https://example.org", hints=["h"])


@scenario.before
@scenario.after
def accounts(db):
    class Account(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100))
        role = sa.Column(sa.String(20))


def with_note(db):
    class Account(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100))
        role = sa.Column(sa.String(20))
        note = sa.Column(sa.String(20))


scenario.rows(
    "account",
    dict(id=1, email="ada@example.org", role="member"),
    dict(id=2, email="zoe@example.org", role="member"),
    dict(id=7, email="zoe@example.org", role="member"),
)
ADMIN = {"account": [dict(id=1, role="admin")]}
COMES = {"account": [dict(email="bo@example.org", role="guest")]}


@scenario.attempt(
    "WHERE email = 'Ada@Example.org'",
    rows_after=ADMIN,
    everywhere=ignored("no row is that"),
    mysql=done("case is ignored"),
    mariadb=done("case is ignored"),
)
def other_case(lab):
    @lab.revision("ada is admin")
    def upgrade():
        op.execute("UPDATE account SET role = 'admin' WHERE email = 'Ada@Example.org'")

    lab.upgrade()


@scenario.attempt("Another row instead", rows_after=ADMIN, everywhere=rows_changed("the wrong row"))
def another_row(lab):
    @lab.revision("ada is admin")
    def upgrade():
        op.execute("UPDATE account SET role = 'admin' WHERE id = 2")

    lab.upgrade()


@scenario.attempt(
    "One of two",
    rows_after={"account": [dict(id=1, role="admin"), dict(id=2, role="guest")]},
    everywhere=drifted("the second is as it was"),
)
def one_of_two(lab):
    @lab.revision("roles")
    def upgrade():
        op.execute("UPDATE account SET role = 'admin' WHERE id = 1")

    lab.upgrade()


@scenario.attempt(
    "A new column that nobody fills",
    after=with_note,
    rows_after={"account": [dict(id=1, note="first")]},
    everywhere=drifted("the note is empty"),
)
def empty_column(lab):
    lab.migrate("note")
    lab.upgrade()


@scenario.attempt("A row that comes", rows_after=COMES, everywhere=done("numbered after the others"))
def comes(lab):
    @lab.revision("bo")
    def upgrade():
        op.execute("INSERT INTO account (email, role) VALUES ('bo@example.org', 'guest')")

    lab.upgrade()


@scenario.attempt("A row that does not come", rows_after=COMES, everywhere=ignored("no row to copy"))
def does_not_come(lab):
    @lab.revision("bo")
    def upgrade():
        op.execute("INSERT INTO account (email, role) SELECT 'bo@example.org', 'guest' FROM account WHERE id = 99")

    lab.upgrade()


@scenario.attempt("A row that comes otherwise", rows_after=COMES, everywhere=drifted("another role"))
def comes_otherwise(lab):
    @lab.revision("bo")
    def upgrade():
        op.execute("INSERT INTO account (email, role) VALUES ('bo@example.org', 'member')")

    lab.upgrade()


GOES = {"account": [7]}


@scenario.attempt("A row that goes", rows_gone=GOES, everywhere=done("the later of two goes"))
def goes(lab):
    @lab.revision("no two with one address")
    def upgrade():
        op.execute("DELETE FROM account WHERE id = 7")

    lab.upgrade()


@scenario.attempt(
    "A row that goes, by what it holds", rows_gone={"account": [dict(role="member")]}, everywhere=done("all go")
)
def all_go(lab):
    @lab.revision("no members")
    def upgrade():
        op.execute("DELETE FROM account")

    lab.upgrade()


@scenario.attempt("A row that does not go", rows_gone=GOES, everywhere=ignored("it is still there"))
def stays(lab):
    @lab.revision("no two with one address")
    def upgrade():
        op.execute("DELETE FROM account WHERE email = 'nobody'")

    lab.upgrade()


@scenario.attempt("The other one with it", rows_gone=GOES, everywhere=rows_lost("both go"))
def too_many(lab):
    @lab.revision("no two with one address")
    def upgrade():
        op.execute("DELETE FROM account WHERE email = 'zoe@example.org'")

    lab.upgrade()


@scenario.attempt("Gone, then failed", rows_gone=GOES, everywhere=rolled_back("rows alone are rolled back"))
def gone_then_failed(lab):
    @lab.revision("no two with one address")
    def upgrade():
        op.execute("DELETE FROM account WHERE id = 7")
        op.execute("DELET FROM account")

    lab.upgrade()
