"""A column that may be NULL may not be any more: rows that hold no NULL pass."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    school_id = sa.Column(sa.Integer, sa.ForeignKey("school.id"), nullable=False)

class School(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
"""

REVISIONS = [
    (
        """
op.create_table("school", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_school"))
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40)), sa.Column("school_id", sa.Integer()),
    sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_student_school_id"),
    sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student"); op.drop_table("school")""",
    ),
    (
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", existing_type=sa.String(40), nullable=False)
    batch.alter_column("school_id", existing_type=sa.Integer(), nullable=False)
""",
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", existing_type=sa.String(40), nullable=True)
    batch.alter_column("school_id", existing_type=sa.Integer(), nullable=True)
""",
    ),
]

ALSO = {"refused-with-rows 2": "spma"}
