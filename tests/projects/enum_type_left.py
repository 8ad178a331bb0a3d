"""A table goes and PostgreSQL keeps its enum type."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)

class Tag(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    kind = sa.Column(sa.Enum("a", "b", name="kind"))
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
op.create_table("tag", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("kind", sa.Enum("a", "b", name="kind")), sa.PrimaryKeyConstraint("id", name="pk_tag"))
""",
        """op.drop_table("tag")""",
    ),
]

ERRORS = {"downgrade-differs 2": "p"}
