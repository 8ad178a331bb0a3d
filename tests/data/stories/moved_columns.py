"""A column moves into a table of its own, or into one that is there already."""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, ignored, refused, rolled_back, rows_changed, rows_lost

scenario = Scenario(
    title="A column moves", level="advanced", lesson=["l"], reference="https://example.org", hints=["h"]
)


def tables(db, person=(), account=(), address=()):
    given = {"person": person, "account": account, "address": address}
    for name, columns in given.items():
        if columns:
            text = {column: sa.Column(sa.String(20)) for column in columns if column != "id"}
            key = {"id": sa.Column(sa.Integer, primary_key=True)}
            type(name.title(), (db.Model,), {"__tablename__": name} | key | text)


@scenario.before
def before(db):
    tables(db, person=("id", "name", "street"), account=("id", "login"))


@scenario.after
def split(db):
    tables(db, person=("id", "name"), account=("id", "login"), address=("id", "street"))


def into_account(db):
    tables(db, person=("id", "name"), account=("id", "login", "street"))


scenario.rows("person", dict(id=1, name="Ada", street="Main"), dict(id=2, name="Zoë", street="Side"))
scenario.rows("account", dict(id=1, login="ada"), dict(id=2, login="zoe"))
STREETS = [dict(id=1, street="Main"), dict(id=2, street="Side")]
scenario.rows_after("address", *STREETS)
IN_ACCOUNT = {"account": STREETS}


@scenario.attempt("A misspelt CREATE", everywhere=refused("the engine cannot read it"))
def misspelt(lab):
    @lab.revision("split")
    def upgrade():
        op.execute("CREAT TABLE address (id INTEGER)")

    lab.upgrade()


@scenario.attempt("Nothing", everywhere=ignored("nothing was sent"))
def nothing(lab):
    lab.query("SELECT 1")


@scenario.attempt("Create, copy, then fail", everywhere=half_applied("the copy stays"), postgresql=rolled_back("all"))
def copy_then_fail(lab):
    @lab.revision("split")
    def upgrade():
        op.create_table("address", sa.Column("id", sa.Integer, primary_key=True), sa.Column("street", sa.String(20)))
        op.execute("INSERT INTO address SELECT id, street FROM person")
        op.execute("CREAT")

    lab.upgrade()


@scenario.attempt("Drop, then fail", everywhere=rows_lost("the streets are gone"), postgresql=rolled_back("all"))
def drop_then_fail(lab):
    @lab.revision("split")
    def upgrade():
        op.drop_column("person", "street")
        op.execute("CREAT TABLE address (id INTEGER)")

    lab.upgrade()


@scenario.attempt("Create, copy, drop", everywhere=done("moved"))
def moved(lab):
    @lab.revision("split")
    def upgrade():
        op.create_table("address", sa.Column("id", sa.Integer, primary_key=True), sa.Column("street", sa.String(20)))
        op.execute("INSERT INTO address SELECT id, street FROM person")
        op.drop_column("person", "street")

    lab.upgrade()


@scenario.attempt("flask db migrate", everywhere=rows_lost("nothing is copied"))
def migrate(lab):
    lab.migrate("split")
    lab.upgrade()


@scenario.attempt("A copy that cuts", everywhere=rows_changed("only the first letter"))
def cut(lab):
    @lab.revision("split")
    def upgrade():
        op.create_table("address", sa.Column("id", sa.Integer, primary_key=True), sa.Column("street", sa.String(20)))
        op.execute("INSERT INTO address SELECT id, substr(street, 1, 1) FROM person")
        op.drop_column("person", "street")

    lab.upgrade()


@scenario.attempt("Moved, and the persons deleted", everywhere=rows_lost("the persons are gone"))
def persons_deleted(lab):
    @lab.revision("split")
    def upgrade():
        op.create_table("address", sa.Column("id", sa.Integer, primary_key=True), sa.Column("street", sa.String(20)))
        op.execute("INSERT INTO address SELECT id, street FROM person")
        op.drop_column("person", "street")
        op.execute("DELETE FROM person")

    lab.upgrade()


@scenario.attempt(
    "flask db migrate, into a table that is there",
    after=into_account,
    rows_after=IN_ACCOUNT,
    everywhere=rows_changed("the streets are NULL"),
)
def migrate_into(lab):
    lab.migrate("street goes to account")
    lab.upgrade()


@scenario.attempt(
    "Drop, then fail to add",
    after=into_account,
    rows_after=IN_ACCOUNT,
    everywhere=rows_changed("the streets are gone"),
    postgresql=rolled_back("all"),
)
def drop_then_fail_to_add(lab):
    @lab.revision("street goes to account")
    def upgrade():
        op.drop_column("person", "street")
        op.execute("ALTER TABLE account AD COLUMN street VARCHAR(20)")

    lab.upgrade()


@scenario.attempt(
    "Add, copy, drop", after=into_account, rows_after=IN_ACCOUNT, everywhere=done("moved to the other table")
)
def moved_into(lab):
    @lab.revision("street goes to account")
    def upgrade():
        op.add_column("account", sa.Column("street", sa.String(20)))
        op.execute("UPDATE account SET street = (SELECT street FROM person WHERE person.id = account.id)")
        op.drop_column("person", "street")

    lab.upgrade()
