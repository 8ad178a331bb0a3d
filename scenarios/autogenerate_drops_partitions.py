"""flask db migrate takes the partitions of a table for tables that nobody wants.

Readings are kept in one table, partitioned by range on PostgreSQL. The models know the parent, and an event makes the
partitions. A column is added, flask db migrate is typed, and the revision drops both partitions together with every row
in them. The file is short, and the two drop_table() lines look like tidying up.

A partition is a table of its own in PostgreSQL's catalogue, and Alembic compares the list of tables with the models.
Whatever is in the database and in no model is to be dropped. On the other engines the model makes a plain table, so the
same command is right there, which is how the accident gets past a test on SQLite.

Tell Alembic what is not its business, in env.py or where Migrate() is made:

    def include_name(name, type_, parent_names):
        return type_ != "table" or not name.startswith("reading_")

    Migrate(app, db, include_name=include_name)
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, rows_lost

scenario = Scenario(
    title="Autogenerate drops the partitions of a table",
    question="What does flask db migrate make of a table with partitions?",
    level="advanced",
    lesson=[
        "flask db migrate",
        "Autogenerate drops every table that no model names, partitions too.",
    ],
    reference="https://github.com/sqlalchemy/alembic/issues/539",
    hints=[
        "Read the revision before it runs: what does it drop?",
        "A partition is a table of which the models know nothing.",
        "Leave the partitions out with include_name, or write the one line by hand.",
    ],
    start="create_all",
)


def readings(db, *more):
    """The reading table, and two partitions of it on PostgreSQL."""
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True, autoincrement=False),
        "value": sa.Column(sa.Integer),
        **{column.name: column for column in more},
    }
    options = {"__table_args__": {"postgresql_partition_by": "RANGE (id)"}}
    reading = type("Reading", (db.Model,), columns | options)
    for name, low, high in (("low", 0, 100), ("high", 100, 200)):
        partition = f"CREATE TABLE reading_{name} PARTITION OF reading FOR VALUES FROM ({low}) TO ({high})"
        sa.event.listen(reading.__table__, "after_create", sa.DDL(partition).execute_if(dialect="postgresql"))


@scenario.before
def before(db):
    readings(db)


@scenario.after
def after(db):
    readings(db, sa.Column("note", sa.String(20)))


scenario.rows("reading", dict(id=1, value=10), dict(id=99, value=-1), dict(id=150, value=None))


@scenario.attempt(
    "flask db migrate",
    postgresql=rows_lost("both partitions are dropped with their rows"),
    everywhere=done("no partitions: one plain table"),
)
def autogenerate(lab):
    lab.stamp("head")
    lab.migrate("a note")
    lab.upgrade()


@scenario.attempt("The one line by hand", everywhere=done("a column joins every partition"), better=True)
def by_hand(lab):
    @lab.revision("a note")
    def upgrade():
        op.add_column("reading", sa.Column("note", sa.String(20)))

    lab.upgrade()
