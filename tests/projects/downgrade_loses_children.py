"""A downgrade in batch mode deletes what refers to the table, on SQLite."""

MODELS = """
class Course(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.String(80))

class Enrolment(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    course_id = sa.Column(sa.ForeignKey("course.id", ondelete="CASCADE"), nullable=False)
"""

REVISIONS = [
    (
        """
op.create_table("course", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_course"))
op.create_table("enrolment", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("course_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["course_id"], ["course.id"], "fk_enrolment_course_id", ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("id", name="pk_enrolment"))
""",
        """op.drop_table("enrolment")
op.drop_table("course")""",
    ),
    (
        """op.add_column("course", sa.Column("title", sa.String(80)))""",
        """
with op.batch_alter_table("course") as batch:
    batch.drop_column("title")
""",
    ),
]

ERRORS = {"downgrade-loses 2": "s"}

APP = """
@sa.event.listens_for(sa.engine.Engine, "connect")
def foreign_keys(connection, _record):
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA foreign_keys=ON").close()
"""
