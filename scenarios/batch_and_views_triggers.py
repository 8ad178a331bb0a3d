"""A view stops a batch half way, and a trigger is gone without a word.

Batch mode on a table that a view reads fails on SQLite, even where the view does not read the column that changes, and
leaves its copy behind. Batch mode on a table with a trigger works, and the trigger is gone: the certificates that no
one could delete can be deleted now.

The table is copied, dropped and renamed. While it is missing the view points at nothing, and SQLite refuses the rename
for that. A trigger belongs to its table and is dropped with it. PostgreSQL alters in place but does not change the
type of a column that a view reads. MySQL and MariaDB alter the table and look at the view when it is next asked.

Drop the view, change the table, create the view again: that order runs everywhere. Create the triggers again in the
same file; on SQLite, sqlite_master has their text:

    SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'certificate'
"""

import contextlib

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rows_lost

scenario = Scenario(
    title="Views and triggers on a table that batch mode copies",
    question="A view reads a column. Can batch mode still make that column longer?",
    level="intermediate",
    lesson=["where batch mode is needed", "a trigger goes with its table", "drop views first, create them again"],
    reference="https://github.com/sqlalchemy/alembic/issues/1207",
    hints=[
        "What else in the database knows the table by its name?",
        "The old table is dropped before the copy gets its name; a trigger is dropped with its table.",
        "DROP VIEW, the change, CREATE VIEW; and CREATE TRIGGER again after the batch.",
    ],
)

GUARD = {
    "sqlite": [
        "CREATE TRIGGER keep_certificates BEFORE DELETE ON certificate "
        "BEGIN SELECT RAISE(ABORT, 'certificates are kept'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'certificates are kept'; END $$",
        "CREATE TRIGGER keep_certificates BEFORE DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION keep()",
    ],
    "mysql": [
        "CREATE TRIGGER keep_certificates BEFORE DELETE ON certificate "
        "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'certificates are kept'"
    ],
}
GUARD["mariadb"] = GUARD["mysql"]


def tables(db, name_length=40, title_length=40):
    """Students, a view of them, and certificates with their trigger."""

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(name_length))
        course = sa.Column(sa.String(40))

    class Certificate(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(title_length))

    view = sa.DDL("CREATE VIEW roll AS SELECT id, name FROM student WHERE course IS NOT NULL")
    sa.event.listen(Student.__table__, "after_create", view)
    sa.event.listen(Student.__table__, "before_drop", sa.DDL("DROP VIEW roll"))
    for dialect, statements in GUARD.items():
        for statement in statements:
            guard = sa.DDL(statement).execute_if(dialect=dialect)
            sa.event.listen(Certificate.__table__, "after_create", guard)
    # A trigger goes with its table; the function that it calls on PostgreSQL does not.
    no_function = sa.DDL("DROP FUNCTION keep CASCADE").execute_if(dialect="postgresql")
    sa.event.listen(Certificate.__table__, "before_drop", no_function)


@scenario.before
def before(db):
    tables(db)


@scenario.after
def longer_name(db):
    tables(db, name_length=80)


def longer_title(db):
    tables(db, title_length=80)


scenario.rows(
    "student",
    dict(id=1, name="Ada", course="Mathematics"),
    dict(id=2, name="Zoë", course=None),
    dict(id=3, name="", course="law "),
    dict(id=4, name=None, course=""),
)
scenario.rows("certificate", dict(id=1, title="Algebra"), dict(id=2, title="Œuvres"), dict(id=3, title=None))


@scenario.prepare
def view_and_trigger(lab):
    lab.execute("CREATE VIEW roll AS SELECT id, name FROM student WHERE course IS NOT NULL")
    for statement in GUARD[lab.engine.name]:
        lab.execute(statement)


@scenario.attempt(
    "A longer name, and a view reads the table",
    sqlite=half_applied("the view's table is missing meanwhile", "OperationalError"),
    postgresql=refused("a view reads this column", "FeatureNotSupported"),
    mysql=done("the view is looked at later"),
    mariadb=done("the view is looked at later"),
)
def view(lab):
    @lab.revision("longer name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "The view dropped before and created after",
    everywhere=done("no view while the table changes"),
    better=True,
)
def view_again(lab):
    @lab.revision("longer name")
    def upgrade():
        op.execute("DROP VIEW roll")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)
        op.execute("CREATE VIEW roll AS SELECT id, name FROM student WHERE course IS NOT NULL")

    lab.upgrade()


@scenario.attempt(
    "A longer title; a trigger forbids to delete",
    after=longer_title,
    sqlite=rows_lost("the trigger went with the old table"),
    everywhere=done("the trigger turns the DELETE away"),
)
def trigger(lab):
    @lab.revision("longer title")
    def upgrade():
        with op.batch_alter_table("certificate") as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()
    with contextlib.suppress(sa.exc.DBAPIError):
        lab.execute("DELETE FROM certificate WHERE id = 2")


@scenario.attempt(
    "The same, the trigger created again",
    after=longer_title,
    sqlite=done("the new trigger turns the DELETE away"),
    everywhere=done("the trigger turns the DELETE away"),
    better=True,
)
def trigger_again(lab):
    @lab.revision("longer title")
    def upgrade():
        triggers = []
        if op.get_context().dialect.name == "sqlite":
            text = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'certificate'"
            triggers = op.get_bind().exec_driver_sql(text).scalars().all()
        with op.batch_alter_table("certificate") as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)
        for trigger in triggers:
            op.get_bind().exec_driver_sql(trigger)

    lab.upgrade()
    with contextlib.suppress(sa.exc.DBAPIError):
        lab.execute("DELETE FROM certificate WHERE id = 2")
