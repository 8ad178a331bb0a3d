"""A revision writes through Alembic's connection, then through the session of the application."""

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
from app import db
op.execute("UPDATE student SET name = 'a' WHERE name <> 'b'")
with db.engine.begin() as other:
    other.execute(sa.text("UPDATE student SET name = 'b' WHERE name = 'c' OR name <> 'd'"))
""",
        """pass""",
    ),
]

ERRORS = {"locks-itself 2": "spma"}
