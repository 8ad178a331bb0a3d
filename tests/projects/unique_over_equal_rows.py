"""A unique constraint over rows that repeat."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False, unique=True)
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """
with op.batch_alter_table("student") as batch:
    batch.create_unique_constraint("uq_student_name", ["name"])
""",
        """
with op.batch_alter_table("student") as batch:
    batch.drop_constraint("uq_student_name", type_="unique")
""",
    ),
]

ALSO = {"refused-with-rows 2": "spma"}
