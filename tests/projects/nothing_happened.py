"""A revision looks for a table by a wrong name, finds none, and is done."""

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
if sa.inspect(op.get_bind()).has_table("students"):
    op.add_column("students", sa.Column("age", sa.Integer()))
""",
        """pass""",
    ),
]

ERRORS = {"nothing-happened 2": "spma"}
