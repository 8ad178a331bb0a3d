"""The factory migrates the database by itself."""

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
]

ALSO = {"app-migrates-at-start": "spma"}

FACTORY = """from flask_migrate import upgrade
with app.app_context():
    upgrade(os.path.join(os.path.dirname(__file__), "migrations"))"""

APP = """import os"""
