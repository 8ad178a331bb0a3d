"""A server lacks an extension that the project needs: it is not tested, and nothing is wrong."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
"""

REVISIONS = [
    (
        """
if op.get_bind().dialect.name == "postgresql":
    op.execute("CREATE EXTENSION nobody_has_it")
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
]

NOT_TESTED = ("PostgreSQL",)
