"""A revision opens a connection of its own."""

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
import sqlite3
sqlite3.connect("own.db").execute("CREATE TABLE x (id INTEGER)")
""",
        """pass""",
    ),
]

ERRORS = {"other-database 2": "spma"}
