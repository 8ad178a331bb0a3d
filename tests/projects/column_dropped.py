"""A column goes, and the downgrade brings it back empty: a note."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40))
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False), sa.Column("age", sa.Integer()),
    sa.Column("name", sa.String(40)), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """op.drop_column("student", "age")""",
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
    ),
]

ALSO = {"downgrade-loses 2": "spma"}
