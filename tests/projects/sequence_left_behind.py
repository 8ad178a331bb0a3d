"""Rows with ids of their own leave the sequence of PostgreSQL behind."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)

class Grade(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    word = sa.Column(sa.String(10))
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
grade = op.create_table("grade", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("word", sa.String(10)), sa.PrimaryKeyConstraint("id", name="pk_grade"))
op.bulk_insert(grade, [{"id": 1, "word": "good"}, {"id": 2, "word": "bad"}])
""",
        """op.drop_table("grade")""",
    ),
]

ERRORS = {"no-new-row 2": "p"}
