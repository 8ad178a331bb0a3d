"""A column moves to a new one with its values, and the downgrade does not bring them back."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    full_name = sa.Column(sa.String(40))
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40)), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """
op.add_column("student", sa.Column("full_name", sa.String(40)))
op.execute("UPDATE student SET full_name = name")
op.drop_column("student", "name")
""",
        """
op.add_column("student", sa.Column("name", sa.String(40)))
op.drop_column("student", "full_name")
""",
    ),
]

ERRORS = {"downgrade-loses 2": "spma"}
