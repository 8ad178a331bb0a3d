"""A key of whole numbers becomes one of texts, and the rows are told by what else they hold."""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored, rows_changed, rows_lost

scenario = Scenario(title="Other keys", level="advanced", lesson=["l"], reference="https://example.org", hints=["h"])


def students(db, key, value=None):
    class Student(db.Model):
        id = sa.Column(key, primary_key=True)
        name = sa.Column(sa.String(20))
        age = sa.Column(sa.Integer)


@scenario.before
def before(db):
    students(db, sa.Integer())


@scenario.after
def after(db):
    students(db, sa.String(36))


scenario.rows(
    "student",
    dict(id=1, name="Ada", age=36),
    dict(id=2, name="Zoë", age=None),
    dict(id=3, name=None, age=None),
)
KEYS = {
    "student": [
        dict(id="a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", name="Ada"),
        dict(id="b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a22", name="Zoë"),
        dict(id="c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a33", name=None),
    ]
}


@scenario.attempt("The keys that are declared", rows_after=KEYS, everywhere=done("every row has its new key"))
def declared(lab):
    @lab.revision("uuids")
    def upgrade():
        op.create_table(
            "new_student",
            sa.Column("id", sa.String(36), primary_key=True),
            sa.Column("name", sa.String(20)),
            sa.Column("age", sa.Integer),
        )
        op.execute(
            "INSERT INTO new_student SELECT CASE id WHEN 1 THEN 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' "
            "WHEN 2 THEN 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a22' ELSE 'c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a33' END, "
            "name, age FROM student"
        )
        op.drop_table("student")
        op.rename_table("new_student", "student")

    lab.upgrade()


@scenario.attempt(
    "Keys that nobody can foresee",
    rows_after={"student": [dict(name="Ada", age=36), dict(name="Zoë"), dict(name=None)]},
    everywhere=done("told by their other values"),
)
def random_keys(lab):
    @lab.revision("uuids")
    def upgrade():
        import uuid

        op.create_table(
            "new_student",
            sa.Column("id", sa.String(36), primary_key=True),
            sa.Column("name", sa.String(20)),
            sa.Column("age", sa.Integer),
        )
        rows = op.get_bind().execute(sa.text("SELECT name, age FROM student")).all()
        new = sa.table("new_student", sa.column("id"), sa.column("name"), sa.column("age"))
        op.bulk_insert(new, [{"id": str(uuid.uuid4()), "name": row.name, "age": row.age} for row in rows])
        op.drop_table("student")
        op.rename_table("new_student", "student")

    lab.upgrade()


@scenario.attempt("One is left out", rows_after=KEYS, everywhere=rows_lost("two of three are copied"))
def left_out(lab):
    @lab.revision("uuids")
    def upgrade():
        op.create_table(
            "new_student",
            sa.Column("id", sa.String(36), primary_key=True),
            sa.Column("name", sa.String(20)),
            sa.Column("age", sa.Integer),
        )
        op.execute(
            "INSERT INTO new_student SELECT CASE id WHEN 1 THEN 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' "
            "ELSE 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a22' END, name, age FROM student WHERE name IS NOT NULL"
        )
        op.drop_table("student")
        op.rename_table("new_student", "student")

    lab.upgrade()


@scenario.attempt("An age is left out", rows_after=KEYS, everywhere=rows_changed("36 became NULL"))
def age_left_out(lab):
    @lab.revision("uuids")
    def upgrade():
        op.create_table(
            "new_student",
            sa.Column("id", sa.String(36), primary_key=True),
            sa.Column("name", sa.String(20)),
            sa.Column("age", sa.Integer),
        )
        op.execute(
            "INSERT INTO new_student SELECT CASE id WHEN 1 THEN 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' "
            "WHEN 2 THEN 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a22' ELSE 'c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a33' END, "
            "name, NULL FROM student"
        )
        op.drop_table("student")
        op.rename_table("new_student", "student")

    lab.upgrade()


@scenario.attempt("Nothing", rows_after=KEYS, everywhere=ignored("the keys are as they were"))
def nothing(lab):
    lab.query("SELECT 1")
