"""A revision imports the models, and nothing comes of it yet."""

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
from app import Student
op.execute(sa.update(Student.__table__).where(Student.__table__.c.name == "x").values(name="y"))
""",
        """pass""",
    ),
]

ALSO = {"live-model-imported 2": "spma"}
