"""Every student gets a course that must exist: a NOT NULL foreign key, added to a table that holds rows.

MySQL and MariaDB add the column, fill in 0, commit, and only then find that there is no course 0. The error comes, the
column with its zeros stays, no revision is noted, and the next try fails on the column that is there already.
PostgreSQL refuses at the column. SQLite cannot add a constraint to a table, so batch mode copies the rows into a new
table; the copy fails on NULL, and that table is left behind for the next try to trip over.

Make the column nullable first and give each row a course that exists. Set NOT NULL and add the constraint last, in one
batch block.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="Add a NOT NULL foreign key to a table with rows",
    question="What do the old rows get when a NOT NULL foreign key is added?",
    level="intermediate",
    lesson=[
        "safe model change",
        "On MySQL and MariaDB each ALTER TABLE commits on its own.",
        "A migration that failed half-way fails differently the second time.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html",
    hints=[
        "Which course do the old students belong to?",
        "The implicit default of an INTEGER is 0, and there is no course 0.",
        "Nullable column, UPDATE with a course that exists, then NOT NULL and the foreign key in one batch block.",
    ],
)


def school(db, **more):
    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(50))

    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(100))}
    type("Student", (db.Model,), columns | more)


@scenario.before
def before(db):
    school(db)


@scenario.after
def after(db):
    school(db, course_id=sa.Column(sa.Integer, sa.ForeignKey("course.id"), nullable=False))


def nullable(db):
    school(db, course_id=sa.Column(sa.Integer, sa.ForeignKey("course.id")))


scenario.rows("course", dict(id=1, title="Mathématiques"), dict(id=2, title=""), dict(id=3, title="SQL"))
scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=4, name="o'Neil "),
)


@scenario.attempt(
    "flask db migrate, then upgrade",
    sqlite=half_applied("NULL in the copy, which stays behind", "IntegrityError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=half_applied("the column stays, filled with 0", "1452"),
    mariadb=half_applied("the column stays, filled with 0", "1452"),
)
def migrate(lab):
    lab.migrate("every student has a course")
    lab.upgrade()


@scenario.attempt(
    "The same, tried twice",
    sqlite=half_applied("the first copy is in the way", "OperationalError"),
    postgresql=refused("nothing had stayed: the same error", "NotNullViolation"),
    mysql=half_applied("the column is there already", "1060"),
    mariadb=half_applied("the column is there already", "1060"),
)
def twice(lab):
    lab.migrate("every student has a course")
    try:
        lab.upgrade()
    except sa.exc.DBAPIError:
        lab.upgrade()


@scenario.attempt(
    "A nullable foreign key in op.add_column()",
    after=nullable,
    sqlite=half_applied("the column is added, its constraint not", "NotImplementedError"),
    postgresql=done("NULL refers to nothing"),
    mysql=done("NULL refers to nothing"),
    mariadb=done("NULL refers to nothing"),
)
def plain(lab):
    @lab.revision("a student may have a course")
    def upgrade():
        op.add_column(
            "student",
            sa.Column("course_id", sa.Integer(), sa.ForeignKey("course.id", name="fk_student_course_id_course")),
        )

    lab.upgrade()


@scenario.attempt(
    "Nullable, then filled, then NOT NULL and the constraint",
    rows_after={"student": [dict(id=key, course_id=1) for key in (1, 2, 3, 4)]},
    everywhere=done("each row has a course that exists"),
    better=True,
)
def three_steps(lab):
    @lab.revision("every student has a course")
    def upgrade():
        op.add_column("student", sa.Column("course_id", sa.Integer()))
        op.execute("UPDATE student SET course_id = 1")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course_id", existing_type=sa.Integer(), nullable=False)
            batch.create_foreign_key("fk_student_course_id_course", "course", ["course_id"], ["id"])

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("fk_student_course_id_course", type_="foreignkey")
            batch.drop_column("course_id")

    lab.upgrade()
