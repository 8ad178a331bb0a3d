"""An index is made CONCURRENTLY inside of the transaction."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False, index=True)
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
        """op.create_index("ix_student_name", "student", ["name"], postgresql_concurrently=True)""",
        """op.drop_index("ix_student_name", "student")""",
    ),
]

ERRORS = {"refused 2": "p"}
