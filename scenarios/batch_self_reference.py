"""A table that points at itself loses its own rows.

The name of a category was to become longer. Each category may have a parent in the same table, ON DELETE CASCADE. After
the upgrade only the categories without a parent are there. Where the key has no ON DELETE rule the upgrade stops half
way.

Batch mode on SQLite copies the rows, and DROP TABLE then deletes them from the old table one by one, with all that
PRAGMA foreign_keys=ON asks for. The copy still says that parent_id refers to category, the table that is being emptied,
so the copied children go as well. PRAGMA defer_foreign_keys only puts off the complaint until the end of the
transaction. It does not hold back a CASCADE.

Switch the keys off in migrations/env.py, before context.configure:

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rows_lost

scenario = Scenario(
    title="Batch mode on a table that points at itself",
    question="Categories point at categories, foreign keys are on. Can batch mode lengthen names?",
    level="intermediate",
    lesson=[
        "where batch mode is needed",
        "batch mode drops the old table, and DROP TABLE deletes rows first",
        "PRAGMA foreign_keys=OFF belongs into env.py",
    ],
    reference="https://www.sqlite.org/foreignkeys.html#fk_schemacommands",
    hints=[
        "Which rows are left? What do they have in common?",
        "The copy refers to category by name, and category is the table that is dropped.",
        "In env.py: PRAGMA foreign_keys=OFF and a commit, before context.configure.",
    ],
)


def tables(db, category_length=40, employee_length=40):
    """Categories go with their parent; an employee's boss has to exist."""

    class Category(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(category_length))
        parent_id = sa.Column(sa.ForeignKey("category.id", ondelete="CASCADE"))

    class Employee(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(employee_length))
        boss_id = sa.Column(sa.ForeignKey("employee.id"))


@scenario.before
def before(db):
    tables(db)


@scenario.after
def longer_category(db):
    tables(db, category_length=80)


def longer_employee(db):
    tables(db, employee_length=80)


scenario.rows(
    "category",
    dict(id=1, name="Sciences", parent_id=None),
    dict(id=2, name="Mathématiques", parent_id=1),
    dict(id=3, name="", parent_id=2),
    dict(id=4, name=None, parent_id=None),
)
scenario.rows(
    "employee",
    dict(id=1, name="Grace", boss_id=None),
    dict(id=2, name="Zoë", boss_id=1),
    dict(id=3, name=" ", boss_id=1),
)


@scenario.prepare
def as_most_applications_do(lab):
    @lab.on_engine
    def listen(engine):
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))


@scenario.attempt(
    "Longer names for categories: ON DELETE CASCADE",
    sqlite=rows_lost("the copied children go with the old table"),
    everywhere=done("ALTER TABLE, no row is touched"),
)
def cascade(lab):
    @lab.revision("longer name")
    def upgrade():
        with op.batch_alter_table("category") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "Longer names for employees: no ON DELETE rule",
    after=longer_employee,
    sqlite=half_applied("DROP TABLE refused, the copy stays", "SQLITE_CONSTRAINT_FOREIGNKEY"),
    everywhere=done("ALTER TABLE, no row is touched"),
)
def no_action(lab):
    @lab.revision("longer name")
    def upgrade():
        with op.batch_alter_table("employee") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "Categories, with PRAGMA defer_foreign_keys=ON",
    sqlite=rows_lost("it puts off complaints, not CASCADE"),
    everywhere=done("not needed here"),
)
def deferred(lab):
    @lab.revision("longer name")
    def upgrade():
        if op.get_context().dialect.name == "sqlite":
            op.execute("PRAGMA defer_foreign_keys=ON")
        with op.batch_alter_table("category") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "Categories, with foreign_keys=OFF in env.py",
    sqlite=done("off before Alembic gets the connection"),
    everywhere=done("not needed here"),
    better=True,
)
def off_in_env(lab):
    lab.edit(
        "migrations/env.py",
        "    with connectable.connect() as connection:\n",
        "    with connectable.connect() as connection:\n"
        '        if connection.dialect.name == "sqlite":\n'
        '            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")\n'
        "            connection.commit()\n",
    )

    @lab.revision("longer name")
    def upgrade():
        with op.batch_alter_table("category") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()
