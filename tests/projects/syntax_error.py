"""A revision is no Python: a merge was not finished."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
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
<<<<<<< HEAD
op.add_column("student", sa.Column("age", sa.Integer()))
""",
        """op.drop_column("student", "age")""",
    ),
]

ERRORS = {"unreadable-revision": "spma"}
