"""A column is dropped, and a view still shows it.

PostgreSQL refuses and names the view. SQLite refuses too, and in batch mode leaves its half-made copy behind. MySQL and
MariaDB drop the column and report success: the view is broken from then on, and only the next SELECT from it says so.

PostgreSQL records which columns a view needs. SQLite reads every view again after it has changed a table. MySQL and
MariaDB keep a view as text, and look at it when somebody asks.

Views are not among the models, so autogenerate does not know them. Drop the view, drop the column, and create the view
without it, in one migration.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="Drop a column that a view shows",
    question="A view shows a column. What happens when that column is dropped?",
    level="intermediate",
    lesson=[
        "safe model change",
        "Autogenerate does not know your views.",
        "MySQL and MariaDB let a change break a view, and say so at the next SELECT.",
    ],
    reference="https://www.postgresql.org/docs/current/ddl-depend.html",
    hints=[
        "Select from the view after the upgrade, not only from the table.",
        "Two engines track what a view needs, two look at it only when somebody asks.",
        "DROP VIEW, drop_column(), CREATE VIEW, in one migration.",
    ],
)


def students(db, *columns):
    """Students with some columns, and a view of these that is made with the table."""
    table = {"__tablename__": "student", "id": sa.Column(sa.Integer, primary_key=True)}
    type("Student", (db.Model,), table | {name: sa.Column(sa.String(100)) for name in columns})
    view = sa.DDL("CREATE VIEW contact AS SELECT %(columns)s FROM student", context={"columns": ", ".join(columns)})
    sa.event.listen(db.metadata, "after_create", view)
    sa.event.listen(db.metadata, "before_drop", sa.DDL("DROP VIEW contact"))


@scenario.before
def before(db):
    students(db, "name", "phone")


@scenario.prepare
def prepare(lab):
    lab.execute("CREATE VIEW contact AS SELECT name, phone FROM student")


@scenario.after
def after(db):
    students(db, "name")


scenario.rows(
    "student",
    dict(id=1, name="Ada", phone="+44 20 7946 0018"),
    dict(id=2, name="Zoë ", phone=None),
    dict(id=3, name=None, phone=""),
    dict(id=7, name="", phone="unknown"),
)


@scenario.attempt(
    "The column at once, then a SELECT from the view",
    sqlite=refused("it reads the view again and stops", "OperationalError"),
    postgresql=refused("the view needs the column", "DependentObjectsStillExist"),
    mysql=half_applied("dropped: the view is broken now", "1356"),
    mariadb=half_applied("dropped: the view is broken now", "1356"),
)
def plain(lab):
    @lab.revision("no more phones")
    def upgrade():
        op.drop_column("student", "phone")

    lab.upgrade()
    lab.query("SELECT * FROM contact")


@scenario.attempt(
    "The column in batch mode, then a SELECT from the view",
    sqlite=half_applied("the view stops the copy's renaming", "OperationalError"),
    postgresql=refused("the view needs the column", "DependentObjectsStillExist"),
    mysql=half_applied("dropped: the view is broken now", "1356"),
    mariadb=half_applied("dropped: the view is broken now", "1356"),
)
def batch(lab):
    @lab.revision("no more phones")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_column("phone")

    lab.upgrade()
    lab.query("SELECT * FROM contact")


@scenario.attempt(
    "The view dropped, the column dropped, the view again",
    everywhere=done("no view is there while it changes"),
    better=True,
)
def view_first(lab):
    @lab.revision("no more phones")
    def upgrade():
        op.execute("DROP VIEW contact")
        with op.batch_alter_table("student") as batch:
            batch.drop_column("phone")
        op.execute("CREATE VIEW contact AS SELECT name FROM student")

    @upgrade.downgrade
    def downgrade():
        op.execute("DROP VIEW contact")
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("phone", sa.String(100)))
        op.execute("CREATE VIEW contact AS SELECT name, phone FROM student")

    lab.upgrade()
    lab.query("SELECT * FROM contact")
