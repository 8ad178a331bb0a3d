"""The second statement fails, and some engines keep the first."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)

class Tag(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
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
op.create_table("tag", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_tag"))
op.execute("ALTER TABLE pupil ADD COLUMN age INTEGER")
""",
        """op.drop_table("tag")""",
    ),
]

ERRORS = {"refused 2": "spma", "half-applied 2": "sma"}
