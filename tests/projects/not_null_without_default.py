"""A column that may not be NULL is added to a table with rows."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    stock = sa.Column(sa.Integer, nullable=False)
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
        """op.add_column("student", sa.Column("stock", sa.Integer(), nullable=False))""",
        """op.drop_column("student", "stock")""",
    ),
]

ERRORS = {"value-invented 2": "ma", "refused-with-rows 2": "sp"}
