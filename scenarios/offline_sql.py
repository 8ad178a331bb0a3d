"""`flask db upgrade --sql` prints the migration for somebody else to run, and not every migration can be printed.

Nothing happens to your tables. A batch change stops on SQLite with "requires a live database connection", and a
migration that reads rows stops everywhere, with a bare AttributeError.

With --sql there is no connection. Batch mode has to copy the table on SQLite and asks the database what it looks like,
and op.get_bind() gives a stand-in that prints statements and answers nothing. A downgrade to a revision has to be told
from where as well, because nobody can look it up. And the script differs: PostgreSQL's is wrapped in BEGIN and COMMIT,
those of MySQL and MariaDB have no transaction to be wrapped in.

Give batch_alter_table the table as it is now, with copy_from=sa.Table(...), and change data with plain UPDATE
statements. Such a migration runs both ways.
"""

import re

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored, refused

scenario = Scenario(
    title="Print the migration as SQL with --sql",
    question="Can a change in batch mode be printed with --sql, and run as a script?",
    level="intermediate",
    lesson=[
        "flask db upgrade --sql has no connection: what must look at the database cannot be printed.",
        "copy_from= tells batch mode what the table looks like.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/batch.html#working-in-offline-mode",
    hints=[
        "Who would answer a SELECT while a script is printed?",
        "On SQLite batch mode reads the table's columns from the database, and there is none.",
        "with op.batch_alter_table(..., copy_from=sa.Table(...)), and UPDATE instead of reading rows.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(20))
        email = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))
        email = sa.Column(sa.String(100))


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ADA@example.org"),
    dict(id=2, name="Zoë", email=None),
    dict(id=3, name="o'Neil; --", email=""),
    dict(id=4, name=None, email="linus@example.org "),
)


def run_script(lab, script):
    """What psql, mysql or sqlite3 would do with the script: one statement after the other."""
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    with lab.app() as db, db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in re.split(r";\s*\n", "\n".join(lines) + "\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.strip().replace("%", "%%")).close()


@scenario.attempt(
    "A batch change, printed and run",
    sqlite=refused("no connection to look at the table", "CommandError"),
    everywhere=done("the script is a plain ALTER TABLE"),
)
def batch(lab):
    @lab.revision("a longer name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(20), type_=sa.String(40))

    run_script(lab, lab.offline("0001:head"))


@scenario.attempt("Printed and not run", everywhere=ignored("--sql only prints"))
def printed(lab):
    @lab.revision("a longer name")
    def upgrade():
        student = sa.Table(
            "student",
            sa.MetaData(),
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(20)),
            sa.Column("email", sa.String(100)),
            sa.PrimaryKeyConstraint("id", name="pk_student"),
        )
        with op.batch_alter_table("student", copy_from=student) as batch:
            batch.alter_column("name", existing_type=sa.String(20), type_=sa.String(40))

    lab.offline("0001:head")


@scenario.attempt("A migration that reads rows", everywhere=refused("a script gets no answers", "AttributeError"))
def reads_rows(lab):
    @lab.revision("a longer name, if needed")
    def upgrade():
        longest = op.get_bind().scalar(sa.text("SELECT MAX(LENGTH(name)) FROM student"))
        if longest < 40:
            with op.batch_alter_table("student") as batch:
                batch.alter_column("name", existing_type=sa.String(20), type_=sa.String(40))

    run_script(lab, lab.offline("0001:head"))


@scenario.attempt("A downgrade that does not say from where", everywhere=refused("it wants from:to", "CommandError"))
def downgrade_to_base(lab):
    lab.offline("base", down=True)


@scenario.attempt("Batch mode is told the table, printed and run", everywhere=done("nothing to look up"), better=True)
def copy_from(lab):
    @lab.revision("a longer name")
    def upgrade():
        student = sa.Table(
            "student",
            sa.MetaData(),
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(20)),
            sa.Column("email", sa.String(100)),
            sa.PrimaryKeyConstraint("id", name="pk_student"),
        )
        with op.batch_alter_table("student", copy_from=student) as batch:
            batch.alter_column("name", existing_type=sa.String(20), type_=sa.String(40))

    run_script(lab, lab.offline("0001:head"))
