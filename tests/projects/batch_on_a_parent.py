"""Batch mode on a parent deletes its children on SQLite, where foreign keys are on."""

MODELS = """
class Course(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.String(120), nullable=False)

class Enrolment(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    course_id = sa.Column(sa.ForeignKey("course.id", ondelete="CASCADE"), nullable=False)
"""

REVISIONS = [
    (
        """
op.create_table("course", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("title", sa.String(80), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_course"))
op.create_table("enrolment", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("course_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["course_id"], ["course.id"], "fk_enrolment_course_id", ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("id", name="pk_enrolment"))
""",
        """op.drop_table("enrolment")
op.drop_table("course")""",
    ),
    (
        """
with op.batch_alter_table("course") as batch:
    batch.alter_column("title", existing_type=sa.String(80), type_=sa.String(120), existing_nullable=False)
""",
        """
with op.batch_alter_table("course") as batch:
    batch.alter_column("title", existing_type=sa.String(120), type_=sa.String(80), existing_nullable=False)
""",
    ),
]

ERRORS = {"rows-lost 2": "s"}

APP = """
@sa.event.listens_for(sa.engine.Engine, "connect")
def foreign_keys(connection, _record):
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA foreign_keys=ON").close()
"""
