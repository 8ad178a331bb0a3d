"""A downgrade drops another index than the one that was made: the second upgrade finds its own still there."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False, index=True)
    email = sa.Column(sa.String(40), index=True)
    age = sa.Column(sa.Integer)
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.Column("email", sa.String(40)),
    sa.PrimaryKeyConstraint("id", name="pk_student"))
op.create_index("ix_student_name", "student", ["name"])
""",
        """op.drop_table("student")""",
    ),
    (
        """op.create_index("ix_student_email", "student", ["email"])""",
        """op.drop_index("ix_student_name", table_name="student")""",
    ),
    # Every engine comes this far.
    (
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
        """pass""",
    ),
]

ERRORS = {"downgrade-differs 2": "spma", "downgrade-differs 3": "spma"}
