"""A downgrade drops an index by a name that it does not have."""

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
        """op.create_index("ix_student_name", "student", ["name"])""",
        """op.drop_index("student_name", "student")""",
    ),
]

ERRORS = {"downgrade-refused 2": "spma"}
