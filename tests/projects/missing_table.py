"""A revision needs a table that no revision makes."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
"""

REVISIONS = [
    (
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
        """op.drop_column("student", "age")""",
    ),
]

ERRORS = {"needs-a-start 1": "spma"}
