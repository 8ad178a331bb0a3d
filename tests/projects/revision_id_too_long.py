"""A revision's id is longer than the version table's column."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    age = sa.Column(sa.Integer)
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
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
        """op.drop_column("student", "age")""",
    ),
]

ERRORS = {"revision-id-too-long 2": "pma"}

IDS = {2: "0002_a_column_for_the_age_of_a_student"}
