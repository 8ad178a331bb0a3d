"""A type that only PostgreSQL has, from the first revision on."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    tags = sa.Column(postgresql.ARRAY(sa.Text()))
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("tags", postgresql.ARRAY(sa.Text())), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
]

ALSO = {"engine-not-meant 1": "sma"}

APP = """from sqlalchemy.dialects import postgresql"""

IMPORTS = """from sqlalchemy.dialects import postgresql"""
