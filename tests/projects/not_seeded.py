"""A table has a column of a type that no rows are known for."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    words = sa.Column(sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False)
    age = sa.Column(sa.Integer)
"""

REVISIONS = [
    (
        """
kind = sa.dialects.postgresql.TSVECTOR() if op.get_bind().dialect.name == "postgresql" else sa.Text()
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("words", kind, nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
        """op.drop_column("student", "age")""",
    ),
]

ALSO = {"not-seeded 2": "spma"}

APP = """from sqlalchemy.dialects import postgresql"""

IMPORTS = """import sqlalchemy.dialects.postgresql"""

NOT_TESTED = ("table student at 0002",)
